"""What must hold for every criteria file and every person: sums, bounds, purity, and questions that matter."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from qualification.assessment import Assessment
from qualification.criteria import Criteria
from qualification.criteria.document import Document
from qualification.criteria.loading import build
from qualification.facts import Evidence, Fact, Horizon, Money, Size, Touchpoint, Value
from qualification.scoring import apportion, assess, next_slots

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FIELDS: dict[str, Any] = {
    "size": {"type": "int_range"},
    "budget": {"type": "money"},
    "when": {"type": "days"},
    "role": {
        "type": "enum",
        "from": "job_title",
        "map": {"boss": ["ceo", "chief *"], "lead": ["* lead"], "dev": ["dev*"]},
    },
    "country": {"type": "enum", "from": "location", "map": "countries"},
    "mail": {"type": "email_kind"},
    "host": {"type": "domain"},
    "phone": {"type": "flag", "from": "phone"},
    "demo": {"type": "flag", "intent": "demo"},
    "views": {"type": "event_count", "event": "page_view", "url": "*/pricing*", "window_days": 30},
}
NUMBERS = ("size", "budget", "when", "views")


def _number_check(limits: list[int]) -> st.SearchStrategy[dict[str, Any]]:
    one = st.sampled_from(limits)
    pair = st.tuples(one, one).map(sorted)
    return st.one_of(
        st.sampled_from(["gte", "lte", "gt", "lt", "is"]).flatmap(lambda op: one.map(lambda value: {op: value})),
        pair.map(lambda ends: {"between": list(ends)}),
    )


def _words(*words: str) -> st.SearchStrategy[dict[str, Any]]:
    several = st.lists(st.sampled_from(words), min_size=1, max_size=2, unique=True).map(lambda chosen: {"in": chosen})
    return several | st.sampled_from(words).map(lambda word: {"is": word})


CHECKS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "size": _number_check([1, 10, 20, 50, 100]),
    "budget": _number_check([1000, 5000, 20000]),
    "when": _number_check([0, 30, 90]),
    "role": _words("boss", "lead", "dev") | st.just({"contains": "chief"}),
    "country": _words("DE", "US"),
    "mail": _words("work", "free", "disposable", "role"),
    "host": _words("acme.com") | st.just({"contains": "acme"}),
    "phone": st.booleans().map(lambda flag: {"is": flag}),
    "demo": st.booleans().map(lambda flag: {"is": flag}),
    "views": _number_check([0, 1, 3]),
}
CHECK = st.sampled_from(sorted(FIELDS)).flatmap(
    lambda name: (CHECKS[name] | st.booleans().map(lambda flag: {"known": flag})).map(lambda check: {name: check})
)
CONDITION = st.recursive(
    CHECK,
    lambda inner: st.one_of(
        st.sampled_from(["all", "any"]).flatmap(
            lambda key: st.lists(inner, min_size=1, max_size=3).map(lambda c: {key: c})
        ),
        inner.map(lambda condition: {"not": condition}),
    ),
    max_leaves=4,
)
POINTS = st.integers(-30, 30)
COUNTED = st.tuples(st.integers(-7, 7), st.integers(1, 2), st.integers(7, 20)).map(
    lambda t: {"when": {"views": {"gte": 1}}, "points": t[0], "per": t[1], "max": t[2]}
)
RULE = st.one_of(st.tuples(CONDITION, POINTS).map(lambda t: {"when": t[0], "points": t[1]}), COUNTED)
GROUP = st.fixed_dictionaries(
    {"rules": st.lists(RULE, min_size=1, max_size=6)},
    optional={
        "cap": st.tuples(st.integers(-30, 0), st.integers(0, 40)).map(list),
        "half_life_days": st.sampled_from([1, 7, 14.5, 90]),
    },
)


def _file(parts: tuple[Any, ...]) -> Criteria:
    groups, must, disqualify, floor, icp = parts
    numbered = iter(range(100))
    for rule in [*must, *disqualify, *(rule for group in groups for rule in group["rules"])]:
        rule["id"] = f"r{next(numbered)}"
    data = {
        "version": 1,
        "rates": {"EUR": 1.1},
        "threshold": {"floor": floor},
        "fields": FIELDS,
        "icp": icp,
        "must_have": must,
        "disqualify": disqualify,
        "groups": {f"g{place}": group for place, group in enumerate(groups)},
    }
    return build(Document(data, {}), "", "criteria.yaml")


def _gates(most: int) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(CONDITION.map(lambda condition: {"when": condition}), max_size=most)


CRITERIA = st.tuples(st.lists(GROUP, min_size=1, max_size=3), _gates(2), _gates(1), st.integers(1, 60), CONDITION)

AGES = st.sampled_from([0.0, 0.3, 1, 10, 45.5])
ENDS = st.tuples(st.sampled_from([None, 1, 10, 15, 20, 50, 75, 100, 200]), st.integers(0, 60) | st.none())


def _ends(maker: Callable[[Any, Any], Value]) -> st.SearchStrategy[Value]:
    return ENDS.map(lambda t: maker(t[0], None if t[1] is None else (t[0] or 0) + t[1]))


VALUES: dict[str, st.SearchStrategy[Value]] = {
    "company_size": _ends(Size),
    "budget": st.tuples(
        _ends(Horizon), st.sampled_from([None, "USD", "EUR", "XXX"]), st.sampled_from(["month", "unknown"])
    ).map(
        lambda t: Money(
            None if t[0].from_days is None else t[0].from_days * 100,  # type: ignore[union-attr]
            None if t[0].to_days is None else t[0].to_days * 100,  # type: ignore[union-attr]
            t[1],
            t[2],  # type: ignore[arg-type]
        )
    ),
    "timeline": _ends(Horizon),
    "job_title": st.sampled_from(["CEO", "Chief of Wonder", "Ops lead", "developer", "juggler"]),
    "location": st.sampled_from(["Berlin", "Austin, Texas", "the Moon"]),
    "email": st.sampled_from(["a@acme.com", "b@gmail.com", "info@acme.org", "x@mailinator.com", "nonsense"]),
    "phone": st.just("+4930123456"),
    "demo": st.booleans(),
}


def _fact(name: str) -> st.SearchStrategy[Fact]:
    return st.tuples(VALUES[name], AGES).map(
        lambda t: Fact(name, f"{name} words", t[0], 1.0, "said", "m1", NOW - timedelta(days=t[1]))
    )


def _facts_of(names: list[str]) -> st.SearchStrategy[dict[str, Fact]]:
    return st.fixed_dictionaries({name: _fact(name) for name in names})


FACTS = st.lists(st.sampled_from(sorted(VALUES)), unique=True).flatmap(_facts_of)
TOUCH = AGES.map(lambda age: Touchpoint("page_view", NOW - timedelta(days=age), "https://x.io/pricing"))
EVIDENCE = st.builds(Evidence, FACTS, st.lists(TOUCH, max_size=6).map(tuple), st.booleans())
PEOPLE = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


@PEOPLE
@given(CRITERIA, EVIDENCE)
def test_reasons_sum_to_the_score_and_the_score_lies_within_its_bounds(
    parts: tuple[Any, ...], evidence: Evidence
) -> None:
    criteria = _file(parts)
    assessment = assess(evidence, criteria, NOW)
    assert sum(reason.points for reason in assessment.reasons) == assessment.score
    assert sum(assessment.groups.values()) == assessment.score
    assert assessment.low <= assessment.score <= assessment.high
    for name, group in criteria.file.groups.items():
        rules = {rule.id for rule in group.rules}
        assert sum(r.points for r in assessment.reasons if r.rule in rules) == assessment.groups[name]
        if group.cap:
            assert group.cap[0] <= assessment.groups[name] <= group.cap[1]


@PEOPLE
@given(CRITERIA, EVIDENCE, st.data())
def test_what_is_learned_keeps_the_score_within_the_earlier_bounds_and_narrows_them(
    parts: tuple[Any, ...], evidence: Evidence, data: st.DataObject
) -> None:
    criteria = _file(parts)
    before = assess(evidence, criteria, NOW)
    asked = next_slots(evidence, criteria, NOW)
    unknown = sorted(set(VALUES) - set(evidence.facts))
    assume(unknown)
    learned = data.draw(st.sampled_from(unknown).flatmap(_fact))
    more = Evidence({**evidence.facts, learned.slot: learned}, evidence.touchpoints, evidence.tracking)
    after = assess(more, criteria, NOW)
    assert before.low <= after.low <= after.score <= after.high <= before.high
    _check_verdicts(before, after, asked, learned)


def _check_verdicts(before: Assessment, after: Assessment, asked: tuple[str, ...], learned: Fact) -> None:
    """A settled verdict stays (but for a disqualifier); an unsettled one is changed only by what would be asked."""
    if before.verdict == after.verdict or (after.verdict == "disqualified" and before.verdict in ("mql", "not_mql")):
        return
    assert before.verdict in ("open", "mql_likely", "disqualified")
    if before.verdict != "disqualified" and learned.slot != "demo":
        assert learned.slot in asked


@PEOPLE
@given(CRITERIA, EVIDENCE, st.integers(1, 80))
def test_the_same_person_gets_the_same_assessment_every_time(
    parts: tuple[Any, ...], evidence: Evidence, threshold: int
) -> None:
    criteria = _file(parts)
    first = assess(evidence, criteria, NOW, threshold)
    turned = Evidence(dict(reversed(evidence.facts.items())), evidence.touchpoints[::-1], evidence.tracking)
    assert assess(turned, criteria, NOW, threshold) == first
    assert assess(evidence, _file(parts), NOW, threshold) == first


@PEOPLE
@given(CRITERIA, EVIDENCE)
def test_a_disqualifier_beats_all_points_and_a_failed_must_have_beats_the_rest(
    parts: tuple[Any, ...], evidence: Evidence
) -> None:
    assessment = assess(evidence, _file(parts), NOW, threshold=1)
    if assessment.disqualified_by:
        assert assessment.verdict == "disqualified"
    elif assessment.failed_must_haves or assessment.high < 1:
        assert assessment.verdict == "not_mql"
    elif assessment.open_must_haves:
        assert assessment.verdict == "open"
    else:
        assert assessment.is_mql == (assessment.score >= 1)


@given(st.lists(st.integers(-30_000, 30_000), max_size=9), st.integers(-30, 0), st.integers(0, 30))
def test_whole_points_under_a_cap_sum_exactly_and_never_change_their_sign(
    gains: list[int], least: int, most: int
) -> None:
    total = (min(max(sum(gains), least * 1000), most * 1000) + 500) // 1000
    points = apportion(gains, total)
    assert sum(points) == total
    for gain, share in zip(gains, points, strict=True):
        assert gain * share >= 0
        assert abs(share) <= -(-abs(gain) // 1000)
