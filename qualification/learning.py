"""Points learned from what became of leads: proposed to people with their evidence, never applied by themselves."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Literal

import numpy as np

from qualification.criteria import Criteria, schema
from qualification.shrinkage import Array, auc, fit, gains, scale_of

Verdict = Literal["accepted", "returned", "won", "lost"]
GOOD: frozenset[Verdict] = frozenset({"accepted", "won"})
SAYS_NOTHING = frozenset({"duplicate", "existing_customer"})
"""Return codes that are no verdict on the points."""

LEAST_OUTCOMES, LEAST_OF_A_KIND, LEAST_PER_ANSWER = 100, 10, 15
LEAST_CHANGE, LEAST_Z = 3, 2.58
HELD_OUT, DRAWS, SEED = 0.3, 1000, 20
SURE_ENOUGH, GO_BACK = 0.8, 0.6
NEWEST = 20_000  # outcomes looked at


@dataclass(frozen=True, slots=True)
class Held:
    """A rule that held: the visitor's words, and the points it gave (needed only for rules with `per`)."""

    words: str = ""
    points: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a lead, and the rules that held when it was handed over. `reason` is the return code.

    A lead that was returned and came again has one for each cycle.
    """

    lead: str
    at: datetime
    verdict: Verdict
    rules: Mapping[str, Held]
    reason: str | None = None
    cycle: int = 1


def settled(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """The last verdict on each lead and cycle, oldest first."""
    last: dict[tuple[str, int], Outcome] = {}
    for outcome in sorted(outcomes, key=lambda one: one.at):
        last.pop((outcome.lead, outcome.cycle), None)
        last[outcome.lead, outcome.cycle] = outcome
    return list(last.values())


@dataclass(frozen=True, slots=True)
class Change:
    """One rule's points, old and new, with the evidence; `gain` in AUC and `entered`, `left` are of it alone."""

    rule: str
    old: int
    new: int
    z: float | None
    leads: int
    gain: float
    entered: int
    entered_good: int
    left: int
    left_good: int
    bar: int
    words: tuple[str, ...]

    @property
    def sentence(self) -> str:
        said = f"; said as {', '.join(repr(word) for word in self.words)}" if self.words else ""
        clear = "" if self.z is None else f"z {self.z:+.1f}, "
        return (
            f"{self.rule}: {self.old} -> {self.new} ({clear}{self.leads} leads, {self.gain:+.3f} AUC on the newest "
            f"{HELD_OUT:.0%}; of these outcomes {self.entered} more would have reached {self.bar}, "
            f"{self.entered_good} of them accepted, and {self.left} fewer, {self.left_good} of them accepted{said})"
        )


@dataclass(frozen=True, slots=True)
class Question:
    """A rule whose outcomes speak against its very sign: only people can say why."""

    rule: str
    points: int
    learned: int
    z: float
    leads: int

    @property
    def sentence(self) -> str:
        does, should = ("adds", "take away") if self.points > 0 else ("takes away", "add")
        return (
            f"{self.rule} {does} {abs(self.points)} points, but by the outcomes it should {should} {abs(self.learned)} "
            f"(z {self.z:+.1f}, {self.leads} leads): is the rule right?"
        )


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`kind`: propose `changes`, keep the points, go_back to the earlier ones, or too_few outcomes to say anything.

    AUC and `chance` (that what was learned is a gain) are measured on the held-out newest outcomes, with the points
    that the older ones alone would have given.
    """

    kind: Literal["propose", "keep", "go_back", "too_few"]
    why: str
    outcomes: int
    good: int
    held_out: int = 0
    auc_now: float | None = None
    auc_new: float | None = None
    chance: float | None = None
    changes: tuple[Change, ...] = ()
    questions: tuple[Question, ...] = ()

    @property
    def points(self) -> dict[str, int]:
        return {change.rule: change.new for change in self.changes}


def suggest(outcomes: Iterable[Outcome], criteria: Criteria, earlier: Criteria | None = None) -> Suggestion:
    """What the outcomes say of the points; `earlier` is the version to go back to when its points do better by now."""
    usable = [one for one in settled(outcomes) if one.reason not in SAYS_NOTHING][-NEWEST:]
    good = sum(one.verdict in GOOD for one in usable)
    if len(usable) < LEAST_OUTCOMES or min(good, len(usable) - good) < LEAST_OF_A_KIND:
        return Suggestion("too_few", _too_few(len(usable), good), len(usable), good)
    sample = Sample(usable, criteria)
    back = _way_back(sample, earlier) if earlier else None
    return back or _judged(sample)


def _too_few(count: int, good: int) -> str:
    return (
        f"{count} outcomes, {good} accepted and {count - good} not: points are only looked at from {LEAST_OUTCOMES} "
        f"outcomes on, at least {LEAST_OF_A_KIND} of each kind"
    )


@dataclass(frozen=True)
class Sample:
    """Outcomes, oldest first, as figures: `held` is leads x rules (1 when a rule held, more when it counted twice)."""

    outcomes: Sequence[Outcome]
    criteria: Criteria

    @cached_property
    def rules(self) -> list[schema.Rule]:
        return [rule for group in self.criteria.file.groups.values() for rule in group.rules]

    @cached_property
    def agreed(self) -> Array:
        return np.array([rule.points for rule in self.rules], dtype=float)

    @cached_property
    def held(self) -> Array:
        rows = [[_times(rule, one.rules.get(rule.id)) for rule in self.rules] for one in self.outcomes]
        return np.array(rows, dtype=float).reshape(len(self.outcomes), len(self.rules))

    @cached_property
    def good(self) -> Array:
        return np.array([one.verdict in GOOD for one in self.outcomes], dtype=float)

    @property
    def older(self) -> "Sample":
        return Sample(self.outcomes[: len(self.outcomes) - self._newest], self.criteria)

    @property
    def newer(self) -> "Sample":
        return Sample(self.outcomes[len(self.outcomes) - self._newest :], self.criteria)

    @property
    def _newest(self) -> int:
        return round(HELD_OUT * len(self.outcomes))

    def scores(self, points: Array) -> Array:
        """The score of every lead with these points: caps as in the file, evidence as fresh as it was."""
        total, first = np.zeros(len(self.outcomes)), 0
        for group in self.criteria.file.groups.values():
            last = first + len(group.rules)
            summed = self.held[:, first:last] @ points[first:last]
            total += np.clip(summed, group.cap[0], group.cap[1]) if group.cap else summed
            first = last
        return total


def _times(rule: schema.Rule, held: Held | None) -> float:
    if held is None:
        return 0.0
    if not rule.per or not rule.max or not rule.points or held.points is None:
        return 1.0
    return min(max(held.points / rule.points, 1.0), rule.max / abs(rule.points))


def _way_back(sample: Sample, earlier: Criteria) -> Suggestion | None:
    """Back to the earlier points, when they do better on the newest outcomes."""
    before = {rule.id: rule.points for group in earlier.file.groups.values() for rule in group.rules}
    points = np.array([before.get(rule.id, rule.points) for rule in sample.rules], dtype=float)
    weighing = _weigh(sample.newer, points)
    if weighing.better < GO_BACK:
        return None
    changed = [place for place in range(len(points)) if points[place] != sample.agreed[place]]
    changes = [_change(sample, place, int(points[place]), int(points[place]), None) for place in changed]
    why = f"the points of version {earlier.version} do better on the newest outcomes (chance {weighing.better:.0%})"
    return weighing.suggestion("go_back", why, sample, changes, ())


@dataclass(frozen=True, slots=True)
class Weighing:
    """New points against the present ones on leads that nothing was learned from."""

    now: float
    new: float
    better: float
    worse: float

    def suggestion(
        self,
        kind: Literal["propose", "keep", "go_back"],
        why: str,
        sample: Sample,
        changes: Sequence[Change],
        questions: Sequence[Question],
    ) -> Suggestion:
        return Suggestion(
            kind,
            why,
            len(sample.outcomes),
            int(sample.good.sum()),
            len(sample.newer.outcomes),
            self.now,
            self.new,
            self.better,
            tuple(changes),
            tuple(questions),
        )


def _weigh(newer: Sample, points: Array) -> Weighing:
    now, new = newer.scores(newer.agreed), newer.scores(points)
    gained = gains(new, now, newer.good, DRAWS, np.random.default_rng(SEED))
    better, worse = float(np.mean(gained > 0)), float(np.mean(gained < 0))
    return Weighing(auc(now, newer.good), auc(new, newer.good), better, worse)


@dataclass(frozen=True, slots=True)
class Learned:
    """What the outcomes say of one rule: its place, its points by all of them and by the older ones, how clearly."""

    place: int
    points: int
    points_older: int
    z: float
    leads: int


def _judged(sample: Sample) -> Suggestion:
    """The rules to change, if what the older outcomes teach holds on the newest."""
    (points, z), (older, _) = learned_points(sample), learned_points(sample.older)
    read = [_read(sample, place, points[place], older[place], z[place]) for place in range(len(points))]
    clear = [one for one in read if _is_clear(one, sample)]
    crossing = [one for one in clear if one.points * sample.agreed[one.place] < 0]
    kept = [one for one in clear if one not in crossing]
    return _weighed(sample, _weigh(sample.newer, np.rint(older)), kept, [_question(sample, one) for one in crossing])


def learned_points(sample: Sample) -> tuple[Array, Array]:
    """The most probable points of every rule, not yet rounded, and how many deviations they are from the agreed."""
    scale = scale_of(sample.held, sample.good, sample.agreed)
    fitted = fit(sample.held, sample.good, sample.agreed * scale)
    return fitted.weights / scale, (fitted.weights - sample.agreed * scale) / fitted.deviations


def _read(sample: Sample, place: int, points: float, older: float, z: float) -> Learned:
    most = sample.rules[place].max or 1000
    whole, whole_older = (min(max(round(float(each)), -most), most) for each in (points, older))
    return Learned(place, whole, whole_older, float(z), int(np.sum(sample.held[:, place] > 0)))


def _is_clear(one: Learned, sample: Sample) -> bool:
    answered = min(one.leads, len(sample.outcomes) - one.leads) >= LEAST_PER_ANSWER
    return answered and abs(one.points - sample.agreed[one.place]) >= LEAST_CHANGE and abs(one.z) >= LEAST_Z


def _question(sample: Sample, one: Learned) -> Question:
    rule = sample.rules[one.place]
    return Question(rule.id, rule.points, one.points, one.z, one.leads)


def _weighed(sample: Sample, learned: Weighing, clear: Sequence[Learned], questions: Sequence[Question]) -> Suggestion:
    """The gates: the older outcomes' points rank the newest better, and the changes alone do not rank them worse."""
    tested = _weigh(sample.newer, _with(sample, {one.place: one.points_older for one in clear}))
    tested = replace(tested, better=learned.better)
    if not clear:
        why = "no rule's points differ clearly from the agreed ones"
        return tested.suggestion("keep", why, sample, (), questions)
    if tested.worse >= GO_BACK:
        why = f"the agreed points do better on the newest outcomes (chance {tested.worse:.0%})"
        return tested.suggestion("keep", why, sample, (), questions)
    if learned.better < SURE_ENOUGH:
        why = f"what was learned does not hold well enough on the newest outcomes (chance {learned.better:.0%})"
        return tested.suggestion("keep", why, sample, (), questions)
    why = f"what was learned holds on the newest outcomes (chance of a gain {learned.better:.0%})"
    changes = [_change(sample, one.place, one.points, one.points_older, one.z) for one in clear]
    return tested.suggestion("propose", why, sample, changes, questions)


def _with(sample: Sample, points: Mapping[int, int]) -> Array:
    changed = sample.agreed.copy()
    changed[list(points)] = list(points.values())
    return changed


def _change(sample: Sample, place: int, new: int, older: int, z: float | None) -> Change:
    """The gain is that of the points the older outcomes alone would have given: the newest taught nothing."""
    bar, good = sample.criteria.floor, sample.good > 0
    before, after = (sample.scores(points) >= bar for points in (sample.agreed, _with(sample, {place: new})))
    entered, left = after & ~before, before & ~after
    weighing = _weigh(sample.newer, _with(sample, {place: older}))
    return Change(
        sample.rules[place].id,
        int(sample.agreed[place]),
        new,
        z,
        int(np.sum(sample.held[:, place] > 0)),
        weighing.new - weighing.now,
        int(entered.sum()),
        int((entered & good).sum()),
        int(left.sum()),
        int((left & good).sum()),
        bar,
        usual_words(sample.outcomes, sample.rules[place].id),
    )


def usual_words(outcomes: Iterable[Outcome], rule: str, most: int = 3) -> tuple[str, ...]:
    """The words in which a rule was met most often."""
    said = Counter(one.rules[rule].words[:60] for one in outcomes if rule in one.rules and one.rules[rule].words)
    return tuple(words for words, _ in said.most_common(most))
