"""What was ever known of leads, with its times, out of their rows: many at once, for what looks back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy.orm import Session

from models import consent as consents
from models import fact as facts
from models import handoff as steps
from models import lead as leads
from models import lead_merge as merges
from models import stage_change
from models import touchpoint as touchpoints
from models import visitor as visitors
from qualification.assessment import assessment_from_json
from qualification.facts import Touchpoint
from qualification.keeping.evidence import fact_of
from qualification.learning import Held, Outcome
from qualification.past import LONG_AGO, Became, Browser, Cycle, Known, Past, Seen
from qualification.stages import BUYER_KINDS

AT_ONCE = 500

Rows = Mapping[int, Sequence[Any]]


def pasts(session: Session, site_id: int, lead_ids: Sequence[int]) -> Iterator[Past]:
    for first in range(0, len(lead_ids), AT_ONCE):
        yield from _batch(session, site_id, lead_ids[first : first + AT_ONCE])


def _batch(session: Session, site_id: int, ids: Sequence[int]) -> Iterator[Past]:
    joined = merges.joined_to(session, site_id, ids)
    everybody = [*ids, *(one for family in joined.values() for one, _ in family)]
    told, seen, log = (
        _by_lead(kind.ever_of(session, site_id, everybody)) for kind in (facts, touchpoints, stage_change)
    )
    verdicts = _by_lead(steps.verdicts(session, site_id, ids))
    browsers = _browsers(session, site_id, everybody)
    for row in leads.of_ids(session, site_id, ids):
        family = [(row.id, LONG_AGO), *joined.get(row.id, ())]
        yield Past(
            lead=leads.reference(row.id),
            name=row.name,
            company=row.company,
            is_buyer=row.kind in BUYER_KINDS,
            facts=tuple([_known(fact, since) for one, since in family for fact in told.get(one, ())]),
            seen=tuple([one for lead, since in family for one in _seen(seen.get(lead, ()), log.get(lead, ()), since)]),
            cycles=cycles(log.get(row.id, ()), verdicts.get(row.id, ())),
            browsers=tuple([_browser(one, since) for lead, since in family for one in browsers.get(lead, ())]),
        )


def _by_lead(rows: Iterable[Any]) -> Rows:
    by_lead = sorted(rows, key=lambda row: int(row.lead_id))
    return {lead_id: list(some) for lead_id, some in groupby(by_lead, key=lambda row: int(row.lead_id))}


def _browsers(session: Session, site_id: int, ids: Sequence[int]) -> dict[int, list[Browser]]:
    rows = visitors.of_leads(session, site_id, ids)
    words = consents.about_tracking(session, site_id, [row.id for row in rows], ids)
    browsers: dict[int, list[Browser]] = {}
    for row in rows:
        said = tuple([(one.at, one.granted) for one in words if _is_about(one, row)])
        browsers.setdefault(row.lead_id, []).append(Browser(row.id, row.created_at, row.tracking, said))
    return browsers


def _is_about(word: Any, visitor: Any) -> bool:
    if word.visitor_id is None:
        return bool(word.lead_id == visitor.lead_id)
    return visitor.id in (word.visitor_id, word.person_id)


def _known(row: Any, joined_at: datetime) -> Known:
    return Known(row.id, fact_of(row), row.superseded_at, row.superseded_by, joined_at)


def _seen(rows: Sequence[Any], log: Sequence[Any], joined_at: datetime) -> Iterator[Seen]:
    """A touchpoint may be told long after it happened. Of old ones nobody wrote down when: not before the ones that
    were told earlier, nor, when another system told it, before the lead was there.
    """
    heard, begun = joined_at, log[0].at if log else LONG_AGO
    for row in rows:
        heard = max(heard, row.known_at or max(row.at, LONG_AGO if row.visitor_id else begun))
        yield Seen(Touchpoint(row.type, row.at, row.url, row.data), heard, row.visitor_id)


def _browser(browser: Browser, joined_at: datetime) -> Browser:
    return replace(browser, since=max(browser.since, joined_at))


def cycles(log: Sequence[Any], verdicts: Sequence[Any]) -> tuple[Cycle, ...]:
    """The cycles of a lead by its stage log and what sales decided, the last word of each cycle counting."""
    last = {row.cycle: row for row in verdicts}
    numbers = sorted({1, *(row.cycle for row in log)})
    return tuple([_cycle(number, [row for row in log if row.cycle == number], last.get(number)) for number in numbers])


def _cycle(number: int, log: Sequence[Any], verdict: Any) -> Cycle:
    begins = log[0].at if number > 1 else None
    became = next((row for row in log if row.to_stage == "mql"), None)
    decided = (verdict.action, verdict.code, verdict.at) if verdict else (None, None, None)
    return Cycle(number, begins, _became(became) if became else None, *decided)


def _became(row: Any) -> Became:
    return Became(row.at, row.cause, assessment_from_json(row.snapshot) if row.snapshot else None)


def outcomes(session: Session, site_id: int) -> Iterator[Outcome]:
    """What sales decided about every MQL of every cycle, with the rules of the snapshot that made it one."""
    judged = steps.judged(session, site_id)
    for first in range(0, len(judged), AT_ONCE):
        ids = judged[first : first + AT_ONCE]
        log = _by_lead(stage_change.ever_of(session, site_id, ids))
        for lead_id, verdicts in _by_lead(steps.verdicts(session, site_id, ids)).items():
            lead = leads.reference(lead_id)
            yield from (one for cycle in cycles(log.get(lead_id, ()), verdicts) for one in _outcome(lead, cycle))


def _outcome(lead: str, cycle: Cycle) -> Iterator[Outcome]:
    snapshot = cycle.became.snapshot if cycle.became else None
    if cycle.verdict and cycle.decided_at and snapshot:
        held = {reason.rule: Held(reason.evidence, reason.points) for reason in snapshot.reasons}
        yield Outcome(lead, cycle.decided_at, cycle.verdict, held, cycle.code, cycle.number)
