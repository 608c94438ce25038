"""What a CRM did not take, and whether a mail went out, is said in the lead's thread by what settles it."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from models import outbox
from models.outbox import Delivery

MAIL = "mail"
CRMS = {"hubspot": "HubSpot", "zendesk": "Zendesk", "marketo": "Marketo", "salesforce": "Salesforce"}


def tell_sales(session: Session, row: Delivery, values: Mapping[str, Any], now: datetime) -> None:
    """What became of a row for good."""
    if row.channel == MAIL:
        _tell_of_mail(session, row, values, now)
    elif values["error"]:
        tell_rep(session, row, values["error"], now)


def _tell_of_mail(session: Session, row: Delivery, values: Mapping[str, Any], now: datetime) -> None:
    """Mailed, or not; nothing when it had been seen on the website after all."""
    if values["state"] == "delivered" and not values.get("remote_id"):
        return
    cycle = int(row.payload["cycle"])
    if not outbox.has_card(session, row.site_id, row.stream, cycle):
        return
    word = "reply_mailed" if values["state"] == "delivered" else "reply_not_mailed"
    payload = {"lead": row.payload["lead"], "cycle": cycle, "line": word, "text": values["error"]}
    key = f"slack:line:{row.stream}:{cycle}:{word}:{row.payload.get('message')}"
    promise = {"key": key, "stream": row.stream, "channel": "slack", "kind": "line", "payload": payload}
    outbox.enqueue(session, row.site_id, promise, now)


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
