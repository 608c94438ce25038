"""What Marketo's people do there comes back: stage, owner, won and lost, told by a campaign or found by looking."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog

from crm.agreeing import as_text
from crm.calls import Failed, Json
from crm.following import Case, Following, Handoff, Links
from crm.given import Enquiry
from crm.marketo_calls import NO_SUCH_LEAD, Calls, refused
from crm.marketo_story import PAGE_FROM, Account
from qualification.promises import InboxRow, NotTaken, Sent
from qualification.sheet import Sheet
from qualification.views import LeadView, Person

KIND = "marketo.changed"
MARKETO = Person("marketo", "Marketo", role="manager", via="marketo")
CHANGES = "rest/v1/activities/leadchanges.json"
MOST_PAGES = 10
LOOK_BACK = timedelta(days=1)
log = structlog.get_logger()


def person_of(told: Mapping[str, Any]) -> str | None:
    """The id of the person a campaign tells of: `{"id": {{lead.Id}}}`; everything else it says is looked up."""
    found = str(told.get("id", ""))
    return found if found.isdigit() and len(found) < 19 else None


@dataclass(frozen=True, slots=True)
class MarketoTells:
    """The inbox's handler for one site. It goes by what stands in Marketo now, so it may see a change twice, or late.

    `colleague` is who of the team file has this e-mail address.
    """

    account: Account
    enquiry: Enquiry
    links: Links
    handoff: Handoff
    colleague: Callable[[str], Person | None]
    clock: Callable[[], datetime]

    def work(self, row: InboxRow) -> None:
        remote_id = str(row.payload["id"])
        ref = self.links.ref_of(row.site_id, remote_id)
        there = self._read(self.account.calls(self.clock), remote_id) if ref else None
        if ref is None or there is None:
            return
        for follow in (self._owner, self._stage):
            lead = self.enquiry.lead(row.site_id, ref)
            if lead is not None and lead.status in ("active", "nurturing"):
                follow(self._case(row.site_id, lead), there)

    def _read(self, call: Calls, remote_id: str) -> dict[str, str] | None:
        reply = call.get(f"rest/v1/lead/{remote_id}.json", fields=",".join(["id", *watched(self.account)]))
        if not reply.is_taken and NO_SUCH_LEAD not in reply.codes:
            raise refused(reply, "our question for the person")
        found = next(iter(reply.results), None)
        return as_text(found) if found else None

    def _case(self, site_id: int, lead: LeadView) -> Case:
        link = self.links.of(site_id, lead.ref)
        told = self.colleague(link.written.get(self._field("owner"), ""))
        return Case(site_id, lead, link, told.id if told else None)

    def _field(self, ours: str) -> str:
        return self.account.mapping.fields.get(ours, "")

    @property
    def _following(self) -> Following:
        return Following(MARKETO, self.links, self.handoff)

    def _owner(self, case: Case, there: Mapping[str, str]) -> None:
        name = self._field("owner")
        theirs = there.get(name, "")
        if theirs and not case.link.is_ours(name, theirs):
            self._following.owner(case, name, theirs, lambda: self.colleague(theirs))

    def _stage(self, case: Case, there: Mapping[str, str]) -> None:
        """Only what is further on than here, or over; what is behind is no news, it is ours to raise."""
        name, mapping = self._field("stage"), self.account.mapping
        theirs = there.get(name, "")
        if case.link.is_ours(name, theirs):
            return
        if theirs in mapping.closed:
            verb = mapping.closed[theirs]
            self._following.close(case, name, theirs, verb, f"{theirs} in Marketo")
        elif mapping.is_further(theirs, case.lead.stage):
            self._climb(case, name, theirs, self._sheet(case.lead.sheet, there))

    def _climb(self, case: Case, name: str, theirs: str, sheet: Sheet) -> None:
        stage = self.account.mapping.ours(theirs)
        if stage == "sql":
            self._following.accept(case, name, theirs)
        elif stage == "prospect" or stage == "opportunity":
            self._following.climb(case, name, theirs, sheet, stage)
        elif stage == "customer":
            self._following.win(case, name, theirs, sheet)

    def _sheet(self, known: Sheet, there: Mapping[str, str]) -> Sheet:
        """What the rep wrote down stays."""
        try:
            amount: float | None = float(there.get(self._field("amount"), ""))
        except ValueError:
            amount = None
        day = known.day or self.clock().date()
        return Sheet(next_step=known.next_step or "worked in Marketo", amount=amount or known.amount, day=day)


def watched(account: Account) -> list[str]:
    fields = account.mapping.fields
    return [fields[ours] for ours in ("stage", "owner", "amount") if ours in fields]


class Positions(Protocol):
    """How far we have looked, by site."""

    def of(self, site_id: int, /) -> str | None: ...
    def keep(self, site_id: int, position: str, /) -> None: ...


class Accept(Protocol):
    def __call__(self, site_id: int, key: str, kind: str, payload: Mapping[str, Any], source: str, /) -> bool: ...


@dataclass(frozen=True, slots=True)
class MarketoLook:
    """Looks now and then for what changed there, so that no campaign has to tell. `accounts` are those of the sites."""

    accounts: Callable[[], Iterable[tuple[int, Account]]]
    links: Links
    positions: Positions
    accept: Accept
    clock: Callable[[], datetime]

    def look(self, now: datetime) -> int:
        """How many changes were taken in. A Marketo that does not answer is asked again next time."""
        return sum(self._look_at(site_id, account, now) for site_id, account in self.accounts())

    def _look_at(self, site_id: int, account: Account, now: datetime) -> int:
        try:
            return self._changes(site_id, account, now)
        except Failed as failed:
            error = "" if isinstance(failed.outcome, Sent) else failed.outcome.error
            log.warning("marketo_not_looked_at", site_id=site_id, error=error)
        except NotTaken:
            log.warning("marketo_changes_not_stored", site_id=site_id)
        return 0

    def _changes(self, site_id: int, account: Account, now: datetime) -> int:
        if not watched(account):
            return 0
        call, taken = account.calls(self.clock), 0
        position = self.positions.of(site_id) or self._begin(call, now)
        for _ in range(MOST_PAGES):
            reply = call.get(CHANGES, nextPageToken=position, fields=",".join(watched(account)))
            if not reply.is_taken:
                self.positions.keep(site_id, self._begin(call, now - LOOK_BACK))
                raise refused(reply, "our question for changes")
            taken += sum(self._take(site_id, one) for one in reply.results)
            position = str(reply.data.get("nextPageToken") or position)
            self.positions.keep(site_id, position)
            if reply.data.get("moreResult") is not True:
                break
        return taken

    def _begin(self, call: Calls, since: datetime) -> str:
        reply = call.get(PAGE_FROM, sinceDatetime=since.strftime("%Y-%m-%dT%H:%M:%SZ"))
        if not reply.is_taken:
            raise refused(reply, "our question where to begin")
        return str(reply.data.get("nextPageToken", ""))

    def _take(self, site_id: int, change: Json) -> bool:
        """Only of people who are leads here."""
        remote_id = str(change.get("leadId", ""))
        if not remote_id.isdigit() or self.links.ref_of(site_id, remote_id) is None:
            return False
        told = json.dumps(change, sort_keys=True)
        key = f"marketo:{remote_id}:{hashlib.sha256(told.encode()).hexdigest()[:40]}"
        return self.accept(site_id, key, KIND, {"id": remote_id}, "marketo")
