"""Questions of visitors that the playbook has no answer to, the same ones together."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from qualification.playbook.knowledge import SURE, best, stems
from qualification.playbook.schema import Playbook

_ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class Asked:
    """One message that asked something, as it is kept."""

    text: str
    at: datetime
    conversation: int


@dataclass(frozen=True, slots=True)
class Gap:
    """`question` is the newest wording, `people` in how many conversations it was asked; `nearest` came closest."""

    question: str
    people: int
    last: datetime
    others: tuple[str, ...]
    nearest: str | None
    confidence: float


def gaps(playbook: Playbook, asked: Iterable[Asked]) -> list[Gap]:
    """What the playbook of now does not answer, most asked first. What it knows by now is no gap any more."""
    groups: list[list[Asked]] = []
    for one in sorted(asked, key=lambda one: one.at, reverse=True):
        found = best(playbook.answers, one.text)
        if found is None or found.confidence < SURE:
            group = next((group for group in groups if _alike(group[0].text, one.text)), None)
            group.append(one) if group else groups.append([one])
    return sorted((_gap(playbook, group) for group in groups), key=lambda gap: (-gap.people, -gap.last.timestamp()))


def _alike(one: str, other: str) -> bool:
    a, b = stems(one), stems(other)
    return bool(a & b) and len(a & b) / len(a | b) >= _ALIKE


def _gap(playbook: Playbook, group: list[Asked]) -> Gap:
    newest, found = group[0], best(playbook.answers, group[0].text)
    others = tuple(dict.fromkeys(one.text for one in group if one.text != newest.text))
    nearest = found.id if found else None
    people = len({one.conversation for one in group})
    return Gap(newest.text, people, newest.at, others[:5], nearest, round(found.confidence, 2) if found else 0.0)
