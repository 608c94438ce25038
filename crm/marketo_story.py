"""What goes with a person in Marketo: the program, what their browser did before, and activities."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol

from crm.calls import BUDGET, Json
from crm.logins import Login, Tokens
from crm.marketo_calls import Calls, Reply
from crm.marketo_words import Activity, Mapped, activities, cookie, why_pushed
from qualification.links import UNSURE, Link
from qualification.stages import reached
from qualification.views import LeadView

PUSH = "rest/v1/leads/push.json"
ADD_ACTIVITIES, ACTIVITIES = "rest/v1/activities/external.json", "rest/v1/activities.json"
PAGE_FROM = "rest/v1/activities/pagingtoken.json"


class Caller(Protocol):
    def get(self, path: str, **params: str) -> Reply: ...
    def post(self, path: str, body: Json, **params: str) -> Reply: ...


@dataclass(frozen=True, slots=True)
class Account:
    """One Marketo account and how we write to it; `types` are ids of custom activities for mql, chat and content."""

    login: Login
    tokens: Tokens
    mapping: Mapped
    program: str | None = None
    program_status: str | None = None
    partition: str | None = None
    types: Mapping[str, int] = field(default_factory=dict)

    def calls(self, clock: Callable[[], datetime]) -> Calls:
        return Calls(self.login, self.tokens, clock, clock() + BUDGET)


@dataclass(frozen=True, slots=True)
class Story:
    """Of one lead whose person is there. None of it is worth holding the lead up: what is not taken is said."""

    account: Account
    call: Caller
    lead: LeadView
    keep: Callable[[Link], Link]

    def tell(self, link: Link) -> tuple[Link, tuple[str, ...]]:
        link, not_pushed = self._push(link)
        link, not_tied = self._cookie(link)
        link, not_added = self._activities(link)
        return link, (not_pushed, not_tied, not_added)

    # --- the program

    def _push(self, link: Link) -> tuple[Link, str]:
        """Once for each time they became an MQL."""
        account, what = self.account, f"{self.lead.cycle}/push"
        if account.program is None or not self.lead.email or not reached(self.lead.stage, "mql") or what in link.made:
            return link, ""
        answer = self.call.post(PUSH, self._pushed(account.program))
        if not answer.is_taken:
            return link, f"not in the program {account.program}: {answer.why()}"
        return self.keep(replace(link, made={**link.made, what: answer.id})), ""

    def _pushed(self, program: str) -> Json:
        account = self.account
        told = {"programName": program, "source": "Foyer", "reason": why_pushed(self.lead), "lookupField": "email"}
        told |= {"programStatus": account.program_status} if account.program_status else {}
        told |= {"partitionName": account.partition} if account.partition else {}
        return {**told, "input": [{"email": self.lead.email}]}

    # --- what the browser did before

    def _cookie(self, link: Link) -> tuple[Link, str]:
        """Ties what Marketo saw of the browser to the person, once for each cookie."""
        value = cookie(self.lead)
        what = f"cookie/{hashlib.sha256(value.encode()).hexdigest()[:16]}" if value else ""
        if value is None or what in link.made:
            return link, ""
        answer = self.call.post(f"rest/v1/leads/{link.remote_id}/associate.json", {}, cookie=value)
        link = self.keep(replace(link, made={**link.made, what: "tied" if answer.is_taken else "refused"}))
        return link, "" if answer.is_taken else f"the visits Marketo saw were not tied to the person: {answer.why()}"

    # --- activities

    def _activities(self, link: Link) -> tuple[Link, str]:
        """Each once: before it is tried it is written down as unsure, and what is unsure is looked for first."""
        types = self.account.types
        wanted = [one for one in activities(self.lead) if one.kind in types]
        new = [one for one in wanted if link.made.get(one.key) in (None, UNSURE)]
        if not new:
            return link, ""
        there = self._made_before(link, [one for one in new if link.made.get(one.key) == UNSURE])
        link = replace(link, made={**link.made, **dict.fromkeys(there, "there")})
        new = [one for one in new if one.key not in there]
        return self._added(link, new) if new else (self.keep(link), "")

    def _made_before(self, link: Link, unsure: list[Activity]) -> set[str]:
        if not unsure:
            return set()
        types = self.account.types
        since = min(one.at for one in unsure).astimezone(UTC).date()
        token = str(self.call.get(PAGE_FROM, sinceDatetime=f"{since}T00:00:00Z").data.get("nextPageToken", ""))
        kinds = ",".join(str(types[kind]) for kind in sorted({one.kind for one in unsure}))
        found = self.call.get(ACTIVITIES, nextPageToken=token, activityTypeIds=kinds, leadIds=link.remote_id or "")
        there = {(str(one.get("primaryAttributeValue")), str(one.get("activityDate"))[:10]) for one in found.results}
        return {one.key for one in unsure if (one.primary, one.day) in there}

    def _added(self, link: Link, new: list[Activity]) -> tuple[Link, str]:
        known = link.made
        link = self.keep(replace(link, made={**known, **{one.key: UNSURE for one in new}}))
        answer = self.call.post(ADD_ACTIVITIES, {"input": [self._activity(link, one) for one in new]})
        taken = [one.get("status") != "skipped" for one in answer.results] or [answer.is_taken] * len(new)
        done = {one.key: "told" for one, is_told in zip(new, taken, strict=False) if is_told}
        remark = "" if answer.is_taken else f"activities were not added: {answer.why()}"
        return self.keep(replace(link, made={**known, **done})), remark

    def _activity(self, link: Link, one: Activity) -> Json:
        return {
            "leadId": int(link.remote_id or 0),
            "activityTypeId": self.account.types[one.kind],
            "activityDate": one.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "primaryAttributeValue": one.primary,
            "attributes": [],
        }
