"""What a browser tells of what somebody did: kept as far as they permit it, within a day's measure."""

from datetime import datetime

from sqlalchemy.orm import Session

from models import touchpoint as touchpoints
from models import visitor as visitors
from models.visitor import Visitor
from qualification.facts import Touchpoint
from qualification.keeping.evidence import touched
from qualification.signals import A_DAY, KEPT_A_DAY, VISIT_ENDS, begin_visit, is_view, within_a_day


def track(session: Session, visitor: Visitor, seen: tuple[Touchpoint, ...], now: datetime) -> None:
    rows = touchpoints.recent(session, visitor.site_id, visitor.id, now - A_DAY, KEPT_A_DAY)
    before = [Touchpoint(row.type, row.at, row.url, row.data) for row in rows]
    kept = within_a_day(seen, before)
    if any(map(is_view, kept)) and not any(is_view(one) and one.at > now - VISIT_ENDS for one in before):
        number = visitor.visits + 1
        visitors.change(session, visitor.site_id, visitor.id, visits=number)
        kept = begin_visit(kept, number)
    touched(session, visitor.site_id, visitor.id, visitor.lead_id, kept, now)
