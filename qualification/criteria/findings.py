"""What the linter says: how bad it is, where, what, and what to do."""

from dataclasses import dataclass
from typing import Literal

from qualification.criteria.loading import Criteria

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    level: Level
    line: int
    message: str
    fix: str = ""

    def __str__(self) -> str:
        return f"{self.level}: {self.message}, line {self.line}" + (f"; {self.fix}" if self.fix else "")


def error(criteria: Criteria, where: str, message: str, fix: str = "") -> Finding:
    """`where` is a name in `criteria.lines`."""
    return Finding("error", criteria.lines.get(where, 1), message, fix)


def warning(criteria: Criteria, where: str, message: str, fix: str = "") -> Finding:
    return Finding("warning", criteria.lines.get(where, 1), message, fix)
