"""The measured part of REPORT.md: the figures with their intervals, by slot, and how far confidences can be trusted."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from qualification.facts import INTENTS, SLOTS
from qualification.understanding.certainty import STEEPNESS
from training.bootstrap import DRAWS, SEED, Figure, f1_of, interval, macro_f1_of, share_of
from training.certainty import Bin, calibration_error, fitted, made_surer, reliability
from training.judging import Judgement, Tally, f1, macro_intents, micro, summed

BEGIN, END = "<!-- measured: `make evaluate` writes what stands between these marks -->", "<!-- end of measured -->"


def write_measured(path: Path, judged: Sequence[Judgement]) -> bool:
    """Whether the file told anything else before."""
    text = path.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    new = f"{before}{BEGIN}\n{measured(judged)}\n{END}{after}"
    if new == text:
        return False
    path.write_text(new, encoding="utf-8")
    return True


def measured(judged: Sequence[Judgement]) -> str:
    parts = (_headline(judged), _by_slot(judged), _trust(judged))
    return "\n\n".join("\n".join(part) for part in parts)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _table(first: str, judged: Sequence[Judgement]) -> Iterator[str]:
    yield _row([first, *(f"{one.path.name}, {len(one.told)} turns" for one in judged)])
    yield "|---" * (len(judged) + 1) + "|"


def _headline(judged: Sequence[Judgement]) -> Iterator[str]:
    yield f"In brackets what 95 of 100 sets of such turns would give (whole turns drawn {DRAWS} times, seed {SEED})."
    yield ""
    yield from _table("", judged)
    yield _row(["span F1, slot asked", *(_with(micro, _spans, f1_of, one.told) for one in judged)])
    yield _row(["span F1, no slot", *(_with(micro, _spans, f1_of, one.untold) for one in judged)])
    yield _row(["span F1, a wrong slot", *(_with(micro, _spans, f1_of, one.misled) for one in judged)])
    yield _row(["exact spans, slot asked", *(_with(_exact, _exact_spans, f1_of, one.told) for one in judged)])
    yield _row(["false captures", *(_captures(one.told) for one in judged)])
    yield _row(["intents, macro F1", *(_with(macro_intents, _intents, macro_f1_of, one.told) for one in judged)])


def _with(
    of: Callable[[Tally], float], counts: Callable[[Tally], Sequence[int]], figure: Figure, parts: Sequence[Tally]
) -> str:
    low, high = interval([counts(part) for part in parts], figure)
    return f"{of(summed(parts)):.3f} [{low:.3f}, {high:.3f}]"


def _captures(parts: Sequence[Tally]) -> str:
    whole = summed(parts)
    low, high = interval([(part.false_captures, part.factless) for part in parts], share_of)
    share = whole.false_captures / max(whole.factless, 1)
    return f"{share:.1%} [{low:.1%}, {high:.1%}], {whole.false_captures} of {whole.factless}"


def _exact(whole: Tally) -> float:
    return f1(whole.exact.total(), whole.said.total(), whole.gold.total())


def _spans(part: Tally) -> Sequence[int]:
    return part.right.total(), part.said.total(), part.gold.total()


def _exact_spans(part: Tally) -> Sequence[int]:
    return part.exact.total(), part.said.total(), part.gold.total()


def _intents(part: Tally) -> Sequence[int]:
    return [*_each(part.intent_right), *_each(part.intent_said), *_each(part.intent_gold)]


def _each(counts: Counter[str]) -> Iterator[int]:
    return (counts[intent] for intent in INTENTS)


def _by_slot(judged: Sequence[Judgement]) -> Iterator[str]:
    yield "F1 with the slot asked / with none, and values right of those found:"
    yield ""
    yield from _table("slot", judged)
    wholes = [(summed(one.told), summed(one.untold)) for one in judged]
    for slot in SLOTS:
        yield _row([slot, *(_slot(slot, told, untold) for told, untold in wholes)])


def _slot(slot: str, told: Tally, untold: Tally) -> str:
    scores = " / ".join(f"{f1(one.right[slot], one.said[slot], one.gold[slot]):.2f}" for one in (told, untold))
    values = f", {told.value_right[slot]} of {told.valued[slot]}" if told.valued[slot] else ""
    return f"{scores} (n {told.gold[slot]}){values}"


def _trust(judged: Sequence[Judgement]) -> Iterator[str]:
    sures = [[sure for part in one.told for sure in part.sures] for one in judged]
    yield "How sure a fact is against how often it is right, slot asked; each bin with its number of facts:"
    yield ""
    yield from _table("sure", judged)
    found = [{one.least: one for one in reliability(made_surer(one))} for one in sures]
    for least in sorted({least for bins in found for least in bins}):
        shown = next(bins[least] for bins in found if least in bins)
        cells = [_bin(bins[least]) if least in bins else "none" for bins in found]
        yield _row([f"{least:.2f} to {shown.below:.2f}", *cells])
    yield _row(["calibration error, as extracted", *(f"{calibration_error(one):.3f}" for one in sures)])
    yield _row(["calibration error, as used", *(f"{calibration_error(made_surer(one)):.3f}" for one in sures)])
    yield ""
    yield f"Steepness in use {STEEPNESS}; fitted on {judged[0].path.name} it is {fitted(sures[0]):.2f}."


def _bin(one: Bin) -> str:
    return f"{one.sure:.2f}, right {one.right:.2f} (n {one.count})"
