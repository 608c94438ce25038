"""What connectors to CRMs are given: leads as they are now, and the memory of what was written there."""

from typing import Protocol

from qualification.links import Link
from qualification.promises import Dead, Outcome, Promise, Sent
from qualification.views import LeadView


class Enquiry(Protocol):
    def lead(self, site_id: int, ref: str, /) -> LeadView | None: ...


class Links(Protocol):
    def of(self, site_id: int, ref: str, /) -> Link: ...
    def keep(self, site_id: int, ref: str, link: Link, /) -> None: ...


def to_tell(promise: Promise, enquiry: Enquiry, links: Links) -> tuple[LeadView, Link] | Outcome:
    """The lead a promise is about and what we know of it there; or what became of it, when nothing is to be told."""
    lead = enquiry.lead(promise.site_id, str(promise.payload["lead"]))
    if lead is None:
        return Dead("the lead is not there any more")
    link = links.of(promise.site_id, lead.ref)
    if lead.status == "erased" or (link.revision >= lead.revision and not promise.payload.get("again")):
        return Sent(link.remote_id)
    return lead, link
