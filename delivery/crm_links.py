"""What leads are called at CRMs, as the database keeps it: the memory the connectors are given."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from models import crm_link
from models import lead as leads
from models.crm_link import CrmLink
from models.database import Database
from qualification.links import Conflict, Link


@dataclass(frozen=True, slots=True)
class CrmLinks:
    database: Database
    channel: str
    clock: Callable[[], datetime]

    def of(self, site_id: int, ref: str) -> Link:
        """An empty one for a lead this CRM was never told of."""
        with self.database.read() as session:
            row = crm_link.find(session, site_id, self.channel, leads.id_of(ref) or 0)
        return _link(row) if row else Link()

    def keep(self, site_id: int, ref: str, link: Link) -> None:
        values = {
            "remote_id": link.remote_id,
            "revision": link.revision,
            "written": dict(link.written),
            "sending": dict(link.sending),
            "made": dict(link.made),
            "conflicts": [asdict(one) for one in link.conflicts],
        }
        self._keep(site_id, ref, values)

    def hear(self, site_id: int, ref: str, heard: Mapping[str, Any]) -> None:
        """This alone: whoever tells the CRM of the same lead meanwhile keeps all the rest."""
        self._keep(site_id, ref, {"heard": dict(heard)})

    def _keep(self, site_id: int, ref: str, values: dict[str, Any]) -> None:
        """Nothing of somebody who was erased while the CRM was told of them."""
        with self.database.begin() as session:
            lead = leads.itself(session, site_id, leads.id_of(ref) or 0)
            if lead is not None and lead.status != "erased":
                crm_link.keep(session, site_id, self.channel, lead.id, values, self.clock())

    def ref_of(self, site_id: int, remote_id: str) -> str | None:
        """The lead that is called so there."""
        with self.database.read() as session:
            row = crm_link.of_remote(session, site_id, self.channel, remote_id)
        return leads.reference(row.lead_id) if row else None

    def all(self, site_id: int) -> dict[str, Link]:
        with self.database.read() as session:
            rows = crm_link.all_links(session, site_id, self.channel)
        return {leads.reference(row.lead_id): _link(row) for row in rows}


def _link(row: CrmLink) -> Link:
    conflicts = tuple(Conflict(**one) for one in row.conflicts)
    return Link(row.remote_id, row.revision, row.written, row.sending, row.made, conflicts, row.heard)
