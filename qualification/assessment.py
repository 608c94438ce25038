"""What the criteria say of a person: score with its reasons and bounds, and the verdict, as frozen data."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

Verdict = Literal["mql", "mql_likely", "open", "not_mql", "disqualified"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule's points with why it counts and the words or event that show it."""

    rule: str
    points: int
    why: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """`score` is the sum of `reasons` exactly; `low` and `high` are what it could become.

    `unknown` are field names. `open_must_haves` are ids of must-haves not yet decided, `failed_must_haves` of those
    that are false. `icp` is True (fits), False (does not) or None (not known). `disqualified_by` is the rule's id,
    `route` where it sends people.
    """

    verdict: Verdict
    score: int
    low: int
    high: int
    threshold: int
    criteria_version: int
    groups: Mapping[str, int] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    unknown: tuple[str, ...] = ()
    open_must_haves: tuple[str, ...] = ()
    failed_must_haves: tuple[str, ...] = ()
    icp: bool | None = None
    segment: str | None = None
    disqualified_by: str | None = None
    route: str | None = None

    @property
    def is_mql(self) -> bool:
        return self.verdict in ("mql", "mql_likely")

    @property
    def is_settled(self) -> bool:
        """Whether nothing that is still unknown can change the verdict."""
        return self.verdict in ("mql", "not_mql", "disqualified")


_LISTS = ("unknown", "open_must_haves", "failed_must_haves")
_FIELDS = tuple(field.name for field in fields(Assessment))


def assessment_to_json(assessment: Assessment) -> dict[str, Any]:
    """As it is stored and read back: lists, not tuples. By hand, for `asdict` takes a tenth of a turn."""
    data = {name: getattr(assessment, name) for name in _FIELDS}
    lists = {name: list(data[name]) for name in _LISTS}
    reasons = [
        {"rule": one.rule, "points": one.points, "why": one.why, "evidence": one.evidence} for one in assessment.reasons
    ]
    return data | lists | {"groups": dict(assessment.groups), "reasons": reasons}


def assessment_from_json(data: dict[str, Any]) -> Assessment:
    lists = {name: tuple(data[name]) for name in _LISTS}
    return Assessment(**{**data, **lists, "reasons": tuple(Reason(**reason) for reason in data["reasons"])})
