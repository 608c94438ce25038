"""The destination "slack": one alert per lead and cycle, posted once and kept up to date, its story in the thread."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.answers import UNFURL_NOTHING
from bot.blocks import Message, context, without_charts
from bot.cards import alert_card, card_id
from bot.client import Client, make_client
from bot.config import Clock, Enquiry, Routes, SlackConfig
from bot.digests import digest_message
from bot.kin import merged_card
from bot.lines import line, notice, redacted
from bot.slack_errors import BAD_BLOCKS, CHANNEL_REFUSES, FAILURES, GONE, code_of, judge
from qualification.promises import Dead, Outcome, Promise, Retry, Sent
from qualification.views import LeadView

ALERT, POST = "mql_alert", "foyer_post"
LOOK_BACK = timedelta(seconds=60)  # Slack's clock and ours may differ
PAGES, PAGE_SIZE = 3, 200
CANNOT_LOOK = (
    "missing_scope",
    "channel_not_found",
    "not_in_channel",
    "is_archived",
    "thread_not_found",
    "message_not_found",
)
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Place:
    channel: str
    ts: str

    def __str__(self) -> str:
        return f"{self.channel}:{self.ts}"

    @staticmethod
    def of(remote_id: str) -> "_Place":
        channel, _, ts = remote_id.partition(":")
        return _Place(channel, ts)


class SlackAlerts:
    """Everything is rendered from the lead as it is when sending, so an older promise never shows an older state."""

    def __init__(self, client: Client, enquiry: Enquiry, routes: Routes, clock: Clock) -> None:
        self._client, self._enquiry, self._routes, self._clock = client, enquiry, routes, clock
        self._closed_until: dict[str, datetime] = {}

    def send(self, promise: Promise) -> Outcome:
        if promise.kind in ("notice", "digest"):
            return _judged(lambda: self._notice(promise) if promise.kind == "notice" else self._digest(promise))
        ref = str(promise.payload.get("lead", ""))
        try:
            lead = self._enquiry.lead(promise.site_id, ref)
        except Exception as error:  # the database's, of which we know nothing here; Slack was not asked
            log.error("lead_store_not_reached", error=type(error).__name__)
            return Retry(None, f"the lead cannot be read: {type(error).__name__}")
        if lead is None:
            return Dead(f"there is no lead {ref}")
        return self._told(promise, lead)

    def _told(self, promise: Promise, lead: LeadView) -> Outcome:
        kinds: Mapping[str, Callable[[], Outcome]] = {
            "alert": lambda: self._alert(promise, lead),
            "line": lambda: self._line(promise, lead),
            "direct": lambda: self._direct(promise, lead),
            "redact": lambda: self._redact(promise),
        }
        tell = kinds.get(promise.kind)
        return _judged(tell) if tell else Dead(f"Slack knows no promise of the kind {promise.kind[:40]}")

    # --- the alert

    def _alert(self, promise: Promise, lead: LeadView) -> Outcome:
        cycle = int(promise.payload.get("cycle") or lead.cycle)
        card = alert_card(lead, cycle)
        if lead.merged_into is not None:
            return self._merged(promise, lead, cycle)
        if promise.remote_id is not None:
            try:
                return self._refresh(_Place.of(promise.remote_id), card, lead)
            except SlackApiError as error:
                if code_of(error) not in (*GONE, *CHANNEL_REFUSES):
                    raise
                log.warning("alert_gone", lead=lead.ref, error=code_of(error))
        if lead.status == "erased" and not promise.maybe_sent:
            return Sent()  # nobody was told of them, and nobody is
        return Sent() if promise.payload.get("hint") else self._place(promise, lead, card, cycle)

    def _merged(self, promise: Promise, lead: LeadView, cycle: int) -> Outcome:
        """The card of a lead that is part of another now says so; one that was never posted is not posted any more."""
        ref = str(promise.payload["lead"])
        own = replace(lead, ref=ref, revision=int(promise.payload.get("revision") or 0))
        place = _Place.of(promise.remote_id) if promise.remote_id else self._posted_anywhere(promise, own, cycle)
        return self._refresh(place, merged_card(ref, card_id(ref, cycle), lead), own) if place else Sent()

    def _posted_anywhere(self, promise: Promise, lead: LeadView, cycle: int) -> _Place | None:
        """Where an earlier attempt may have come through."""
        channels = dict.fromkeys([self._routes.channel_for(lead), self._routes.fallback]) if promise.maybe_sent else ()
        found = (self._posted_before(promise, channel, lead, cycle) for channel in channels)
        return next((place for place in found if place), None)

    def _refresh(self, place: _Place, card: Message, lead: LeadView) -> Sent:
        """Blocks and text together; without the text a screen reader would read the old one."""

        def update(shown: dict[str, Any]) -> SlackResponse:
            metadata = _alert_metadata(lead)
            return self._client.chat_update(channel=place.channel, ts=place.ts, metadata=metadata, **shown)

        self._joining(place.channel, lambda: self._call(place.channel, card, update))
        return Sent(str(place))

    def _place(self, promise: Promise, lead: LeadView, card: Message, cycle: int) -> Outcome:
        """Posts once: where an earlier attempt may have come through, it is looked for first."""
        channels = tuple(dict.fromkeys([self._routes.channel_for(lead), self._routes.fallback]))
        if place := self._posted_anywhere(promise, lead, cycle):
            return self._refresh(place, card, lead)
        return self._post_somewhere(channels, card, lead)

    def _post_somewhere(self, channels: tuple[str, ...], card: Message, lead: LeadView) -> Outcome:
        refused: list[str] = []
        for channel in channels:
            try:
                noted = _noted(card, channels[0], refused[0]) if refused else card
                posted = self._post(channel, noted, metadata=_alert_metadata(lead))
                return Sent(str(_Place(channel, str(posted["ts"]))))
            except SlackApiError as error:
                if code_of(error) not in CHANNEL_REFUSES:
                    raise
                refused.append(code_of(error))
                log.error("channel_refuses", channel=channel, error=code_of(error))
        told = ", ".join(f"{channel} {code}" for channel, code in zip(channels, refused, strict=True))
        return Dead(f"Slack refuses it: {told}")

    def _post(self, channel: str, message: Message, **more: Any) -> SlackResponse:
        def post(shown: dict[str, Any]) -> SlackResponse:
            return self._client.chat_postMessage(channel=channel, **UNFURL_NOTHING, **shown, **more)

        return self._joining(channel, lambda: self._call(channel, message, post))

    def _joining(self, channel: str, call: Callable[[], SlackResponse]) -> SlackResponse:
        try:
            return call()
        except SlackApiError as error:
            if code_of(error) != "not_in_channel" or not self._joined(channel):
                raise
            return call()

    def _joined(self, channel: str) -> bool:
        """A public channel can be joined; a private one must invite us."""
        try:
            self._client.conversations_join(channel=channel)
        except SlackApiError as error:
            if error.response.status_code == 429:
                raise
            return False
        return True

    def _posted_before(self, promise: Promise, channel: str, lead: LeadView, cycle: int) -> _Place | None:
        """The alert an earlier attempt left in the channel, known by its metadata and its cycle."""
        history = self._client.conversations_history
        for message in self._looked_through(history, **_since(promise, channel)):
            if _is_alert(message, lead.ref, cycle, int(promise.payload.get("revision") or 0)):
                return _Place(channel, str(message["ts"]))
        return None

    # --- lines in its thread

    def _line(self, promise: Promise, lead: LeadView) -> Outcome:
        if promise.remote_id is None:
            is_erased = lead.status == "erased"
            return Sent() if is_erased else Dead("the alert this line belongs to was never posted")
        root = _Place.of(promise.remote_id)
        if promise.maybe_sent and (found := self._said_before(promise, root)):
            return Sent(str(found))
        message = line(promise.payload, lead)
        more = {"reply_broadcast": True} if message.in_channel else {}
        posted = self._post(root.channel, message, thread_ts=root.ts, metadata=_post_metadata(promise), **more)
        return Sent(str(_Place(root.channel, str(posted["ts"]))))

    def _said_before(self, promise: Promise, root: _Place) -> _Place | None:
        replies = self._client.conversations_replies
        return self._found(
            promise, self._looked_through(replies, **_since(promise, root.channel), ts=root.ts), root.channel
        )

    def _redact(self, promise: Promise) -> Outcome:
        """What was told of somebody who was erased; what is not there any more needs no redacting."""
        place, words = _Place.of(str(promise.payload["place"])), redacted()
        shown: dict[str, Any] = {"text": words.text, "blocks": list(words.blocks)}
        try:
            self._client.chat_update(channel=place.channel, ts=place.ts, metadata=_post_metadata(promise), **shown)
        except SlackApiError as error:
            if code_of(error) not in (*GONE, *CHANNEL_REFUSES):
                raise
        return Sent(str(place))

    # --- to one person

    def _direct(self, promise: Promise, lead: LeadView) -> Outcome:
        if lead.status == "erased":
            return Sent()
        user = str(promise.payload.get("user", ""))
        posted = self._post(user, line(promise.payload, lead), metadata=_post_metadata(promise))
        return Sent(str(_Place(str(posted["channel"]), str(posted["ts"]))))

    # --- notices to the whole team, about no card

    def _notice(self, promise: Promise) -> Outcome:
        return self._say(promise, self._routes.fallback, notice(promise.payload))

    def _digest(self, promise: Promise) -> Outcome:
        """A morning on which there is nothing to tell is quiet."""
        told = promise.payload
        since, until = (datetime.fromisoformat(str(told[name])) for name in ("since", "until"))
        digest = self._enquiry.digest(promise.site_id, since, until, told.get("channel"), bool(told.get("weekly")))
        if digest.is_empty:
            return Sent()
        return self._say(promise, str(told.get("channel") or self._routes.default), digest_message(digest))

    def _say(self, promise: Promise, channel: str, message: Message) -> Outcome:
        if promise.maybe_sent and (found := self._noticed_before(promise, channel)):
            return Sent(str(found))
        posted = self._post(channel, message, metadata=_post_metadata(promise))
        return Sent(str(_Place(channel, str(posted["ts"]))))

    def _noticed_before(self, promise: Promise, channel: str) -> _Place | None:
        history = self._client.conversations_history
        return self._found(promise, self._looked_through(history, **_since(promise, channel)), channel)

    def _found(self, promise: Promise, messages: Iterator[Mapping[str, Any]], channel: str) -> _Place | None:
        ours = (message for message in messages if _is_post(message, promise.key))
        return next((_Place(channel, str(message["ts"])) for message in ours), None)

    # --- calling Slack

    def _looked_through(self, method: Callable[..., SlackResponse], **where: str) -> Iterator[Mapping[str, Any]]:
        """Messages with their metadata. Where we may not look there is nothing to find: rather twice than never."""
        cursor: str | None = None
        for _ in range(PAGES):
            try:
                found = method(include_all_metadata=True, limit=PAGE_SIZE, cursor=cursor, **where)
            except SlackApiError as error:
                if code_of(error) not in CANNOT_LOOK:
                    raise
                log.error("cannot_look_for_earlier_post", channel=where["channel"], error=code_of(error))
                return
            yield from found.get("messages") or ()
            cursor = (found.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    def _call(self, channel: str, message: Message, call: Callable[[dict[str, Any]], SlackResponse]) -> SlackResponse:
        """With blocks, or as plain text at once when Slack dislikes them: no layout is worth losing a lead."""
        self._refuse_closed(channel)
        try:
            try:
                return call({"text": message.text, "blocks": list(message.blocks)})
            except SlackApiError as error:
                if code_of(error) not in BAD_BLOCKS or not message.blocks:
                    raise
                log.error("blocks_refused", error=code_of(error), detail=str(error.response.get("errors"))[:300])
                return self._plainer(message, call)
        except SlackApiError as error:
            self._note_limit(channel, error)
            raise

    def _plainer(self, message: Message, call: Callable[[dict[str, Any]], SlackResponse]) -> SlackResponse:
        """Without its charts, which not every workspace knows yet; then without any layout."""
        chartless = without_charts(message)
        if len(chartless.blocks) < len(message.blocks):
            try:
                return call({"text": message.text, "blocks": list(chartless.blocks)})
            except SlackApiError as error:
                if code_of(error) not in BAD_BLOCKS:
                    raise
        return call({"text": message.text, "blocks": []})

    def _refuse_closed(self, channel: str) -> None:
        """Before the time Slack asked for, a channel is not called again; others are."""
        until = self._closed_until.get(channel)
        if until is None:
            return
        left = (until - self._clock()).total_seconds()
        if left > 0:
            raise _Closed(left)
        self._closed_until.pop(channel, None)

    def _note_limit(self, channel: str, error: SlackApiError) -> None:
        outcome = judge(error)
        if isinstance(outcome, Retry) and not outcome.counts:
            self._closed_until[channel] = self._clock() + timedelta(seconds=outcome.after_s or 1)


class _Closed(Exception):
    """Slack wants no call on this channel for some seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"{seconds:.1f} s to wait")


def slack_alerts(config: SlackConfig, enquiry: Enquiry, clock: Clock) -> SlackAlerts:
    """The destination of one site."""
    client = make_client(config.bot_token, config.api_url, config.timeout_s)
    return SlackAlerts(client, enquiry, config.routes, clock)


def _judged(tell: Callable[[], Outcome]) -> Outcome:
    try:
        return tell()
    except _Closed as closed:
        return Retry(closed.seconds, "Slack asked to slow down on this channel", counts=False)
    except FAILURES as error:
        return judge(error)


def _since(promise: Promise, channel: str) -> dict[str, str]:
    return {"channel": channel, "oldest": str((promise.created_at - LOOK_BACK).timestamp())}


def _post_metadata(promise: Promise) -> dict[str, Any]:
    return {"event_type": POST, "event_payload": {"key": promise.key}}


def _is_post(message: Mapping[str, Any], key: str) -> bool:
    metadata = message.get("metadata") or {}
    return metadata.get("event_type") == POST and (metadata.get("event_payload") or {}).get("key") == key


def _alert_metadata(lead: LeadView) -> dict[str, Any]:
    """Everybody in the workspace can read it: ids only."""
    return {"event_type": ALERT, "event_payload": {"lead": lead.ref, "revision": lead.revision}}


def _is_alert(message: Mapping[str, Any], ref: str, cycle: int, revision: int) -> bool:
    metadata = message.get("metadata") or {}
    told = metadata.get("event_payload") or {}
    if metadata.get("event_type") != ALERT or told.get("lead") != ref:
        return False
    cards = [block.get("block_id") for block in message.get("blocks") or ()]
    marked = [one for one in cards if str(one).startswith(f"alert:{ref}:")]
    return card_id(ref, cycle) in marked if marked else int(told.get("revision") or 0) >= revision


def _noted(card: Message, meant: str, code: str) -> Message:
    """In the fallback channel the card says why it is here, so that somebody mends the channel."""
    why = f"Posted here because <#{meant}> refused it ({code})."
    return replace(card, text=f"{card.text} {why}", blocks=(*card.blocks, context([why])))
