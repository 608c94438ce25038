"""What the doctor finds: one thing looked at, whether it is well, and what to do if not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from config.redaction import redacted

Level = Literal["ok", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`level` is ok, warning (works, but) or error; `fix` says what to do."""

    level: Level
    what: str
    detail: str
    fix: str = ""


def guarded(what: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """What `look` finds; whatever it stumbles over is a finding too, so that a doctor never falls ill."""
    try:
        yield from look()
    except Exception as error:
        yield Finding("error", what, f"cannot be looked at: {said(error)}", "Mend what it names, and look again.")


def said(error: BaseException) -> str:
    """Kind and first line of an error, without secrets."""
    first = (str(error).splitlines() or [""])[0][:200]
    return f"{type(error).__name__}: {redacted(first)}" if first else type(error).__name__
