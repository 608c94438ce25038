"""Counts of right and wrong on labelled turns, a tally a turn: facts, values, intents, false captures, confidences."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

from qualification.facts import INTENTS, SLOTS, Entity, Slot, Understanding, value_to_json
from qualification.understanding import understand_unsure
from qualification.understanding.model import Weights, weights
from training.certainty import Sure
from training.turns import LabelledTurn, Span, read_turns

Asking = Callable[[LabelledTurn], Slot | None]


@dataclass
class Tally:
    """Counts of one pass over the turns."""

    right: Counter[str] = field(default_factory=Counter)
    exact: Counter[str] = field(default_factory=Counter)
    gold: Counter[str] = field(default_factory=Counter)
    said: Counter[str] = field(default_factory=Counter)
    valued: Counter[str] = field(default_factory=Counter)
    value_right: Counter[str] = field(default_factory=Counter)
    intent_right: Counter[str] = field(default_factory=Counter)
    intent_gold: Counter[str] = field(default_factory=Counter)
    intent_said: Counter[str] = field(default_factory=Counter)
    factless: int = 0
    false_captures: int = 0
    seconds: list[float] = field(default_factory=list)
    sures: list[Sure] = field(default_factory=list)

    def __iadd__(self, other: "Tally") -> "Tally":
        for name in _COUNTERS:
            getattr(self, name).update(getattr(other, name))
        self.factless += other.factless
        self.false_captures += other.false_captures
        self.seconds += other.seconds
        self.sures += other.sures
        return self


_COUNTERS = tuple(one.name for one in fields(Tally) if one.default_factory is Counter)


def asked(turn: LabelledTurn) -> Slot | None:
    return turn.asked


def none(_: LabelledTurn) -> Slot | None:
    return None


def wrong(turn: LabelledTurn) -> Slot | None:
    """Another slot, the same one each time."""
    return SLOTS[(SLOTS.index(turn.asked) + 1 + len(turn.text) % 10) % 11] if turn.asked else SLOTS[len(turn.text) % 11]


def judge_each(turns: Sequence[LabelledTurn], asking: Asking, model: Weights, errors: str | None = None) -> list[Tally]:
    """A tally a turn, so that turns can be drawn anew."""
    return [_judged(turn, asking(turn), model, errors) for turn in turns]


def _judged(turn: LabelledTurn, slot: Slot | None, model: Weights, errors: str | None) -> Tally:
    tally = Tally()
    started = time.perf_counter()
    understanding = understand_unsure(turn.utterance(slot), model)
    tally.seconds.append(time.perf_counter() - started)
    _count_entities(tally, turn, understanding)
    _count_intents(tally, turn, understanding)
    tally.sures = [(one.confidence, _is_right(one, turn.spans)) for one in understanding.entities]
    if errors:
        _show(turn, slot, understanding, errors)
    return tally


def summed(parts: Iterable[Tally]) -> Tally:
    whole = Tally()
    for part in parts:
        whole += part
    return whole


def _count_entities(tally: Tally, turn: LabelledTurn, understanding: Understanding) -> None:
    tally.gold.update(span.label for span in turn.spans)
    tally.said.update(entity.label for entity in understanding.entities)
    if not turn.spans:
        tally.factless += 1
        tally.false_captures += bool(understanding.entities)
    for span in turn.spans:
        if entity := _match(span, understanding.entities):
            tally.right[span.label] += 1
            tally.exact[span.label] += (entity.start, entity.end) == (span.start, span.end)
            if span.value is not None:
                tally.valued[span.label] += 1
                tally.value_right[span.label] += value_to_json(entity.value) == span.value


def _match(span: Span, entities: Sequence[Entity]) -> Entity | None:
    """Soft: the same slot, and the shared part is at least half of the longer one."""
    for entity in entities:
        shared = min(span.end, entity.end) - max(span.start, entity.start)
        if entity.label == span.label and shared * 2 >= max(span.end - span.start, entity.end - entity.start):
            return entity
    return None


def _is_right(entity: Entity, spans: Sequence[Span]) -> bool:
    return any(_match(span, (entity,)) for span in spans)


def _count_intents(tally: Tally, turn: LabelledTurn, understanding: Understanding) -> None:
    tally.intent_gold.update(turn.intents)
    tally.intent_said.update(understanding.intents)
    tally.intent_right.update(set(turn.intents) & set(understanding.intents))


def _show(turn: LabelledTurn, slot: Slot | None, understanding: Understanding, errors: str) -> None:
    gold = {(s.label, turn.text[s.start : s.end]) for s in turn.spans if errors in ("all", s.label)}
    said = {(e.label, e.text) for e in understanding.entities if errors in ("all", e.label)}
    values = [
        (s, e)
        for s in turn.spans
        if s.value is not None and (e := _match(s, understanding.entities)) and value_to_json(e.value) != s.value
    ]
    if gold != said or (values and errors in ("all", "value")):
        print(
            (f"{slot or '-'} | {turn.text!r}\n     missed {sorted(gold - said)}\n     added  {sorted(said - gold)}"),
            *values,
            sep="\n     ",
        )
    wanted, given = set(turn.intents), set(understanding.intents)
    if (errors == "intents" and wanted != given) or (errors in INTENTS and (errors in wanted) != (errors in given)):
        print(f"{slot or '-'} | {turn.text!r}\n     missed {sorted(wanted - given)} added {sorted(given - wanted)}")


def f1(right: int, said: int, gold: int) -> float:
    return 2 * right / (said + gold) if said + gold else 1.0


def micro(tally: Tally) -> float:
    return f1(tally.right.total(), tally.said.total(), tally.gold.total())


def macro_intents(tally: Tally) -> float:
    scores = [
        f1(tally.intent_right[i], tally.intent_said[i], tally.intent_gold[i]) for i in INTENTS if tally.intent_gold[i]
    ]
    return sum(scores) / len(scores)


@dataclass(frozen=True)
class Judgement:
    """A file's turns, judged with the slot that was asked, with none, and with a wrong one: a tally a turn."""

    path: Path
    told: list[Tally]
    untold: list[Tally]
    misled: list[Tally]


def judged(path: Path, model: Weights | None = None, errors: str | None = None) -> Judgement:
    turns, model = read_turns(path), model or weights()
    told = judge_each(turns, asked, model, errors)
    return Judgement(path, told, judge_each(turns, none, model), judge_each(turns, wrong, model))
