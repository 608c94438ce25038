"""The destination "zendesk": a qualified lead becomes a user and a ticket for sales, each once."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from crm.calls import BUDGET, Failed, Json
from crm.given import Enquiry, Links, to_tell
from crm.zendesk_calls import Calls, Reply, refused
from crm.zendesk_words import external_id, ticket, user
from qualification.links import UNSURE, Link
from qualification.promises import Outcome, Promise, Sent
from qualification.stages import reached
from qualification.views import LeadView, Person

CHANNEL = "zendesk"
ASSIGNEE = "assignee_id"
NO_AGENT = ("assignee", "assignee_email", "assignee_id")


class Caller(Protocol):
    def get(self, path: str, **params: str) -> Reply: ...
    def post(self, path: str, body: Json, key: str = "") -> Reply: ...
    def put(self, path: str, body: Json) -> Reply: ...


@dataclass(frozen=True, slots=True)
class Account:
    email: str
    token: str
    url: str

    def calls(self, clock: Callable[[], datetime]) -> Calls:
        return Calls(self.email, self.token, self.url, clock, clock() + BUDGET)


@dataclass(frozen=True, slots=True)
class Zendesk:
    """`email_of` is a rep's address by the team file, which is how Zendesk knows its agents."""

    account: Account
    enquiry: Enquiry
    links: Links
    email_of: Callable[[int, Person], str | None]
    clock: Callable[[], datetime]

    def send(self, promise: Promise) -> Outcome:
        found = to_tell(promise, self.enquiry, self.links)
        if not isinstance(found, tuple):
            return found
        lead, link = found
        try:
            return Telling(self, self.account.calls(self.clock), promise.site_id, lead).tell(link)
        except Failed as failed:
            return failed.outcome


@dataclass(frozen=True, slots=True)
class Telling:
    """One lead, told once. `call` may also be one that only notes down what it would write."""

    zendesk: Zendesk
    call: Caller
    site_id: int
    lead: LeadView

    def tell(self, link: Link) -> Outcome:
        link = self._user(link)
        remark = None
        if reached(self.lead.stage, "mql"):
            link, remark = self._ticket(link)
            link, said = self._assignee(link)
            remark = remark or said
        self._keep(replace(link, revision=self.lead.revision))
        return Sent(link.remote_id, remark)

    def _keep(self, link: Link) -> Link:
        self.zendesk.links.keep(self.site_id, self.lead.ref, link)
        return link

    # --- the user

    def _user(self, link: Link) -> Link:
        """Somebody Zendesk knows by this address is left as they are; anybody else is made."""
        if link.remote_id:
            return link
        known = self._known_user()
        if known is None:
            answer = self.call.post("api/v2/users/create_or_update", {"user": user(self.lead)})
            if not answer.is_taken:
                raise refused(answer, "the person")
            known = answer.id_of("user")
        return self._keep(replace(link, remote_id=known))

    def _known_user(self) -> str | None:
        if not self.lead.email:
            return None
        found = self.call.get("api/v2/users/search", query=f'email:"{self.lead.email}"').records("users")
        same = [one for one in found if str(one.get("email", "")).lower() == self.lead.email.lower()]
        return next((str(one["id"]) for one in same if isinstance(one.get("id"), int)), None)

    # --- the ticket

    def _ticket(self, link: Link) -> tuple[Link, str | None]:
        """One for each time they became an MQL. Before it is tried it is written down as unsure."""
        what = f"{self.lead.cycle}/ticket"
        known = link.made.get(what)
        if known not in (None, UNSURE):
            return link, None
        remark = None
        found = self._made_before() if known == UNSURE else None
        if found is None:
            link = self._keep(replace(link, made={**link.made, what: UNSURE}))
            found, remark = self._made(link)
        return self._keep(replace(link, made={**link.made, what: found})), remark

    def _made_before(self) -> str | None:
        found = self.call.get("api/v2/tickets", external_id=external_id(self.lead)).records("tickets")
        mine = [one for one in found if one.get("external_id") == external_id(self.lead)]
        return next((str(one["id"]) for one in mine if isinstance(one.get("id"), int)), None)

    def _made(self, link: Link) -> tuple[str, str | None]:
        """The ticket's id; who cannot be its assignee is left out and said."""
        wanted = ticket(self.lead, int(link.remote_id or 0), self._assignee_email())
        answer = self._posted(wanted)
        remark = None
        if answer.status == 422 and set(answer.rejected()) & set(NO_AGENT) and "assignee_email" in wanted:
            answer = self._posted({name: value for name, value in wanted.items() if name != "assignee_email"})
            remark = self._no_agent()
        if not answer.is_taken:
            raise refused(answer, "the ticket")
        return answer.id_of("ticket"), remark

    def _posted(self, wanted: Json) -> Reply:
        told = json.dumps([self.site_id, self.lead.ref, wanted], sort_keys=True)
        return self.call.post("api/v2/tickets", {"ticket": wanted}, key=hashlib.sha256(told.encode()).hexdigest())

    # --- who works on it

    def _assignee_email(self) -> str | None:
        return self.zendesk.email_of(self.site_id, self.lead.owner) if self.lead.owner else None

    def _assignee(self, link: Link) -> tuple[Link, str | None]:
        """The lead's owner, unless somebody gave the ticket to somebody else there."""
        email, ticket_id = self._assignee_email(), str(link.made[f"{self.lead.cycle}/ticket"])
        if email is None or link.written.get(ASSIGNEE) == f"{ticket_id}:{email}":
            return link, None
        there = self.call.get(f"api/v2/tickets/{ticket_id}")
        given_to = there.record("ticket").get(ASSIGNEE)
        if not there.is_taken or (given_to is not None and str(given_to) != link.written.get("was")):
            return replace(link, written={**link.written, ASSIGNEE: f"{ticket_id}:{email}"}), None
        path = f"api/v2/tickets/{ticket_id}"
        answer = self.call.put(path, {"ticket": {"assignee_email": email}})
        if answer.status == 422:
            return link, self._no_agent()
        if not answer.is_taken:
            raise refused(answer, "the assignee")
        return self._as_assigned(link, answer, ticket_id, email), None

    def _as_assigned(self, link: Link, ticket_there: Reply, ticket_id: str, email: str) -> Link:
        given_to = str(ticket_there.record("ticket").get(ASSIGNEE) or "")
        return replace(link, written={**link.written, ASSIGNEE: f"{ticket_id}:{email}", "was": given_to})

    def _no_agent(self) -> str:
        name = self.lead.owner.name if self.lead.owner else "somebody"
        return f"nobody was assigned: Zendesk has no agent with the address of {name}"
