"""The destination "salesforce": a qualified lead becomes a Lead, upserted by our reference, with its owner."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from crm.agreeing import as_text, difference
from crm.calls import BUDGET, Failed, Json
from crm.given import Enquiry, Links, to_tell
from crm.logins import Login, Tokens
from crm.salesforce_calls import CONVERTED, Calls, Reply, id_of, refused
from crm.salesforce_words import NEEDED, OWNER, Mapped, lead_by, user_by, values
from qualification.links import Link
from qualification.promises import Outcome, Promise, Sent
from qualification.views import LeadView, Person

CHANNEL = "salesforce"
LEAD = "sobjects/Lead"
IS_CONVERTED = "the lead was converted in Salesforce and is left as it is there"


class Caller(Protocol):
    def get(self, path: str, **params: str) -> Reply: ...
    def patch(self, path: str, body: Json) -> Reply: ...


@dataclass(frozen=True, slots=True)
class Account:
    login: Login
    tokens: Tokens
    mapping: Mapped

    def calls(self, clock: Callable[[], datetime]) -> Calls:
        return Calls(self.login, self.tokens, clock, clock() + BUDGET)


@dataclass(frozen=True, slots=True)
class Salesforce:
    """`email_of` is a rep's address by the team file, which is how Salesforce knows its users."""

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

    salesforce: Salesforce
    call: Caller
    site_id: int
    lead: LeadView

    @property
    def _mapping(self) -> Mapped:
        return self.salesforce.account.mapping

    def tell(self, link: Link) -> Outcome:
        link, owner_id, ownerless = self._owner(link)
        wanted = values(self.lead, self._mapping, owner_id)
        there, unknown = self._found(link, wanted)
        wanted = {name: value for name, value in wanted.items() if name not in unknown}
        link, rejected = self._made(link, wanted) if there is None else self._changed(link, wanted, there)
        self._keep(replace(link, revision=self.lead.revision))
        return Sent(link.remote_id, "; ".join(filter(None, (ownerless, _not_taken(unknown), rejected))) or None)

    def _keep(self, link: Link) -> Link:
        self.salesforce.links.keep(self.site_id, self.lead.ref, link)
        return link

    # --- the owner

    def _owner(self, link: Link) -> tuple[Link, str | None, str]:
        """Salesforce's id of the rep who owns the lead; looked up once for each rep."""
        owner = self.lead.owner
        email = self.salesforce.email_of(self.site_id, owner) if owner else None
        if owner is None or email is None:
            return link, None, ""
        known = link.made.get("owner")
        if isinstance(known, list) and known[:1] == [owner.id]:
            return link, str(known[1]), ""
        found = self.call.get("query", q=user_by(email)).records
        if not found:
            return link, None, f"no owner was set: Salesforce has no active user with the address of {owner.name}"
        owner_id = id_of(found[0].get("Id"))
        return replace(link, made={**link.made, "owner": [owner.id, owner_id]}), owner_id, ""

    # --- what is there

    def _found(self, link: Link, wanted: Mapping[str, str]) -> tuple[Json | None, dict[str, str]]:
        """By the id we remember, by our reference, then by address; and fields of ours that are not there."""
        for name in filter(None, (link.remote_id, f"{self._mapping.key}/{self.lead.ref}")):
            found, unknown = self._read(name, wanted)
            if found is not None:
                return found, unknown
        known = self.call.get("query", q=lead_by(self.lead.email)).records if self.lead.email else []
        return self._read(id_of(known[0].get("Id")), wanted) if known else (None, {})

    def _read(self, name: str, wanted: Mapping[str, str]) -> tuple[Json | None, dict[str, str]]:
        reply = self.call.get(f"{LEAD}/{name}", fields=self._shown(wanted))
        unknown = {} if reply.is_taken else reply.rejected(wanted)
        if unknown:
            rest = [field for field in wanted if field not in unknown]
            reply = self.call.get(f"{LEAD}/{name}", fields=self._shown(rest))
        if reply.status == 404:
            return None, unknown
        if not reply.is_taken:
            raise refused(reply, "our question for the lead", [self._mapping.key])
        return reply.data, unknown

    def _shown(self, names: Iterable[str]) -> str:
        return ",".join(dict.fromkeys(("Id", OWNER, "IsConverted", self._mapping.key, *names)))

    # --- what is written

    def _made(self, link: Link, wanted: Mapping[str, str]) -> tuple[Link, str]:
        """Upserted by our reference, so that a second try makes no second lead."""
        body = {**NEEDED, **wanted}
        self._keep(replace(link, sending=body))
        reply, taken, rejected = self._sent(f"{LEAD}/{self._mapping.key}/{self.lead.ref}", body)
        there, _ = self._read(reply.id, {})
        owned_by = str((there or {}).get(OWNER) or "")
        written = {**taken, OWNER: taken.get(OWNER, owned_by)}
        return self._keep(replace(link, remote_id=reply.id, written=written, sending={})), rejected

    def _changed(self, link: Link, wanted: Mapping[str, str], there: Json) -> tuple[Link, str]:
        remote_id = id_of(there.get("Id"))
        theirs = as_text(there)
        link = replace(self._adopted(link, theirs), remote_id=remote_id)
        if theirs.get("IsConverted") == "True":
            return self._keep(replace(link, sending={})), IS_CONVERTED
        write, conflicts = difference(wanted, theirs, link, self._mapping.ladder)
        same = {name: value for name, value in wanted.items() if theirs.get(name) == value}
        link = replace(link, written={**link.written, **same}, conflicts=conflicts)
        if not theirs.get(self._mapping.key):
            write[self._mapping.key] = self.lead.ref
        if not write:
            return self._keep(replace(link, sending={})), ""
        self._keep(replace(link, sending=write))
        reply, taken, rejected = self._sent(f"{LEAD}/{remote_id}", write)
        if CONVERTED in reply.codes:
            return self._keep(replace(link, sending={})), IS_CONVERTED
        return self._keep(replace(link, written={**link.written, **taken}, sending={})), rejected

    def _adopted(self, link: Link, theirs: Mapping[str, str]) -> Link:
        """A lead of whose making we heard no end has the owner Salesforce gave it, and no person did."""
        is_made = link.remote_id is None and bool(link.sending) and theirs.get(self._mapping.key) == self.lead.ref
        if not is_made or OWNER in link.sending:
            return link
        return replace(link, written={**link.written, OWNER: theirs.get(OWNER, "")})

    def _sent(self, path: str, body: Mapping[str, str]) -> tuple[Reply, dict[str, str], str]:
        """No field of a mapping is worth losing the lead."""
        reply = self.call.patch(path, dict(body))
        rejected = {} if reply.is_taken else reply.rejected(body)
        taken = {name: value for name, value in body.items() if name not in rejected}
        if rejected and taken and not set(NEEDED) & set(rejected):
            reply = self.call.patch(path, taken)
        if not reply.is_taken and CONVERTED not in reply.codes:
            raise refused(reply, "the lead", [self._mapping.key, *body])
        return reply, taken, _not_taken(rejected)


def _not_taken(rejected: Mapping[str, str]) -> str:
    names = ", ".join(f"{name} ({why})" for name, why in sorted(rejected.items()))
    return f"Salesforce does not take {names}" if names else ""
