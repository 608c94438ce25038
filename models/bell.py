"""Bells between processes: PostgreSQL tells everybody who listens at the commit, and nothing when there is none.

A hint only: whoever is told looks into the tables, and looks there now and then without being told too. While the
commit runs no other transaction that rings can commit, so it is not rung for what nobody waits for.
"""

from typing import Any

from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import Session

from models.lease import is_postgresql

RUNG = "foyer_rung"  # of a session: what to tell this process after the commit
PROMISED = "foyer_promised"  # something in the outbox is due
SAID = "foyer_said"  # a rep said something; the payload is the conversation's public id


def ring_here(session: Session, channel: str, told: str) -> None:
    """On SQLite nobody else listens: this process is told by the database after the commit."""
    session.info.setdefault(RUNG, []).append((channel, told))


def ringing(session: Session, channel: str, payload: ColumnElement[str] | str = "") -> list[ColumnElement[Any]]:
    """What to return beside the ids of the rows that are a reason to ring; nothing where nobody listens."""
    return [func.pg_notify(channel, payload)] if is_postgresql(session) else []
