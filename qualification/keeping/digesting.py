"""The digests: promised to each channel in the morning, and read from stage log and audit when they are sent."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from models import handoff as steps
from models import lead as leads
from models import outbox, stage_change
from qualification.digest import CLIMBED, Digest, Week
from qualification.figures import figures
from qualification.keeping.announcing import announce_digest
from qualification.keeping.figuring import passages_of
from qualification.keeping.leaking import leaks_of
from qualification.policy import Policy
from qualification.sla import last_morning
from qualification.team import Team

SHOWN = 5
A_WEEK = timedelta(days=7)
SIGNIFICANT = 3  # leads a rule or source needs to be named
DONE = ("claimed", "assigned", "accepted", "returned", "won", "lost")


def promise_digests(session: Session, site_id: int, team: Team, now: datetime) -> None:
    """One for each channel that alerts go to; the main channel's is of the week when a week begins."""
    if not team.digests.daily and not team.digests.weekly:
        return
    since = last_morning(now, team.hours)
    day = now.astimezone(ZoneInfo(team.hours.zone)).date()
    weekly = (
        team.digests.weekly and since.astimezone(ZoneInfo(team.hours.zone)).isocalendar().week != day.isocalendar().week
    )
    if team.digests.daily or weekly:
        announce_digest(session, site_id, None, day, now - A_WEEK if weekly else since, weekly, now)
    for channel in _own_channels(team) if team.digests.daily else ():
        announce_digest(session, site_id, channel, day, since, False, now)


def _own_channels(team: Team) -> list[str]:
    return list(dict.fromkeys(route.channel for route in team.routes if route.channel))


def digest_of(
    session: Session, site_id: int, policy: Policy, since: datetime, channel: str | None, weekly: bool, now: datetime
) -> Digest:
    """Of one channel's leads; with None of those no route sends elsewhere."""
    told = _Told(session, site_id, policy.team, channel)
    done = [row for row in steps.between(session, site_id, since, now, DONE) if told.here(row.lead_id)]
    passages = [one for one in passages_of(session, site_id, since) if told.here(one.lead_id)]
    whole, counted = figures(passages), Counter(row.action for row in done)
    leaks, main = leaks_of(session, site_id, policy, now), channel is None
    free = sorted((one for one in leaks.unowned if told.here(leads.id_of(one.ref))), key=lambda one: one.since)
    return Digest(
        since=since,
        until=now,
        came=whole.whole.leads,
        claimed=counted["claimed"] + counted["assigned"],
        accepted=counted["accepted"],
        returned=counted["returned"],
        won=counted["won"],
        closed=counted["lost"],
        waited=whole.whole.waited,
        sources=tuple(Counter(one.source for one in passages).most_common(SHOWN)),
        free=tuple(free[:SHOWN]),
        free_in_all=len(free),
        held=leads.held_count(session, site_id) if main else 0,
        lost=leaks.lost if main else 0,
        week=_week(session, site_id, policy, since, now) if weekly else None,
    )


class _Told:
    """Where the alerts of leads are shown."""

    def __init__(self, session: Session, site_id: int, team: Team, channel: str | None) -> None:
        self._routed = _own_channels(team)
        self._channel = channel
        self._places = outbox.channels_of(session, site_id) if self._routed else {}

    def here(self, lead_id: int | None) -> bool:
        place = self._places.get(lead_id or 0)
        return place == self._channel if self._channel else place not in self._routed


def _week(session: Session, site_id: int, policy: Policy, since: datetime, now: datetime) -> Week:
    passages = passages_of(session, site_id, since)
    file = policy.criteria.file
    return Week(
        funnel=_funnel(stage_change.reached_since(session, site_id, since, now)),
        by_source=_told_often(figures(passages, "source").rows),
        by_rule=_told_often(figures(passages, "rule").rows),
        version=file.version,
        review_by=file.agreed.review_by if file.agreed else None,
    )


def _funnel(counts: Iterable[Any]) -> tuple[tuple[Any, int], ...]:
    reached: dict[str, int] = {row[0]: row[1] for row in counts}
    return tuple((stage, reached.get(stage, 0)) for stage in CLIMBED)


def _told_often(rows: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(row for row in rows if row.accepted + row.returned >= SIGNIFICANT)[:SHOWN]
