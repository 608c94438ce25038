"""Judges the understanding on labelled turns: python -m training.evaluate FILE... [--errors SLOT] [--report FILE]."""

import argparse
import sys
from pathlib import Path

from qualification.facts import INTENTS, SLOTS
from qualification.understanding import warm_up
from qualification.understanding.model import WEIGHTS, weights
from training.judging import Judgement, f1, judged, macro_intents, micro, summed
from training.report import write_measured
from training.turns import DEV


def show(judgement: Judgement) -> None:
    told, untold, misled = (summed(one) for one in (judgement.told, judgement.untold, judgement.misled))
    path, turns = judgement.path, judgement.told
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
    parser.add_argument("--report", type=Path, help="write the figures into this file; exit code 1 when it was stale")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="judge other weights than the shipped ones")
    options = parser.parse_args()
    warm_up()
    for path in options.files:
        if not path.exists():
            sys.exit(f"{path}: no such file; give .tsv or .jsonl files of labelled turns")
    found = [judged(path, weights(options.weights), options.errors) for path in options.files]
    for judgement in found:
        show(judgement)
    if options.report and write_measured(options.report, found):
        sys.exit(f"{options.report} was stale and is written anew; commit it")


if __name__ == "__main__":
    main()
