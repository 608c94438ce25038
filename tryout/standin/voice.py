"""What a person says at Slack's end, told to the app as events; and the bare wire under all of it."""

import json
from collections.abc import Mapping
from typing import Any

from tryout.standin import payloads
from tryout.standin.payloads import JSON
from tryout.standin.people import LEADS, Channel, User
from tryout.standin.sending import Ack, Sender
from tryout.standin.state import Json, ResponseUrl, Workspace


class Voice:
    def __init__(self, workspace: Workspace, sender: Sender) -> None:
        self.workspace, self.sender = workspace, sender
        self.origin = ""

    # --- messages and events

    def say(self, user: str, text: str, channel: str = LEADS, thread_ts: str | None = None, **fields: Any) -> Ack:
        """Writes in a channel or thread and tells the app; `ack.json` is the app's, the message is in the channel.
        Further fields (`files`, `subtype` ...) become part of the message."""
        who, where = self._who(user), self._where(channel)
        threading = {"thread_ts": thread_ts} if thread_ts else {}
        said = payloads.escaped(self.workspace, text)
        message = self.workspace.post(where.id, {"user": who.id, "team": who.team, "text": said, **threading, **fields})
        return self.message_event(where, message)

    def mention(self, user: str, text: str, channel: str = LEADS, thread_ts: str | None = None) -> Ack:
        """Writes to the bot by name and sends the app_mention event alone."""
        who, where = self._who(user), self._where(channel)
        said = f"<@{self.workspace.app.user}> {payloads.escaped(self.workspace, text)}"
        threading = {"thread_ts": thread_ts} if thread_ts else {}
        message = self.workspace.post(where.id, {"user": who.id, "team": who.team, "text": said, **threading})
        return self.event(message | {"type": "app_mention", "channel": where.id, "event_ts": message["ts"]})

    def message_event(self, channel: Channel, message: Json) -> Ack:
        kinds = {"D": "im", "G": "group", "C": "channel"}
        place = {"channel": channel.id, "channel_type": kinds[channel.id[0]], "event_ts": message["ts"]}
        return self.event(message | place, is_ext_shared_channel=channel.shared)

    def event(self, event: Json, **envelope: Any) -> Ack:
        """Any event callback, once; Slack's further tries are `resend` with their number."""
        body = payloads.event_body(self.workspace, event, int(self.workspace.clock().timestamp()), **envelope)
        return self.sender.send(body, JSON)

    def verify_url(self, challenge: str = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P") -> Ack:
        body = {"token": payloads.VERIFICATION_TOKEN, "challenge": challenge, "type": "url_verification"}
        return self.sender.send(json.dumps(body).encode(), JSON)

    # --- the bare wire

    def resend(self, ack: Ack, retry: int | None = None, reason: str = "http_timeout") -> Ack:
        """The very same bytes and headers again: a replay, or with `retry` one of Slack's own further tries,
        which carry a fresh signature."""
        if retry is None:
            return self.sender.send_raw(ack.sent, ack.sent_headers)
        extra = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason}
        return self.sender.send(ack.sent, ack.sent_headers["Content-Type"], extra)

    def send(self, body: bytes, headers: Mapping[str, str | bytes]) -> Ack:
        """Any bytes with any headers, unsigned unless the headers say otherwise."""
        return self.sender.send_raw(body, headers)

    # --- finding things

    def _who(self, user: str) -> User:
        return self.workspace.find_user(user)

    def _where(self, channel: str) -> Channel:
        found = self.workspace.find_channel(channel)
        if found is None:
            raise KeyError(f"no channel {channel}")
        return found

    def _message(self, ts: str, who: User) -> tuple[Channel, Json]:
        for channel in self.workspace.channels.values():
            if message := self.workspace.message(channel.id, ts):
                return channel, message
        for whispered in self.workspace.ephemerals(who.id):
            if whispered["ts"] == ts:
                return self.workspace.channels[whispered["channel"]], whispered
        raise LookupError(f"no message {ts} that {who.name} could see")

    def _view(self, who: User, view_id: str | None) -> Json:
        open_ones = self.workspace.views_of(who.id)
        home = self.workspace.home_of(who.id)
        for view in [*reversed(open_ones), *([home] if home else [])]:
            if view_id in (None, view["id"]) and (view_id or view["type"] == "modal"):
                return view
        raise LookupError(f"{who.name} has no such view open; there are {[one['id'] for one in open_ones]}")

    def _address(self, address: ResponseUrl) -> str:
        return f"{self.origin}/response/{self.workspace.issue_response_url(address)}"
