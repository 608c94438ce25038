"""One channel, several sites: each promise goes by its own site's access, and waits while the site has none."""

from collections.abc import Callable
from dataclasses import dataclass

from delivery.destination import Destination, Outcome, Paused, Promise

NOT_CONNECTED = "nothing is connected for this site: it waits"
PROBE_S = 10  # as it may be connected any moment, and asking costs nothing


@dataclass(frozen=True, slots=True)
class BySite:
    """`of` gives a site's own destination, None while nothing is connected for it; never another site's."""

    of: Callable[[int], Destination | None]

    def send(self, promise: Promise) -> Outcome:
        destination = self.of(promise.site_id)
        return destination.send(promise) if destination else Paused(NOT_CONNECTED, PROBE_S)
