"""What would be written to a CRM, without writing it: questions are asked for real, writes are noted down."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from crm import marketo, marketo_calls, salesforce, salesforce_calls, zendesk, zendesk_calls
from crm.calls import Failed
from crm.hubspot import HubSpot, Telling
from crm.hubspot_calls import Calls, Reply
from qualification.links import Link
from qualification.promises import Outcome, Promise
from qualification.views import LeadView

ASKS = ("/search", "/batch/read")
NEW = "0"  # the id of what would be new
NEW_LEAD = "0" * 18


@dataclass(frozen=True, slots=True)
class Write:
    method: str
    path: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The writes in their order, and what the promise would become."""

    writes: tuple[Write, ...]
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class _Noting:
    """A caller that asks for real and writes nothing."""

    calls: Calls
    written: list[Write] = field(default_factory=list)

    def get(self, path: str, **params: str) -> Reply:
        return self.calls.get(path, **params)

    def post(self, path: str, body: Mapping[str, object]) -> Reply:
        return self.calls.post(path, body) if path.endswith(ASKS) else self._noted("POST", path, body, NEW)

    def patch(self, path: str, body: Mapping[str, object]) -> Reply:
        return self._noted("PATCH", path, body, path.rpartition("/")[2])

    def _noted(self, method: str, path: str, body: Mapping[str, object], remote_id: str) -> Reply:
        self.written.append(Write(method, path, body))
        return Reply(200, {"id": remote_id, "properties": body.get("properties")})


@dataclass(frozen=True, slots=True)
class _NotingZendesk:
    calls: zendesk_calls.Calls
    written: list[Write] = field(default_factory=list)

    def get(self, path: str, **params: str) -> zendesk_calls.Reply:
        """What would be new has nothing to look at."""
        is_new = path.endswith(f"/{NEW}")
        return (
            zendesk_calls.Reply(200, {"ticket": {"id": 0, "assignee_id": 0}})
            if is_new
            else self.calls.get(path, **params)
        )

    def post(self, path: str, body: Mapping[str, object], key: str = "") -> zendesk_calls.Reply:
        return self._noted("POST", path, body)

    def put(self, path: str, body: Mapping[str, object]) -> zendesk_calls.Reply:
        return self._noted("PUT", path, body)

    def _noted(self, method: str, path: str, body: Mapping[str, object]) -> zendesk_calls.Reply:
        self.written.append(Write(method, path, body))
        return zendesk_calls.Reply(200, {"user": {"id": 0}, "ticket": {"id": 0}})


def rehearse_zendesk(there: zendesk.Zendesk, site_id: int, lead: LeadView) -> Rehearsal:
    link = there.links.of(site_id, lead.ref)
    noting = _NotingZendesk(there.account.calls(there.clock))
    telling = zendesk.Telling(replace(there, links=_Remembering(link)), noting, site_id, lead)
    try:
        outcome = telling.tell(link)
    except Failed as failed:
        outcome = failed.outcome
    return Rehearsal(tuple(noting.written), outcome)


@dataclass(frozen=True, slots=True)
class _NotingMarketo:
    calls: marketo_calls.Calls
    written: list[Write] = field(default_factory=list)

    def get(self, path: str, **params: str) -> marketo_calls.Reply:
        return self.calls.get(path, **params)

    def post(self, path: str, body: Mapping[str, object], **params: str) -> marketo_calls.Reply:
        query = "?" + urlencode(params) if params else ""
        self.written.append(Write("POST", path + query, body))
        return marketo_calls.Reply(200, {"success": True, "result": [{"id": 0}]})


def rehearse_marketo(there: marketo.Marketo, site_id: int, lead: LeadView) -> Rehearsal:
    link = there.links.of(site_id, lead.ref)
    noting = _NotingMarketo(there.account.calls(there.clock))
    telling = marketo.Telling(replace(there, links=_Remembering(link)), noting, site_id, lead)
    try:
        outcome = telling.tell(link)
    except Failed as failed:
        outcome = failed.outcome
    return Rehearsal(tuple(noting.written), outcome)


@dataclass(frozen=True, slots=True)
class _NotingSalesforce:
    calls: salesforce_calls.Calls
    written: list[Write] = field(default_factory=list)

    def get(self, path: str, **params: str) -> salesforce_calls.Reply:
        """What would be new has nothing to look at."""
        is_new = path.endswith(NEW_LEAD)
        return salesforce_calls.Reply(200, {"Id": NEW_LEAD}) if is_new else self.calls.get(path, **params)

    def patch(self, path: str, body: Mapping[str, object]) -> salesforce_calls.Reply:
        self.written.append(Write("PATCH", path, body))
        return salesforce_calls.Reply(200, {"id": NEW_LEAD})


def rehearse_salesforce(there: salesforce.Salesforce, site_id: int, lead: LeadView) -> Rehearsal:
    link = there.links.of(site_id, lead.ref)
    noting = _NotingSalesforce(there.account.calls(there.clock))
    telling = salesforce.Telling(replace(there, links=_Remembering(link)), noting, site_id, lead)
    try:
        outcome = telling.tell(link)
    except Failed as failed:
        outcome = failed.outcome
    return Rehearsal(tuple(noting.written), outcome)


@dataclass(frozen=True, slots=True)
class _Remembering:
    """What is known of the lead, of which nothing is kept."""

    link: Link

    def of(self, site_id: int, ref: str) -> Link:
        return self.link

    def keep(self, site_id: int, ref: str, link: Link) -> None:
        """Nothing: it is a rehearsal."""


def rehearse(hubspot: HubSpot, site_id: int, lead: LeadView) -> Rehearsal:
    """As if the lead had changed just now and its alert had had its time."""
    link, now = hubspot.links.of(site_id, lead.ref), hubspot.clock()
    noting = _Noting(hubspot.account.calls(hubspot.clock))
    payload = {"lead": lead.ref, "cycle": lead.cycle, "revision": lead.revision, "again": True}
    promise = Promise("rehearsal", "sync", payload, None, False, now - timedelta(hours=1), site_id)
    telling = Telling(replace(hubspot, links=_Remembering(link)), noting, promise, lead)
    try:
        outcome = telling.tell(link)
    except Failed as failed:
        outcome = failed.outcome
    return Rehearsal(tuple(noting.written), outcome)
