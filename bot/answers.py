"""Telling one person something nobody else sees: by the response address of their command or press, else by whisper."""

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from bot.blocks import Message
from bot.client import Client, is_response_url, post_response
from bot.config import Clock
from bot.slack_errors import BAD_BLOCKS, FAILURES, code_of, judge

MOST_USES = 5
LIFE = timedelta(minutes=29)  # Slack ends it at thirty
UNFURL_NOTHING: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ReplyTo:
    """Where an answer goes; kept in the inbox until the work is done. `at` is when the person asked."""

    user: str
    channel: str | None
    url: str | None
    at: datetime
    thread: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "at": self.at.timestamp()}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "ReplyTo":
        return ReplyTo(**{**data, "at": datetime.fromtimestamp(data["at"], UTC)})


def body(message: Message) -> dict[str, Any]:
    """The message as an acknowledgement or response address takes it."""
    shown = {"blocks": list(message.blocks)} if message.blocks else {}
    return {"response_type": "in_channel" if message.in_channel else "ephemeral", "text": message.text, **shown}


class Teller:
    def __init__(self, client: Client, clock: Clock) -> None:
        self._client, self._clock = client, clock
        self._uses: dict[str, tuple[int, datetime]] = {}
        self._lock = threading.Lock()

    def tell(self, to: ReplyTo, message: Message, replace_original: bool = False) -> None:
        """Never raises: an answer that cannot be given is logged, what it reports has happened anyway."""
        if to.url and self._may_use(to.url, to.at):
            answer = body(message) | {"replace_original": replace_original, **UNFURL_NOTHING}
            if post_response(to.url, answer, self._client.timeout):
                return
        try:
            self._whisper(to, message)
        except FAILURES as error:
            log.warning("answer_not_given", error=judge(error).error)  # type: ignore[union-attr]

    def _may_use(self, url: str, asked_at: datetime) -> bool:
        """Five uses within half an hour; counted here, as the sixth would be refused in silence."""
        now, key = self._clock(), hashlib.sha256(url.encode()).hexdigest()
        if now - asked_at > LIFE or not is_response_url(url, self._client.base_url):
            return False
        with self._lock:
            self._uses = {one: used for one, used in self._uses.items() if now - used[1] <= LIFE}
            uses = self._uses.get(key, (0, now))[0]
            self._uses[key] = (uses + 1, now)
        return uses < MOST_USES

    def _whisper(self, to: ReplyTo, message: Message) -> None:
        """In the channel they asked in; when the bot cannot speak there, in a direct message."""
        shown: dict[str, Any] = {"text": message.text, "blocks": list(message.blocks) or None}
        if to.channel is not None:
            try:
                self._client.chat_postEphemeral(channel=to.channel, user=to.user, thread_ts=to.thread, **shown)
                return
            except FAILURES as error:
                if code_of(error) in BAD_BLOCKS and message.blocks:
                    self._whisper(to, replace(message, blocks=()))
                    return
                if not code_of(error):
                    raise
        self._client.chat_postMessage(channel=to.user, **UNFURL_NOTHING, **shown)
