"""The destination "hubspot": a qualified lead becomes a contact with its stage, owner, a note and a task."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import quote

from crm.agreeing import difference
from crm.calls import BUDGET, Failed
from crm.given import Enquiry, Links, to_tell
from crm.hubspot_calls import Calls, Reply, refused
from crm.hubspot_words import LADDER, OWNER, STAGE, fields_of, marker, note, properties, task
from qualification.links import UNSURE, Link
from qualification.promises import Outcome, Promise, Retry, Sent
from qualification.stages import reached
from qualification.views import LeadView, Person

CHANNEL = "hubspot"
NOTE_OF, TASK_OF = 202, 204  # HubSpot's numbers for "note of a contact" and "task of a contact"
BODIES: Mapping[str, str] = {"notes": "hs_note_body", "tasks": "hs_task_body"}
WAIT_FOR_ALERT, LOOK_AGAIN_S = timedelta(seconds=30), 5.0
NEEDED = ("email", "phone")


class Caller(Protocol):
    def get(self, path: str, **params: str) -> Reply: ...
    def post(self, path: str, body: Mapping[str, object]) -> Reply: ...
    def patch(self, path: str, body: Mapping[str, object]) -> Reply: ...


@dataclass(frozen=True, slots=True)
class Account:
    """One HubSpot account and how we write to it. `fields` are the team file's."""

    token: str
    url: str
    version: str
    fields: Mapping[str, str | None]
    notes: bool = True
    tasks: bool = True

    def calls(self, clock: Callable[[], datetime]) -> Calls:
        return Calls(self.token, self.url, clock, clock() + BUDGET)

    def objects(self, kind: str, rest: str = "") -> str:
        return f"crm/objects/{self.version}/{kind}{rest}"


@dataclass(frozen=True, slots=True)
class HubSpot:
    """Each step looks at what is there and does what is missing, so a promise may be kept as often as need be.

    `email_of` is a rep's address by the team file, which is how HubSpot knows them.
    """

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
            return Telling(self, self.account.calls(self.clock), promise, lead).tell(link)
        except Failed as failed:
            return failed.outcome


@dataclass(frozen=True, slots=True)
class Telling:
    """One lead, told once. `call` may also be one that only notes down what it would write."""

    hubspot: HubSpot
    call: Caller
    promise: Promise
    lead: LeadView

    def tell(self, link: Link) -> Outcome:
        link, owner_id, remarks = self._owner(link)
        link, rejected = self._contact(link, owner_id)
        if self._waits_for_alert():
            return Retry(LOOK_AGAIN_S, "the note waits for the alert it leads to", counts=False)
        link = self._note(link)
        link = self._task(link, owner_id)
        self._keep(replace(link, revision=self.lead.revision))
        return Sent(link.remote_id, "; ".join(filter(None, (*remarks, rejected))) or None)

    def _keep(self, link: Link) -> Link:
        self.hubspot.links.keep(self.promise.site_id, self.lead.ref, link)
        return link

    # --- the owner

    def _owner(self, link: Link) -> tuple[Link, str | None, tuple[str, ...]]:
        """HubSpot's id of the rep who owns the lead; looked up once for each rep."""
        owner = self.lead.owner
        if owner is None:
            return link, None, ()
        email = self.hubspot.email_of(self.promise.site_id, owner)
        if email is None:
            return link, None, ()
        known = link.made.get("owner")
        if isinstance(known, list) and known[:1] == [owner.id]:
            return link, str(known[1]), ()
        version = self.hubspot.account.version
        found = self.call.get(f"crm/owners/{version}", email=email, limit="1").results
        if not found:
            return link, None, (f"no owner was set: HubSpot has no user with the address of {owner.name}",)
        owner_id = Reply(200, found[0]).id
        return replace(link, made={**link.made, "owner": [owner.id, owner_id]}), owner_id, ()

    # --- the contact

    def _contact(self, link: Link, owner_id: str | None) -> tuple[Link, str | None]:
        """The contact as it should be; what HubSpot rejected of it, in words."""
        wanted = properties(self.lead, fields_of(self.hubspot.account.fields), owner_id)
        there = self._found(link, wanted)
        if there is None:
            there, rejected = self._created(link, wanted)
            if rejected is not None:
                link = replace(link, made={name: it for name, it in link.made.items() if name == "owner"})
                return self._keep(self._as_written(link, there, wanted)), rejected or None
        link = replace(link, remote_id=there.id)
        write, conflicts = difference(wanted, there.properties, link, LADDER)
        same = {name: value for name, value in wanted.items() if there.properties.get(name) == value}
        link = replace(link, written={**link.written, **same}, conflicts=conflicts)
        if not write:
            return self._keep(replace(link, sending={})), None
        path = self.hubspot.account.objects("contacts", f"/{there.id}")
        self._keep(replace(link, sending=write))
        answer, rejected = self._sent(write, lambda body: self.call.patch(path, body))
        return self._keep(self._as_written(link, answer, write)), rejected or None

    def _as_written(self, link: Link, answer: Reply, wrote: Mapping[str, str]) -> Link:
        """As HubSpot keeps it: it tidies up numbers and addresses."""
        kept = {name: answer.properties.get(name, value) for name, value in wrote.items()}
        return replace(link, remote_id=answer.id, written={**link.written, **kept}, sending={})

    def _found(self, link: Link, wanted: Mapping[str, str]) -> Reply | None:
        """By the id we remember, then by e-mail; by number only to find what we may just have made."""
        shown = ",".join((*wanted, OWNER, STAGE))
        if link.remote_id:
            reply = self._read(link.remote_id, properties=shown)
            if reply is not None:
                return reply
        if self.lead.email:
            return self._read(quote(self.lead.email, safe=""), properties=shown, idProperty="email")
        return self._by_phone(wanted) if link.sending else None

    def _read(self, name: str, **params: str) -> Reply | None:
        reply = self.call.get(self.hubspot.account.objects("contacts", f"/{name}"), **params)
        if reply.status == 404:
            return None
        if not reply.is_taken:
            raise refused(reply, "our question for the contact")
        return reply

    def _by_phone(self, wanted: Mapping[str, str]) -> Reply | None:
        same = {"propertyName": "phone", "operator": "EQ", "value": wanted.get("phone", "")}
        asked = {"filterGroups": [{"filters": [same]}], "properties": [*wanted], "limit": 1}
        found = self.call.post(self.hubspot.account.objects("contacts", "/search"), asked).results
        return Reply(200, found[0]) if found else None

    def _created(self, link: Link, wanted: Mapping[str, str]) -> tuple[Reply, str | None]:
        """The new contact with what was rejected of it; or one that was there already, and None."""
        self._keep(replace(link, sending=dict(wanted)))
        path = self.hubspot.account.objects("contacts")
        answer, rejected = self._sent(wanted, lambda body: self.call.post(path, body))
        if answer.status != 409:
            return answer, rejected
        known = self._read(answer.existing_id or "0", properties=",".join(wanted))
        if known is None:
            raise Failed(Retry(None, "HubSpot says the contact exists, and does not find it"))
        return known, None

    def _sent(self, write: Mapping[str, str], send: Callable[[Mapping[str, object]], Reply]) -> tuple[Reply, str]:
        """A property HubSpot does not take is left out, for no field of a mapping is worth losing the lead."""
        answer = send({"properties": dict(write)})
        rejected = answer.rejected() if answer.status == 400 else {}
        rest = {name: value for name, value in write.items() if name not in rejected}
        named = [name for name in NEEDED if name in write]
        if rejected and rest and (not named or any(name in rest for name in named)):
            answer = send({"properties": rest})
        if answer.status == 409 or answer.is_taken:
            names = ", ".join(f"{name} ({code})" for name, code in sorted(rejected.items()))
            return answer, f"HubSpot does not take {names}" if names else ""
        raise refused(answer, "the contact")

    # --- what goes with it

    def _waits_for_alert(self) -> bool:
        """For half a minute at most: then the note is made without the way to the alert."""
        is_old = self.promise.payload.get("history") is True
        if is_old or not self._wants_note() or self.hubspot.clock() - self.promise.created_at > WAIT_FOR_ALERT:
            return False
        alerts = [one for one in self.lead.deliveries if one.destination == "slack" and one.kind == "alert"]
        return any(one.state in ("pending", "in_progress") for one in alerts) and not any(
            one.state == "delivered" for one in alerts
        )

    def _wants_note(self) -> bool:
        return self.hubspot.account.notes and reached(self.lead.stage, "mql")

    def _note(self, link: Link) -> Link:
        """One for each time they became an MQL."""
        if not self._wants_note():
            return link
        what = f"{self.lead.cycle}/note"
        return self._made(link, "notes", what, NOTE_OF, lambda: note(self.lead, what, self.hubspot.clock()))

    def _task(self, link: Link, owner_id: str | None) -> Link:
        """One for each owner who has the lead to work."""
        with_them = self.lead.handoff in ("claimed", "accepted") and self.lead.status in ("active", "nurturing")
        if not (self.hubspot.account.tasks and with_them and owner_id):
            return link
        what = f"{self.lead.cycle}/task/{owner_id}"
        now = self.hubspot.clock()
        return self._made(link, "tasks", what, TASK_OF, lambda: task(self.lead, what, owner_id, now))

    def _made(self, link: Link, kind: str, what: str, number: int, render: Callable[[], Mapping[str, str]]) -> Link:
        """Once: before it is tried it is written down as unsure, and what is unsure is looked for first."""
        known = link.made.get(what)
        if known not in (None, UNSURE):
            return link
        found = self._made_before(link, kind, what) if known == UNSURE else None
        if found is None:
            link = self._keep(replace(link, made={**link.made, what: UNSURE}))
            association = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": number}
            with_it = [{"to": {"id": link.remote_id}, "types": [association]}]
            body = {"properties": dict(render()), "associations": with_it}
            answer = self.call.post(self.hubspot.account.objects(kind), body)
            if not answer.is_taken:
                raise refused(answer, "the note" if kind == "notes" else "the task")
            found = answer.id
        return self._keep(replace(link, made={**link.made, what: found}))

    def _made_before(self, link: Link, kind: str, what: str) -> str | None:
        reply = self.call.get(self.hubspot.account.objects("contacts", f"/{link.remote_id}"), associations=kind)
        linked = reply.data.get("associations")
        theirs = Reply(200, linked.get(kind) or {}).results if isinstance(linked, dict) else []
        ids = [{"id": str(one.get("id"))} for one in theirs][-100:]
        if not ids:
            return None
        asked = {"properties": [BODIES[kind]], "inputs": ids}
        found = self.call.post(self.hubspot.account.objects(kind, "/batch/read"), asked).results
        mark = marker(self.lead, what)
        said = [(Reply(200, one), str((one.get("properties") or {}).get(BODIES[kind], ""))) for one in found]
        return next((one.id for one, body in said if mark in body), None)
