"""What HubSpot's people do there comes back: owner, stage, deals won and lost, through the hand-off door."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from crm.following import Case, Following, Handoff, Links
from crm.given import Enquiry
from crm.hubspot import Account
from crm.hubspot_calls import Calls, Reply, refused
from crm.hubspot_words import AS_THEY_SAY, OWNER, STAGE, STAGES
from qualification.promises import InboxRow
from qualification.sheet import Sheet
from qualification.stages import reached
from qualification.views import LeadView, Person

KIND = "hubspot.event"
HUBSPOT = Person("hubspot", "HubSpot", role="manager", via="hubspot")
LEAD_STATUS, UNQUALIFIED = "hs_lead_status", "UNQUALIFIED"
WATCHED: Mapping[str, tuple[str, ...]] = {
    "contact": (STAGE, OWNER, LEAD_STATUS),
    "deal": ("dealstage", "amount", "closedate", "hs_is_closed", "hs_is_closed_won"),
}
OBJECTS = {"0-1": "contact", "0-3": "deal"}
DEAL = "dealstage,amount,closedate,hs_is_closed,hs_is_closed_won,closed_lost_reason,deal_currency_code"


def object_of(event: Mapping[str, Any]) -> str | None:
    """`contact` or `deal` when the event tells of something we follow; its value may be old, so it is looked up."""
    named, _, what = str(event.get("subscriptionType", "")).partition(".")
    kind = OBJECTS.get(str(event.get("objectTypeId", "")), named)
    follows = what == "propertyChange" and event.get("propertyName") in WATCHED.get(kind, ())
    return kind if follows and str(event.get("objectId", "")).isdigit() else None


@dataclass(frozen=True, slots=True)
class HubSpotTells:
    """The inbox's handler for one site. It goes by what stands in HubSpot now, so it may see an event twice, or late.

    `colleague` is who of the team file has this e-mail address.
    """

    account: Account
    enquiry: Enquiry
    links: Links
    handoff: Handoff
    colleague: Callable[[str], Person | None]
    clock: Callable[[], datetime]

    @property
    def _following(self) -> Following:
        return Following(HUBSPOT, self.links, self.handoff)

    def work(self, row: InboxRow) -> None:
        call = self.account.calls(self.clock)
        remote_id = str(row.payload["objectId"])
        if object_of(row.payload) == "deal":
            self._deal(row.site_id, call, remote_id)
        else:
            self._contact(row.site_id, call, remote_id)

    def _contact(self, site_id: int, call: Calls, remote_id: str) -> None:
        ref = self.links.ref_of(site_id, remote_id)
        told = self._read(call, "contacts", remote_id, ",".join(WATCHED["contact"])) if ref else None
        if ref is None or told is None:
            return
        for follow in (self._owner, self._stage, self._status):
            lead = self.enquiry.lead(site_id, ref)
            if lead is not None and lead.status != "erased":
                follow(self._case(site_id, lead), call, told.properties)

    def _case(self, site_id: int, lead: LeadView) -> Case:
        link = self.links.of(site_id, lead.ref)
        known = link.made.get("owner") if OWNER in link.written else None
        return Case(site_id, lead, link, str(known[0]) if isinstance(known, list) and known else None)

    def _read(self, call: Calls, kind: str, remote_id: str, properties: str, **more: str) -> Reply | None:
        reply = call.get(self.account.objects(kind, f"/{remote_id}"), properties=properties, **more)
        if reply.status == 404:
            return None
        if not reply.is_taken:
            raise refused(reply, "our question")
        return reply

    # --- the owner

    def _owner(self, case: Case, call: Calls, there: Mapping[str, str]) -> None:
        theirs = there.get(OWNER, "")
        if theirs and not case.link.is_ours(OWNER, theirs):
            self._following.owner(case, OWNER, theirs, lambda: self._person(call, theirs))

    def _person(self, call: Calls, owner_id: str) -> Person | None:
        if not owner_id.isdigit():
            return None
        email = call.get(f"crm/owners/{self.account.version}/{owner_id}").data.get("email")
        return self.colleague(email) if isinstance(email, str) else None

    # --- the stage

    def _stage(self, case: Case, _call: Calls, there: Mapping[str, str]) -> None:
        """Only what is further on than here; what is behind is no news, it is ours to raise."""
        theirs = there.get(STAGE, "")
        ours = AS_THEY_SAY.get(case.lead.stage or "", "subscriber")
        if theirs not in STAGES or STAGES.index(theirs) <= STAGES.index(ours) or case.link.is_ours(STAGE, theirs):
            return
        if theirs == "salesqualifiedlead":
            self._following.accept(case, STAGE, theirs)
        elif theirs == "opportunity":
            self._following.climb(case, STAGE, theirs, Sheet())
        elif theirs == "customer":
            self._following.win(case, STAGE, theirs, Sheet())

    def _status(self, case: Case, _call: Calls, there: Mapping[str, str]) -> None:
        theirs = there.get(LEAD_STATUS, "")
        if theirs == UNQUALIFIED and case.lead.status in ("active", "nurturing"):
            self._following.close(case, LEAD_STATUS, theirs, "disqualify", "unqualified in HubSpot")

    # --- deals

    def _deal(self, site_id: int, call: Calls, deal_id: str) -> None:
        deal = self._read(call, "deals", deal_id, DEAL, associations="contacts")
        for contact_id in _contacts(deal) if deal else ():
            ref = self.links.ref_of(site_id, contact_id)
            lead = self.enquiry.lead(site_id, ref) if ref else None
            if deal is not None and lead is not None and lead.status in ("active", "nurturing"):
                self._of_deal(self._case(site_id, lead), deal_id, deal.properties)

    def _of_deal(self, case: Case, deal_id: str, told: Mapping[str, str]) -> None:
        name, theirs = f"deal {deal_id}", told.get("dealstage", "")
        if told.get("hs_is_closed_won") == "true":
            self._following.win(case, name, "won", _sheet(deal_id, told))
        elif told.get("hs_is_closed") == "true":
            reason = told.get("closed_lost_reason", "")[:500]
            self._following.close(
                case, name, "lost", "lost", f"the deal is lost in HubSpot{f': {reason}' if reason else ''}"
            )
        elif not reached(case.lead.stage, "opportunity"):
            self._following.climb(case, name, theirs, _sheet(deal_id, told))


def _contacts(deal: Reply) -> list[str]:
    linked = deal.data.get("associations")
    found = Reply(200, linked.get("contacts") or {}).results if isinstance(linked, dict) else []
    return list(dict.fromkeys(str(one.get("id", "")) for one in found))[:20]


def _sheet(deal_id: str, told: Mapping[str, str]) -> Sheet:
    try:
        amount: float | None = float(told.get("amount", ""))
    except ValueError:
        amount = None
    try:
        day: date | None = date.fromisoformat(told.get("closedate", "")[:10])
    except ValueError:
        day = None
    currency = told.get("deal_currency_code")
    return Sheet(next_step="the deal in HubSpot", amount=amount, currency=currency, day=day, deal_id=deal_id)
