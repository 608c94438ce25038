"""The watchdog: a lead on offer whose alert nobody promised is promised again. It catches bugs, not only crashes.

Who waits in the ranked queue is not forgotten: their alert follows when sales has room.
"""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import Row, Select, String, cast, exists, literal, select

from models import outbox
from models.database import Database
from models.lead import Lead, reference
from models.outbox import OPEN, Delivery
from models.site import Site
from models.stage_change import StageChange

GRACE = timedelta(minutes=2)
CHANNEL = "slack"
log = structlog.get_logger()


def promise_again(database: Database, now: datetime) -> int:
    """How many alerts were missing and are now promised."""
    with database.read() as session:
        forgotten = session.execute(_forgotten(now - GRACE)).all()
    return sum(_promise(database, row, now) for row in forgotten)


def _forgotten(became_before: datetime) -> Select[int, int, int, int]:
    became_mql = exists().where(
        StageChange.site_id == Lead.site_id,
        StageChange.lead_id == Lead.id,
        StageChange.to_stage == "mql",
        StageChange.cycle == Lead.cycle,
        StageChange.at <= became_before,
    )
    alerted = exists().where(
        Delivery.site_id == Lead.site_id,
        Delivery.stream == literal("lead:") + cast(Lead.id, String),
        Delivery.channel == CHANNEL,
        Delivery.kind == outbox.ROOT,
        Delivery.payload["cycle"].as_integer() == Lead.cycle,
        Delivery.state.in_((*OPEN, "delivered", "dead")),  # a dead letter has been seen and waits for a person
    )
    offered = (Lead.site_id.in_(select(Site.id)), Lead.handoff == "offered", Lead.held_at.is_(None))
    return select(Lead.site_id, Lead.id, Lead.cycle, Lead.revision).where(*offered, became_mql, ~alerted)


def _promise(database: Database, row: Row[int, int, int, int], now: datetime) -> bool:
    site_id, lead_id, cycle, revision = row
    promise = {
        "key": f"slack:alert:{lead_id}:{cycle}:{revision}",
        "stream": f"lead:{lead_id}",
        "channel": CHANNEL,
        "kind": outbox.ROOT,
        "payload": {"lead": reference(lead_id), "cycle": cycle, "revision": revision},
    }
    with database.begin() as session:
        added = outbox.enqueue(session, site_id, promise, now)
    log.error("alert_was_forgotten", lead=reference(lead_id), cycle=cycle, promised=added)
    return added
