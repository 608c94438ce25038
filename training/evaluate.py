"""Judges the understanding on labelled turns: python -m training.evaluate FILE... [--errors SLOT]."""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from qualification.facts import INTENTS, SLOTS, Entity, Slot, Understanding, value_to_json
from qualification.understanding import understand, warm_up
from qualification.understanding.model import WEIGHTS, Weights, weights
from training.turns import DEV, LabelledTurn, Span, read_turns

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


def asked(turn: LabelledTurn) -> Slot | None:
    return turn.asked


def none(_: LabelledTurn) -> Slot | None:
    return None


def wrong(turn: LabelledTurn) -> Slot | None:
    """Another slot, the same one each time."""
    return SLOTS[(SLOTS.index(turn.asked) + 1 + len(turn.text) % 10) % 11] if turn.asked else SLOTS[len(turn.text) % 11]


def judge(turns: Sequence[LabelledTurn], asking: Asking, model: Weights, errors: str | None = None) -> Tally:
    tally = Tally()
    for turn in turns:
        started = time.perf_counter()
        understanding = understand(turn.utterance(asking(turn)), model)
        tally.seconds.append(time.perf_counter() - started)
        _count_entities(tally, turn, understanding)
        _count_intents(tally, turn, understanding)
        if errors:
            _show(turn, asking(turn), understanding, errors)
    return tally


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


def report(path: Path, turns: Sequence[LabelledTurn], model: Weights, errors: str | None) -> None:
    told, untold, misled = judge(turns, asked, model, errors), judge(turns, none, model), judge(turns, wrong, model)
    print(
        f"\n{path} · {len(turns)} turns\nspan F1 asked / none / wrong: {micro(told):.3f} / "
        f"{micro(untold):.3f} / {micro(misled):.3f}"
    )
    exact = f1(told.exact.total(), told.said.total(), told.gold.total())
    print(
        f"exact {exact:.3f} · false captures {told.false_captures}/{told.factless} = "
        f"{told.false_captures / max(1, told.factless):.1%}"
    )
    for slot in SLOTS:
        value = f" value {told.value_right[slot]}/{told.valued[slot]}" if told.valued[slot] else ""
        scores = [f1(t.right[slot], t.said[slot], t.gold[slot]) for t in (told, untold)]
        print(
            f"  {slot:13} {scores[0]:.2f} none {scores[1]:.2f}  right {told.right[slot]} said "
            f"{told.said[slot]} gold {told.gold[slot]}{value}"
        )
    print(f"intents macro F1 {macro_intents(told):.3f}")
    row = [
        f"{i} {f1(told.intent_right[i], told.intent_said[i], told.intent_gold[i]):.2f} ({told.intent_gold[i]})"
        for i in INTENTS
    ]
    print("  " + " · ".join(row))
    times = sorted(told.seconds)
    print(f"ms per turn: mean {sum(times) / len(times) * 1000:.1f}, p95 {times[int(len(times) * 0.95)] * 1000:.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Judge the understanding on labelled turns (.tsv or .jsonl).")
    parser.add_argument("files", nargs="*", type=Path, default=[DEV])
    parser.add_argument("--errors", metavar="SLOT|INTENT|intents|value|all", help="print the turns that went wrong")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="judge other weights than the shipped ones")
    options = parser.parse_args()
    warm_up()
    for path in options.files:
        if not path.exists():
            sys.exit(f"{path}: no such file; give .tsv or .jsonl files of labelled turns")
        report(path, read_turns(path), weights(options.weights), options.errors)


if __name__ == "__main__":
    main()
