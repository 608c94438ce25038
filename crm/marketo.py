"""The destination "marketo": a qualified lead becomes a person with stage and owner, in a program, with activities."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from crm.agreeing import as_text, difference
from crm.calls import Failed, Json
from crm.given import Enquiry, Links, to_tell
from crm.marketo_calls import NO_SUCH_LEAD, Reply, refused
from crm.marketo_story import Account, Caller, Story
from crm.marketo_words import values
from qualification.links import Link
from qualification.promises import Outcome, Promise, Sent
from qualification.views import LeadView, Person

CHANNEL = "marketo"
LEADS = "rest/v1/leads.json"
NOBODY_TO_FIND = "nothing was written: Marketo knows people by their e-mail address, and this lead gave none"


@dataclass(frozen=True, slots=True)
class Marketo:
    """`email_of` is a rep's address by the team file, which is how people there know them."""

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

    marketo: Marketo
    call: Caller
    site_id: int
    lead: LeadView

    def tell(self, link: Link) -> Outcome:
        wanted = self._wanted()
        if not (link.remote_id or self._by(wanted)):
            return Sent(None, NOBODY_TO_FIND)
        link, rejected = self._person(link, wanted)
        link, remarks = Story(self.marketo.account, self.call, self.lead, self._keep).tell(link)
        self._keep(replace(link, revision=self.lead.revision))
        return Sent(link.remote_id, "; ".join(filter(None, (rejected, *remarks))) or None)

    def _wanted(self) -> dict[str, str]:
        owner = self.lead.owner
        email = self.marketo.email_of(self.site_id, owner) if owner else None
        return values(self.lead, self.marketo.account.mapping, email)

    def _by(self, wanted: Mapping[str, str]) -> tuple[str, str] | None:
        """The field and the value a person is found by: the address, else our reference where it has a field."""
        reference = self.marketo.account.mapping.fields.get("reference", "")
        return next(((name, wanted[name]) for name in ("email", reference) if wanted.get(name)), None)

    def _keep(self, link: Link) -> Link:
        self.marketo.links.keep(self.site_id, self.lead.ref, link)
        return link

    # --- the person

    def _person(self, link: Link, wanted: Mapping[str, str]) -> tuple[Link, str]:
        """The person as they should be; what was rejected of it, in words."""
        there, unknown = self._found(link, wanted)
        wanted = {name: value for name, value in wanted.items() if name not in unknown}
        if there is None:
            return self._created(link, wanted, unknown)
        link = replace(link, remote_id=str(there["id"]))
        theirs = as_text(there)
        write, conflicts = difference(wanted, theirs, link, self.marketo.account.mapping.ladder)
        same = {name: value for name, value in wanted.items() if theirs.get(name) == value}
        link = replace(link, written={**link.written, **same}, conflicts=conflicts)
        if not write:
            return self._keep(replace(link, sending={})), _not_taken(unknown)
        self._keep(replace(link, sending=write))
        record = {"id": int(there["id"])}
        _, taken, rejected = self._sent({"action": "updateOnly", "lookupField": "id"}, record, write)
        written = {**link.written, **taken}
        return self._keep(replace(link, written=written, sending={})), _not_taken({**unknown, **rejected})

    def _found(self, link: Link, wanted: Mapping[str, str]) -> tuple[Json | None, dict[str, str]]:
        """By the id we remember, then by what people are found by. Of several the one somebody changed last."""
        unknown: dict[str, str] = {}
        if link.remote_id:
            found, unknown = self._read(f"rest/v1/lead/{link.remote_id}.json", wanted)
            if found:
                return found[0], unknown
        by = self._by(wanted)
        if by is None:
            return None, unknown
        found, unknown = self._read(LEADS, wanted, filterType=by[0], filterValues=by[1])
        return max(found, key=lambda one: str(one.get("updatedAt", "")), default=None), unknown

    def _read(self, path: str, wanted: Mapping[str, str], **by: str) -> tuple[list[Json], dict[str, str]]:
        """People as they are there, and those of our fields Marketo does not have."""
        reply = self.call.get(path, fields=_shown(wanted), **by)
        unknown = {} if reply.is_taken else reply.rejected(wanted)
        if unknown:
            reply = self.call.get(path, fields=_shown([name for name in wanted if name not in unknown]), **by)
        if not reply.is_taken and NO_SUCH_LEAD not in reply.codes:
            raise refused(reply, "our question for the person")
        return [one for one in reply.results if str(one.get("id", "")).isdigit()], unknown

    def _created(self, link: Link, wanted: Mapping[str, str], unknown: dict[str, str]) -> tuple[Link, str]:
        name, value = self._by(wanted) or ("email", "")
        self._keep(replace(link, sending=dict(wanted)))
        rest = {field: it for field, it in wanted.items() if field != name}
        how = {"action": "createOrUpdate", "lookupField": name}
        remote_id, taken, rejected = self._sent(how, {name: value}, rest)
        made = replace(link, remote_id=remote_id, written={name: value, **taken}, sending={}, made={})
        return self._keep(made), _not_taken({**unknown, **rejected})

    def _sent(
        self, how: Mapping[str, str], record: Json, write: Mapping[str, str]
    ) -> tuple[str, Mapping[str, str], dict[str, str]]:
        """The id, what was taken, what was not: no field of a mapping is worth losing the lead."""
        reply = self._synced(how, {**record, **write})
        rejected = {} if reply.is_taken else reply.rejected(write)
        taken = {name: value for name, value in write.items() if name not in rejected}
        if rejected:
            reply = self._synced(how, {**record, **taken})
        if not reply.is_taken:
            raise refused(reply, "the person", [*record, *taken])
        return reply.id, taken, rejected

    def _synced(self, how: Mapping[str, str], record: Json) -> Reply:
        partition = self.marketo.account.partition
        where = {"partitionName": partition} if partition else {}
        return self.call.post(LEADS, {**how, **where, "input": [record]})


def _shown(wanted: Mapping[str, str] | list[str]) -> str:
    return ",".join(dict.fromkeys(("id", "email", "updatedAt", *wanted)))


def _not_taken(rejected: Mapping[str, str]) -> str:
    names = ", ".join(f"{name} ({why})" for name, why in sorted(rejected.items()))
    return f"Marketo does not take {names}" if names else ""
