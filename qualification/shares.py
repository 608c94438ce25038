"""Shares of small numbers, with how far the true share may lie from the counted one."""

from dataclasses import dataclass
from math import sqrt

Z = 1.96  # 95 %
LEAST = 10  # of each kind, before two shares are compared at all


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; `low` and `high` are Wilson's interval, right for few and for shares near 0 or 1 too."""

    part: int
    of: int

    @property
    def value(self) -> float | None:
        return self.part / self.of if self.of else None

    @property
    def low(self) -> float:
        return self._wilson(-1)

    @property
    def high(self) -> float:
        return self._wilson(1)

    def _wilson(self, side: int) -> float:
        if not self.of:
            return 0.0 if side < 0 else 1.0
        share, spread = self.part / self.of, Z * Z / self.of
        middle = share + spread / 2
        reach = Z * sqrt(share * (1 - share) / self.of + spread / self.of / 4)
        bound = min(max((middle + side * reach) / (1 + spread), 0.0), 1.0)
        return min(bound, share) if side < 0 else max(bound, share)  # rounding must not cross it

    def __str__(self) -> str:
        if not self.of:
            return "none judged"
        return f"{self.part} of {self.of} ({self.part / self.of:.0%}; {self.low:.0%} to {self.high:.0%})"


def difference(one: Share, other: Share) -> tuple[float, float] | None:
    """Between which bounds `one` lies above `other` (Newcombe's interval); None when either counts too few."""
    if min(one.of, other.of) < LEAST or one.value is None or other.value is None:
        return None
    gap = one.value - other.value
    below = sqrt((one.value - one.low) ** 2 + (other.high - other.value) ** 2)
    above = sqrt((one.high - one.value) ** 2 + (other.value - other.low) ** 2)
    return gap - below, gap + above
