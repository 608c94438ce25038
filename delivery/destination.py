"""What a destination is; the types live in the pure core, so that every room may speak them."""

from qualification.promises import Ambiguous, Dead, Destination, Outcome, Paused, Promise, Retry, Sent

__all__ = ["Ambiguous", "Dead", "Destination", "Outcome", "Paused", "Promise", "Retry", "Sent"]
