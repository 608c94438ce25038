"""What composition gives to the web: the doors, the sites, the keys and the figures."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from qualification.doorstep import Answer, Bubble, ConversationView, NewLead, Opened, Page, Rating
from qualification.facts import Touchpoint
from qualification.identity import Identity
from qualification.views import DeliveryView, LeadView
from webhook.live import Live
from webhook.throttle import Throttle
from webhook.tokens import VisitorTokens

Touch = Mapping[str, Mapping[str, str]]
"""`first` and `last` arrival: campaign parameters, outside referrer, landing path."""


@dataclass(frozen=True, slots=True)
class Site:
    """A site we serve. No origins means our own origin, and while `trying_out` also pages on this machine."""

    id: int
    key: str
    origins: tuple[str, ...] = ()
    trying_out: bool = True


@dataclass(frozen=True, slots=True)
class Probe:
    """What a health check found; one that is not `needed` is shown and does not make the process unready."""

    ok: bool
    detail: str = ""
    needed: bool = True


class Intake(Protocol):
    """Visitors come in; NotHere for a conversation that is unknown or somebody else's.

    `permitted` is False for a browser that asks not to be tracked.
    """

    def open(
        self, site_id: int, visitor: str | None, page: Page, locale: str | None, touch: Touch | None, permitted: bool, /
    ) -> Opened: ...
    def receive(
        self, site_id: int, visitor: str, conversation_id: str, client_message_id: str, text: str, /
    ) -> Answer: ...
    def since(self, site_id: int, visitor: str, conversation_id: str, after: int, /) -> tuple[Bubble, ...]: ...
    def seen(self, site_id: int, visitor: str, conversation_id: str, message_id: int, /) -> None: ...
    def rate(self, site_id: int, visitor: str, conversation_id: str, rating: Rating, /) -> None: ...
    def record(
        self,
        site_id: int,
        visitor: str | None,
        touchpoints: tuple[Touchpoint, ...],
        touch: Touch | None,
        permitted: bool,
        /,
    ) -> str: ...
    def consent(self, site_id: int, visitor: str, purpose: str, granted: bool, text_version: str, /) -> None: ...
    def identify(self, site_id: int, visitor: str, who: Identity, /) -> str: ...
    def add_lead(self, site_id: int, new: NewLead, /) -> str: ...


class Enquiry(Protocol):
    """Looking only; None is unknown."""

    def conversation(self, site_id: int, conversation_id: str, /) -> ConversationView | None: ...
    def lead(self, site_id: int, ref: str, /) -> LeadView | None: ...
    def deliveries(self, site_id: int, state: str, /) -> tuple[DeliveryView, ...]: ...


class Hooks(Protocol):
    """Subscriptions of automation tools."""

    def add(self, site_id: int, event: str, target_url: str, /) -> int | None: ...
    def remove(self, site_id: int, hook_id: int, /) -> bool: ...


class Privacy(Protocol):
    """What a visitor may see and have erased by the token alone; None is unknown."""

    def export_own(self, site_id: int, visitor: str, /) -> Mapping[str, Any] | None: ...
    def erase_own(self, site_id: int, visitor: str, /) -> object | None: ...


@dataclass(frozen=True)
class Rooms:
    """Everything `create_app` needs.

    `sites` is asked on every request, so composition keeps it in memory. `api_keys` gives the site's id for a key and
    compares in constant time (`tokens.site_of_key`). `identity_secret` gives what a site signs its visitors' identity
    with, None when it does not. `unavailable` are the exceptions that mean the database does not
    answer now; they become 503. `figures` are gauges read when `/metrics` is.
    """

    intake: Intake
    enquiry: Enquiry
    privacy: Privacy
    hooks: Hooks
    may_call: Callable[[str], str | None]  # an address -> what is wrong with calling it
    retry_delivery: Callable[[int, int], bool]  # site, delivery -> False when there is none to retry
    sites: Callable[[], tuple[Site, ...]]
    tokens: VisitorTokens
    api_keys: Callable[[str], int | None]
    live: Live
    throttle: Throttle
    clock: Callable[[], datetime]
    widget_folder: Path
    identity_secret: Callable[[int], str | None] = lambda _: None
    probes: Mapping[str, Callable[[], Probe]] = field(default_factory=dict)
    figures: Callable[[], Mapping[str, float]] = dict
    unavailable: tuple[type[Exception], ...] = ()
    trusted_proxies: int = 0
    kept_s: float = 1.0  # how long the findings of probes and the figures are good for
    version: str = "1.0.0"
