"""What a CRM did not take of a lead is said in the thread of the lead's alert, in the transaction that settles it."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from models import outbox
from models.outbox import Delivery

CRMS = {"hubspot": "HubSpot", "zendesk": "Zendesk", "marketo": "Marketo", "salesforce": "Salesforce"}


def tell_rep(session: Session, row: Delivery, error: str, now: datetime) -> None:
    """The same trouble once a cycle; nothing where sales has no card."""
    where, cycle = CRMS.get(row.channel), row.payload.get("cycle")
    if where is None or cycle is None or not outbox.has_card(session, row.site_id, row.stream, cycle):
        return
    digest = sha256(error.encode()).hexdigest()[:12]
    payload = {"lead": row.payload["lead"], "cycle": cycle, "line": "not_taken", "where": where, "text": error}
    key = f"slack:line:{row.stream}:{cycle}:not_taken:{row.channel}:{digest}"
    promise = {"key": key, "stream": row.stream, "channel": "slack", "kind": "line", "payload": payload}
    outbox.enqueue(session, row.site_id, promise, now)
