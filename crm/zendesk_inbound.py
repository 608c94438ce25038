"""What Zendesk's agents do with the ticket of a lead comes back: who has it, and the tags that say how it went."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crm.calls import Json
from crm.following import Case, Following, Handoff, Links
from crm.given import Enquiry
from crm.zendesk import ASSIGNEE, Account
from crm.zendesk_calls import Calls, refused
from qualification.promises import InboxRow
from qualification.sheet import Sheet
from qualification.stages import reached
from qualification.views import LeadView, Person

KIND = "zendesk.ticket"
ZENDESK = Person("zendesk", "Zendesk", role="manager", via="zendesk")
ACCEPTED, WON, LOST, UNQUALIFIED = "foyer_accepted", "foyer_won", "foyer_lost", "foyer_unqualified"
_OURS = re.compile(r"foyer-(L-[0-9]{1,18})-([0-9]{1,9})")


def ticket_of(told: Mapping[str, Any]) -> str | None:
    """The ticket of an event, or of a trigger that says `{"ticket_id": "{{ticket.id}}"}`; all else is looked up."""
    detail = told.get("detail") if str(told.get("type", "")).startswith("zen:event-type:ticket.") else None
    found = str(detail.get("id", "") if isinstance(detail, dict) else told.get("ticket_id", ""))
    return found if found.isdigit() and len(found) < 19 else None


@dataclass(frozen=True, slots=True)
class ZendeskTells:
    """The inbox's handler for one site. It goes by how the ticket is now, so it may see an event twice, or late.

    `colleague` is who of the team file has this e-mail address; `amount_field` is the ticket field of the amount.
    """

    account: Account
    enquiry: Enquiry
    links: Links
    handoff: Handoff
    colleague: Callable[[str], Person | None]
    clock: Callable[[], datetime]
    amount_field: int | None = None

    def work(self, row: InboxRow) -> None:
        call, ticket_id = self.account.calls(self.clock), str(row.payload["id"])
        ticket = self._read(call, ticket_id)
        ref = self._lead_of(row.site_id, ticket_id, ticket) if ticket else None
        if ticket is None or ref is None:
            return
        for follow in (self._assignee, self._tags):
            lead = self.enquiry.lead(row.site_id, ref)
            if lead is not None and lead.status in ("active", "nurturing"):
                follow(self._case(row.site_id, lead), call, ticket)

    def _read(self, call: Calls, ticket_id: str) -> Json | None:
        reply = call.get(f"api/v2/tickets/{ticket_id}")
        if reply.status == 404:
            return None
        if not reply.is_taken:
            raise refused(reply, "our question for the ticket")
        return reply.record("ticket")

    def _lead_of(self, site_id: int, ticket_id: str, ticket: Json) -> str | None:
        """An external id anybody may write; what we remember of the ticket nobody else can."""
        found = _OURS.fullmatch(str(ticket.get("external_id", "")))
        if found is None:
            return None
        made = self.links.of(site_id, found[1]).made.get(f"{found[2]}/ticket")
        return found[1] if made == ticket_id else None

    def _case(self, site_id: int, lead: LeadView) -> Case:
        link = self.links.of(site_id, lead.ref)
        told = self.colleague(link.written.get(ASSIGNEE, "").partition(":")[2])
        return Case(site_id, lead, link, told.id if told else None)

    @property
    def _following(self) -> Following:
        return Following(ZENDESK, self.links, self.handoff)

    # --- who has it

    def _assignee(self, case: Case, call: Calls, ticket: Json) -> None:
        theirs = str(ticket.get(ASSIGNEE) or "")
        if theirs and theirs != case.link.written.get("was"):
            self._following.owner(case, ASSIGNEE, theirs, lambda: self._agent(call, theirs))

    def _agent(self, call: Calls, agent_id: str) -> Person | None:
        email = call.get(f"api/v2/users/{agent_id}").record("user").get("email")
        return self.colleague(email) if isinstance(email, str) else None

    # --- how it went

    def _tags(self, case: Case, _call: Calls, ticket: Json) -> None:
        tags = ticket.get("tags")
        theirs = set(map(str, tags)) if isinstance(tags, list) else set()
        if WON in theirs:
            self._following.win(case, "tags", WON, self._sheet(case.lead.sheet, ticket))
        elif LOST in theirs:
            self._following.close(case, "tags", LOST, "lost", "lost in Zendesk")
        elif UNQUALIFIED in theirs:
            self._following.close(case, "tags", UNQUALIFIED, "disqualify", "unqualified in Zendesk")
        elif ACCEPTED in theirs and not reached(case.lead.stage, "prospect"):
            self._following.accept(case, "tags", ACCEPTED)

    def _sheet(self, known: Sheet, ticket: Json) -> Sheet:
        """What the rep wrote down stays."""
        fields = ticket.get("custom_fields")
        told = {one.get("id"): one.get("value") for one in fields or () if isinstance(one, dict)}
        try:
            amount: float | None = float(str(told.get(self.amount_field)))
        except ValueError:
            amount = None
        step, day = known.next_step or f"ticket {ticket.get('id')} in Zendesk", known.day or self.clock().date()
        return Sheet(next_step=step, amount=amount or known.amount, day=day)
