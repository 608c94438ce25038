"""A replay as people read it, as rows of a table, and as JSON."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from commands.tables import aligned
from qualification.criteria.wording import plural
from qualification.hindsight import Hindsight, Period, Side
from qualification.past import Case
from qualification.shares import Share
from qualification.threshold import STRETCH

SHOWN = 15  # leads listed on the screen; a CSV has all
CONCLUSIONS = {"better": "Better", "worse": "Worse", "open": "No conclusion yet"}
BOUNDS = "In brackets: the share, and the bounds between which the true one lies."
UNSEEN = (
    "Leads that sales was never shown have no verdict: of those who would have come, nobody knows how many are good."
)
CSV_HEADINGS = (
    "change", "lead", "cycle", "name", "company", "at", "mostly because of", "all reasons",
    "score before", "bar before", "score", "bar", "sales said", "return code",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What was to be tried; `reasons` are what the rules are for, by their ids."""

    file: str
    version: int
    new_version: int
    period: Period
    threshold: int | None
    names: bool
    reasons: Mapping[str, str]


def told(found: Hindsight, asked: Asked, changes: Sequence[str]) -> str:
    """The page a marketer and a sales lead read together."""
    parts = [
        _head(found, asked),
        _list("What the file changes:", changes or ["Nothing: both say the same"]),
        _sides(found, asked),
        _movers(found, asked),
        *_cases("Would have come", found.entered, asked),
        *_cases("Would not have come", found.left, asked),
        _verdicts(found),
        f"{CONCLUSIONS[found.conclusion]}: {found.why}.",
        UNSEEN if found.entered else "",
    ]
    return "\n\n".join(part for part in parts if part)


def _head(found: Hindsight, asked: Asked) -> str:
    first, last = (_day(at, asked.period) for at in (asked.period.since, asked.period.until - timedelta(seconds=1)))
    bar = f"the bar at {asked.threshold}" if asked.threshold else "the bar of each day"
    looked_at = f"{plural(found.judged, 'lead')} looked at, each by what was known at the time"
    moved = f"{len(found.entered)} more would have come to sales, {len(found.left)} would not"
    return (
        f"{first} to {last}: what if {asked.file} (version {asked.new_version}) had judged, with {bar}?\n"
        f"{looked_at}. {moved}, {found.stayed} stay{_shifted(found)}."
    )


def _shifted(found: Hindsight) -> str:
    shifts = ((found.earlier, "earlier"), (found.later, "later"))
    told = ", ".join(f"{count} a day or more {when}" for count, when in shifts if count)
    return f" ({told})" if told else ""


def _list(title: str, lines: Sequence[str]) -> str:
    return "\n".join([title, *(f"  - {line}" for line in lines)])


def _sides(found: Hindsight, asked: Asked) -> str:
    was, would = found.was, found.would
    rows = [("", "as it was", f"with {asked.file}")]
    rows += [("alerts", str(was.alerts), str(would.alerts))]
    rows += [("  a business day", f"{was.mean:.1f}", f"{would.mean:.1f}")]
    rows += [("  on the busiest", str(was.busiest), str(would.busiest))]
    if found.capacity is not None:
        rows += [(f"  days with over {STRETCH * found.capacity:.0f}", _overfull(was), _overfull(would))]
    rows += [("accepted, of those judged", str(was.accepted), str(would.accepted))]
    return f"{aligned(rows)}\n{_capacity(found)} {BOUNDS}"


def _overfull(side: Side) -> str:
    return f"{side.over} of {side.days}"


def _capacity(found: Hindsight) -> str:
    if found.capacity is None:
        return "What sales can work is not known: list reps in the team file, or give --reps."
    return f"Sales can work {found.capacity:g} alerts a day."


def _movers(found: Hindsight, asked: Asked) -> str:
    if not found.movers:
        return ""
    rows = [(str(mover.came), str(mover.left), _named(mover.name, asked)) for mover in found.movers]
    return aligned([("come", "go", "mostly because of"), *rows])


def _named(name: str, asked: Asked) -> str:
    if name == "bar":
        return "the bar"
    why = asked.reasons.get(name)
    return f"{name}: {why}" if why else name or "none of the rules"


def _cases(title: str, cases: Sequence[Case], asked: Asked) -> Iterator[str]:
    if cases:
        rows = [_row(case, asked) for case in cases[-SHOWN:]]
        more = f", the newest {SHOWN} (--csv FILE has all)" if len(cases) > SHOWN else ""
        yield f"{title}: {len(cases)}{more}\n{aligned(rows, '  ')}"


def _row(case: Case, asked: Asked) -> tuple[str, ...]:
    who = " ".join(part for part in (case.lead, *((case.name, case.company) if asked.names else ())) if part)
    scores = [f"{score} of {bar}" for score, bar in (case.before or (0, 0), case.after or (0, 0))]
    return who, _day(case.at, asked.period), f"{scores[0]} -> {scores[1]}", _why(case), _said(case)


def _why(case: Case) -> str:
    return "; ".join(move.words for move in case.moves[:2]) or "both judge them alike: another reason"


def _said(case: Case) -> str:
    return f"{case.verdict}{f' ({case.code})' if case.code else ''}" if case.verdict else "not judged"


def _verdicts(found: Hindsight) -> str:
    rows = [("accepted, of those who would not have come", str(found.accepted_left))]
    rows += [("accepted, of those who stay", str(found.accepted_stayed))]
    rows += [("still found, of all accepted", str(found.found))]
    return aligned(rows) if found.left else ""


def _day(at: datetime, period: Period) -> str:
    return at.astimezone(period.zone).date().isoformat()


def csv_row(case: Case, names: bool) -> tuple[object, ...]:
    shown = (case.name, case.company) if names else (None, None)
    words = [move.words for move in case.moves]
    change = "would have come" if case.entered else "would not have come"
    points = (*(case.before or (None, None)), *(case.after or (None, None)))
    about = (change, case.lead, case.cycle, *shown, case.at.isoformat(), "".join(words[:1]), "; ".join(words))
    return *about, *points, case.verdict, case.code


def to_json(found: Hindsight, asked: Asked, changes: Sequence[str]) -> dict[str, Any]:
    """Everything there is to say, for programs."""
    return {
        "since": asked.period.since.isoformat(),
        "until": asked.period.until.isoformat(),
        "criteria": {"file": asked.file, "version": asked.new_version, "instead_of": asked.version},
        "threshold": asked.threshold,
        "changes": list(changes),
        "judged": found.judged,
        "capacity": found.capacity,
        "was": _side(found.was),
        "would": _side(found.would),
        "entered": [_case(case, asked.names) for case in found.entered],
        "left": [_case(case, asked.names) for case in found.left],
        "stayed": found.stayed,
        "earlier": found.earlier,
        "later": found.later,
        "accepted": {
            "left": _share(found.accepted_left),
            "stayed": _share(found.accepted_stayed),
            "found": _share(found.found),
        },
        "movers": [asdict(mover) for mover in found.movers],
        "conclusion": found.conclusion,
        "why": found.why,
        "warnings": [UNSEEN] if found.entered else [],
    }


def _side(side: Side) -> dict[str, Any]:
    return {**asdict(side), "accepted": _share(side.accepted)}


def _share(share: Share) -> dict[str, Any]:
    return {"part": share.part, "of": share.of, "share": share.value, "low": share.low, "high": share.high}


def _case(case: Case, names: bool) -> dict[str, Any]:
    data = asdict(case)
    for name in ("was", "would"):
        data[name] = data[name].isoformat() if data[name] else None
    for name in ("before", "after"):
        data[name] = dict(zip(("score", "bar"), data[name], strict=True)) if data[name] else None
    return data if names else {key: value for key, value in data.items() if key not in ("name", "company")}
