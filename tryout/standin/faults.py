"""What goes wrong on purpose: a plan of faults that tests lay out per Web API method."""

from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any, Literal

Kind = Literal["429", "500", "502", "cut", "hang", "hang_after", "drop", "drop_after", "redirect", "error"]


@dataclass
class Fault:
    """Kinds: `429` (with `retry_after`), `500`, `502` (an HTML page), `cut` (accepted, half the answer),
    `hang` / `hang_after` (before / after accepting, until released or for `seconds`, then the connection drops),
    `drop` / `drop_after` (connection closed before / after accepting), `redirect` (302 to
    /api/redirected, which `calls` would show), `error` (with `code`)."""

    method: str
    kind: Kind
    times: int | None = 1
    code: str = "internal_error"
    retry_after: int = 1
    seconds: float | None = None
    match: dict[str, Any] = field(default_factory=dict)
    released: Event = field(default_factory=Event)
    met: Event = field(default_factory=Event)

    @property
    def accepts(self) -> bool:
        """Whether Slack carries the call out before things go wrong."""
        return self.kind in ("cut", "hang_after", "drop_after")

    def hold(self) -> None:
        self.released.wait(self.seconds)

    def fits(self, method: str, arguments: dict[str, Any]) -> bool:
        wanted = self.method in ("*", method) and self.times != 0
        return wanted and all(arguments.get(name) == value for name, value in self.match.items())


class FaultPlan:
    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = Lock()

    def add(self, method: str, kind: Kind, times: int | None = 1, **details: Any) -> Fault:
        """The next `times` fitting calls (None: all) meet this fault; `match={"channel": ...}` narrows it.

        Wait for `fault.met` to know that a call has arrived; `fault.released.set()` ends a hang."""
        fault = Fault(method, kind, times, **details)
        with self._lock:
            self._faults.append(fault)
        return fault

    def meet(self, method: str, arguments: dict[str, Any]) -> Fault | None:
        """The fault this call runs into, used up once."""
        with self._lock:
            fault = next((one for one in self._faults if one.fits(method, arguments)), None)
            if fault is not None:
                fault.times = None if fault.times is None else fault.times - 1
                fault.met.set()
            return fault

    def clear(self) -> None:
        """No more faults; whatever hangs is let go."""
        with self._lock:
            for fault in self._faults:
                fault.released.set()
            self._faults.clear()
