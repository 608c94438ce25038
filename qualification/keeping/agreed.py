"""What a site has agreed on, out of its rows: the version that judges, the one that waits, and the bar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models import criteria_shadow as shadows
from models import criteria_version as versions
from models import threshold_change as thresholds
from models.criteria_version import CriteriaVersion
from qualification.criteria import Criteria, load_criteria
from qualification.keeping.announcing import announce_to_team
from qualification.shadow import Compared, Difference, Waiting, difference
from qualification.team import Team
from qualification.versions import (
    Agreed,
    Approved,
    Side,
    State,
    Version,
    VersionView,
    approver,
    canonical,
    missing,
    refusal,
    step,
    waiting,
    warning_of,
)


@dataclass(frozen=True, slots=True)
class InForce:
    """Of one site. `bar` is None while it is the agreed floor."""

    active: Version
    waiting: Version | None
    bar: int | None


def all_in_force(session: Session) -> Mapping[int, InForce]:
    """By site; a site whose file nobody has kept yet has none."""
    never: dict[int, list[Version]] = {}
    for row in versions.all_never_active(session):
        never.setdefault(row.site_id, []).append(Version(row.id, row.number, row.content_hash, False))
    bars = thresholds.all_in_force(session)
    return {row.site_id: _in_force(row, never.get(row.site_id, []), bars) for row in versions.all_active(session)}


def _in_force(row: CriteriaVersion, never: Sequence[Version], bars: Mapping[int, int]) -> InForce:
    active = Version(row.id, row.number, row.content_hash, True)
    return InForce(active, waiting(active, never), bars.get(row.site_id))


def text_of(session: Session, site_id: int, version_id: int) -> Criteria:
    """The criteria of a version that is kept. CriteriaError when today's language has no such words any more."""
    found = versions.text_of(session, site_id, version_id)
    return load_criteria(found.text, found.name)


def kept(session: Session, site_id: int) -> tuple[Version | None, list[Version]]:
    """The version that judges, and all."""
    judged = {row.version_id for row in versions.activations(session, site_id)}
    known = [
        Version(row.id, row.number, row.content_hash, row.id in judged) for row in versions.known(session, site_id)
    ]
    active = versions.active(session, site_id)
    return next((version for version in known if active and version.id == active.id), None), known


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a file's criteria. `warning` is what is wrong with the number it gives itself."""

    state: State
    number: int
    judges_at_once: bool  # in development alone: nobody has agreed to it
    warning: str | None


def load(session: Session, site_id: int, criteria: Criteria, at_once: bool, now: datetime) -> Loaded:
    """Keeps a content that is new; the first one, in development every one, judges from now on."""
    active, known = kept(session, site_id)
    to_do = step(criteria.content_hash, criteria.version, active, known, at_once)
    if to_do.is_new:
        values = {"number": criteria.version, "content_hash": criteria.content_hash, "name": criteria.name[:200]}
        versions.add(session, site_id, {**values, "text": criteria.source_text, "created_at": now})
    if to_do.activates:
        version_id = versions.of_content(session, site_id, criteria.content_hash)
        versions.activate(session, site_id, version_id, to_do.activates, now)
    cause = versions.activations(session, site_id)[-1].cause
    told = warning_of(criteria, active, known, at_once)
    return Loaded(to_do.state, criteria.version, to_do.state == "judges" and cause == "development", told)


def approve(
    session: Session, site_id: int, team: Team, by: tuple[str, Side], number: int | None, now: datetime
) -> Approved:
    """`by` says who agrees, and for which side; once both have, the version judges."""
    person, version, active = (
        approver(team, *by),
        _asked_for(session, site_id, number),
        versions.active(session, site_id),
    )
    if person is None:
        return Approved(False, "not_an_approver")
    if version is None or active is None:
        return Approved(False, "no_such_version" if number else "nothing_waits", number)
    if version.number < active.number:
        return Approved(False, "superseded", version.number)
    given = {row.role: row.by for row in versions.approvals(session, site_id) if row.version_id == version.id}
    if refused := refusal(person, by[1], given):
        return Approved(False, refused, version.number, missing(given))
    given[by[1]] = canonical(person)
    versions.approve(session, site_id, version.id, by[1], canonical(person), now)
    judges = version.id != active.id and not missing(given)
    if judges:
        _activate(session, version, given, now)
    return Approved(True, "approved", version.number, missing(given), judges)


def _asked_for(session: Session, site_id: int, number: int | None) -> CriteriaVersion | None:
    """The version of that number, or the one that waits."""
    if number is not None:
        return versions.of_number(session, site_id, number)
    last = waiting(*kept(session, site_id))
    return versions.of_number(session, site_id, last.number) if last else None


def _activate(session: Session, version: CriteriaVersion, given: Mapping[str, str], now: datetime) -> None:
    versions.activate(session, version.site_id, version.id, "agreed", now)
    said = {"version": version.number, "by": " and ".join(given[side] for side in sorted(given))}
    announce_to_team(session, version.site_id, "criteria_judge", version.content_hash, now, **said)


def what_waits(session: Session, site_id: int) -> Waiting | None:
    """The version that waits for people, with what it would change."""
    active, known = kept(session, site_id)
    last = waiting(active, known)
    if active is None or last is None:
        return None
    return Waiting(
        next(view for view in story(session, site_id) if view.waits),
        text_of(session, site_id, last.id),
        text_of(session, site_id, active.id),
        shadow_of(session, site_id, last.id),
    )


def story(session: Session, site_id: int) -> tuple[VersionView, ...]:
    """Every version of a site, in the order they came."""
    active, known = kept(session, site_id)
    last = waiting(active, known)
    agreed: dict[int, list[Agreed]] = {}
    for row in versions.approvals(session, site_id):
        agreed.setdefault(row.version_id, []).append(Agreed(row.role, row.by, row.at))
    begun = {row.version_id: row for row in versions.activations(session, site_id)}
    return tuple(
        VersionView(
            number=row.number,
            content_hash=row.content_hash,
            created_at=row.created_at,
            agreed=tuple(agreed.get(row.id, ())),
            judged_from=begun[row.id].at if row.id in begun else None,
            cause=begun[row.id].cause if row.id in begun else None,
            judges=active is not None and row.id == active.id,
            waits=last is not None and row.id == last.id,
        )
        for row in versions.known(session, site_id)
    )


def shadow_of(session: Session, site_id: int, version_id: int) -> Difference:
    rows = shadows.of_version(session, site_id, version_id)
    return difference(Compared(row.was, row.would_be, row.was_mql, row.would_be_mql, row.rule) for row in rows)
