"""The bell that tells the workers of this process that something was promised; polling stays the truth."""

import threading


class Wake:
    """Rung after a commit. A listener notes how often it had rung, so as to miss no ring between look and wait."""

    def __init__(self) -> None:
        self._rung = threading.Condition()
        self._rings = 0

    @property
    def rings(self) -> int:
        return self._rings

    def notify(self) -> None:
        with self._rung:
            self._rings += 1
            self._rung.notify_all()

    def wait(self, timeout: float, seen: int | None = None) -> bool:
        """True as soon as it rings (or has rung since `seen`), False after `timeout` seconds."""
        with self._rung:
            known = self._rings if seen is None else seen
            return self._rung.wait_for(lambda: self._rings != known, timeout)
