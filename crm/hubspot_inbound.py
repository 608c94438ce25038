"""What HubSpot's people do there comes back: owner, stage, deals won and lost, through the hand-off door."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol

from crm.given import Enquiry
from crm.hubspot import Account
from crm.hubspot_calls import Calls, Reply, refused
from crm.hubspot_words import AS_THEY_SAY, OWNER, STAGE, STAGES
from qualification.links import Link
from qualification.promises import InboxRow
from qualification.sheet import LETTERS, Sheet
from qualification.stages import ReturnCode, Stage, reached
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
NOT_OURS_TO_DECIDE = "nobody owns the lead here, so nothing was changed; `/lead claim` it first"


def object_of(event: Mapping[str, Any]) -> str | None:
    """`contact` or `deal` when the event tells of something we follow; its value may be old, so it is looked up."""
    named, _, what = str(event.get("subscriptionType", "")).partition(".")
    kind = OBJECTS.get(str(event.get("objectTypeId", "")), named)
    follows = what == "propertyChange" and event.get("propertyName") in WATCHED.get(kind, ())
    return kind if follows and str(event.get("objectId", "")).isdigit() else None


class Links(Protocol):
    def of(self, site_id: int, ref: str, /) -> Link: ...
    def ref_of(self, site_id: int, remote_id: str, /) -> str | None: ...
    def hear(self, site_id: int, ref: str, heard: Mapping[str, Any], /) -> None: ...


class Said(Protocol):
    """What the door answered."""

    @property
    def done(self) -> bool: ...
    @property
    def code(self) -> str: ...
    @property
    def missing(self) -> tuple[str, ...]: ...


class Handoff(Protocol):
    def assign(self, site_id: int, ref: str, by: Person, to: Person, /) -> Said: ...
    def accept(self, site_id: int, ref: str, by: Person, /) -> Said: ...
    def stage(self, site_id: int, ref: str, by: Person, stage: Stage, sheet: Sheet | None, /) -> Said: ...
    def won(self, site_id: int, ref: str, by: Person, sheet: Sheet | None, text: str, /) -> Said: ...
    def lost(self, site_id: int, ref: str, by: Person, code: ReturnCode, text: str, /) -> Said: ...
    def disqualify(self, site_id: int, ref: str, by: Person, code: ReturnCode, text: str, /) -> Said: ...
    def note(self, site_id: int, ref: str, by: Person, text: str, /) -> Said: ...


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
                follow(Case(site_id, lead, self.links.of(site_id, lead.ref), call), told.properties)

    def _read(self, call: Calls, kind: str, remote_id: str, properties: str, **more: str) -> Reply | None:
        reply = call.get(self.account.objects(kind, f"/{remote_id}"), properties=properties, **more)
        if reply.status == 404:
            return None
        if not reply.is_taken:
            raise refused(reply, "our question")
        return reply

    # --- the owner

    def _owner(self, case: "Case", there: Mapping[str, str]) -> None:
        """Taken over when only HubSpot's people changed it; when both sides did, it is said and both stay."""
        theirs = there.get(OWNER, "")
        if not theirs or case.link.is_ours(OWNER, theirs):
            return
        person = self._person(case.call, theirs)
        if person is None:
            self._differs(case, OWNER, theirs, "the team file has nobody with that user's address and a Slack id")
        elif case.lead.owner is None or case.is_owner_as_written:
            if case.lead.owner is None or case.lead.owner.id != person.id:
                self._done(case, OWNER, theirs, self.handoff.assign(case.site_id, case.lead.ref, HUBSPOT, person))
        elif case.lead.owner.id != person.id:
            self._differs(case, OWNER, theirs, f"here {case.lead.owner.name} has the lead")

    def _person(self, call: Calls, owner_id: str) -> Person | None:
        if not owner_id.isdigit():
            return None
        email = call.get(f"crm/owners/{self.account.version}/{owner_id}").data.get("email")
        return self.colleague(email) if isinstance(email, str) else None

    # --- the stage

    def _stage(self, case: "Case", there: Mapping[str, str]) -> None:
        """Only what is further on than here; what is behind is no news, it is ours to raise."""
        theirs = there.get(STAGE, "")
        ours = AS_THEY_SAY.get(case.lead.stage or "", "subscriber")
        if theirs not in STAGES or STAGES.index(theirs) <= STAGES.index(ours) or case.link.is_ours(STAGE, theirs):
            return
        if theirs == "salesqualifiedlead":
            self._accept(case, STAGE, theirs)
        elif theirs == "opportunity":
            self._climb(case, STAGE, theirs, Sheet())
        elif theirs == "customer":
            self._win(case, STAGE, theirs, Sheet())

    def _status(self, case: "Case", there: Mapping[str, str]) -> None:
        theirs = there.get(LEAD_STATUS, "")
        if theirs == UNQUALIFIED and case.lead.status in ("active", "nurturing"):
            self._close(case, LEAD_STATUS, theirs, "disqualify", "unqualified in HubSpot")

    # --- deals

    def _deal(self, site_id: int, call: Calls, deal_id: str) -> None:
        deal = self._read(call, "deals", deal_id, DEAL, associations="contacts")
        for contact_id in _contacts(deal) if deal else ():
            ref = self.links.ref_of(site_id, contact_id)
            lead = self.enquiry.lead(site_id, ref) if ref else None
            if deal is not None and lead is not None and lead.status in ("active", "nurturing"):
                case = Case(site_id, lead, self.links.of(site_id, lead.ref), call)
                self._of_deal(case, deal_id, deal.properties)

    def _of_deal(self, case: "Case", deal_id: str, told: Mapping[str, str]) -> None:
        name, theirs = f"deal {deal_id}", told.get("dealstage", "")
        if told.get("hs_is_closed_won") == "true":
            self._win(case, name, "won", _sheet(deal_id, told))
        elif told.get("hs_is_closed") == "true":
            reason = told.get("closed_lost_reason", "")[:500]
            self._close(case, name, "lost", "lost", f"the deal is lost in HubSpot{f': {reason}' if reason else ''}")
        elif not reached(case.lead.stage, "opportunity"):
            self._climb(case, name, theirs, _sheet(deal_id, told))

    # --- through the door

    def _accept(self, case: "Case", name: str, theirs: str) -> bool:
        """Whether it is accepted now."""
        by = case.by
        if case.lead.handoff == "accepted":
            return True
        if by is None:
            self._differs(case, name, theirs, NOT_OURS_TO_DECIDE)
            return False
        return self._done(case, name, theirs, self.handoff.accept(case.site_id, case.lead.ref, by))

    def _climb(self, case: "Case", name: str, theirs: str, sheet: Sheet) -> None:
        if self._accept(case, name, theirs) and (by := case.by):
            known = replace(sheet, icp_override="worked in HubSpot", bant_waiver="worked in HubSpot")
            self._done(case, name, theirs, self.handoff.stage(case.site_id, case.lead.ref, by, "opportunity", known))

    def _win(self, case: "Case", name: str, theirs: str, sheet: Sheet) -> None:
        """Whoever has bought had the money, the say, the need and the time."""
        if self._accept(case, name, theirs) and (by := case.by):
            won = "bought, says HubSpot"
            known_here = case.lead.bant
            answers = {one: won for one in LETTERS if one not in known_here or known_here[one].is_no}
            known = replace(sheet, bant=answers, icp_override=won, bant_waiver=won)
            self._done(case, name, theirs, self.handoff.won(case.site_id, case.lead.ref, by, known, "won in HubSpot"))

    def _close(self, case: "Case", name: str, theirs: str, verb: str, text: str) -> None:
        by = case.by or HUBSPOT
        close = self.handoff.lost if verb == "lost" else self.handoff.disqualify
        self._done(case, name, theirs, close(case.site_id, case.lead.ref, by, "other", text))

    def _done(self, case: "Case", name: str, theirs: str, outcome: Said) -> bool:
        if outcome.done:
            self._hear(case, name, None)
        else:
            lacking = f" ({', '.join(outcome.missing)})" if outcome.missing else ""
            self._differs(case, name, theirs, f"not done here: {outcome.code.replace('_', ' ')}{lacking}")
        return outcome.done

    # --- what could not be followed

    def _differs(self, case: "Case", name: str, theirs: str, why: str) -> None:
        """Kept for `flask crm conflicts`, and said once in the lead's thread."""
        if case.link.heard.get(name) != [theirs, why]:
            self.handoff.note(case.site_id, case.lead.ref, HUBSPOT, f"HubSpot says {name} is {theirs[:100]}; {why}")
            self._hear(case, name, [theirs, why])

    def _hear(self, case: "Case", name: str, what: list[str] | None) -> None:
        rest = {key: value for key, value in case.link.heard.items() if key != name}
        wanted = {**rest, **({name: what} if what else {})}
        if wanted != case.link.heard:
            self.links.hear(case.site_id, case.lead.ref, wanted)


@dataclass(frozen=True, slots=True)
class Case:
    """A lead as it stands here, and what we wrote of it there."""

    site_id: int
    lead: LeadView
    link: Link
    call: Calls

    @property
    def by(self) -> Person | None:
        """In the owner's name, for it is their lead."""
        owner = self.lead.owner
        return replace(owner, role="manager", via="hubspot") if owner else None

    @property
    def is_owner_as_written(self) -> bool:
        """Whether the lead's owner here is still the one we last told HubSpot."""
        known = self.link.made.get("owner")
        told = known[0] if isinstance(known, list) and known else None
        return self.lead.owner is not None and told == self.lead.owner.id and OWNER in self.link.written


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
