"""Somebody who comes by a form, an event or another tool: found by address or started."""

from datetime import datetime

from sqlalchemy.orm import Session

from models import conversation as conversations
from models import lead as leads
from models.lead import Lead
from qualification.doorstep import NewLead


def found_or_started(session: Session, site_id: int, new: NewLead, now: datetime) -> Lead:
    """The newest lead with this address, or a new one: the same person sent twice is not two leads.

    An address somebody typed into the chat proves nothing: whoever typed it would be shown what belongs to its owner.
    """
    if new.email:
        leads.queue_up(session, site_id, new.email)
    same = leads.find_by_email(session, site_id, new.email) if new.email else ()
    for lead in same:
        if lead.verified_email == lead.email or not conversations.of_lead(session, site_id, lead.id):
            return leads.find_or_start(session, site_id, lead.id, now)
    source = {"channel": new.source_channel, "name": new.source_name}
    lead_id = leads.start(session, site_id, now, source={key: value for key, value in source.items() if value})
    return leads.find_or_start(session, site_id, lead_id, now)
