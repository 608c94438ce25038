"""Conversations and messages of the widget."""

from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from flask import Response, jsonify

from qualification.doorstep import Page
from webhook.answers import answer_json, message_json, opened_json
from webhook.gate import Gate, conversation_id, is_untracked
from webhook.payloads import (
    MessagesQuery,
    OpenConversation,
    OpenQuery,
    PageBody,
    PostMessage,
    PostRating,
    Seen,
    TouchBody,
)
from webhook.rooms import Rooms, Touch


@dataclass(frozen=True, slots=True)
class Chat:
    rooms: Rooms
    gate: Gate

    def open_conversation(self) -> tuple[Response, int]:
        self.gate.spend("chat")
        body = self.gate.body(OpenConversation)
        site = self.gate.site(body.site, "chat")
        visitor, permitted = self.gate.known(body.visitor_token, site), not is_untracked(self.gate.query(OpenQuery))
        page, touch = _page(body.page, permitted), _touch(body.touch) if permitted else None
        opened = self.rooms.intake.open(site.id, visitor, page, body.locale, touch, permitted)
        return jsonify(opened_json(opened, self.rooms.tokens.sign(site.id, opened.visitor))), 201

    def post_message(self, id: str) -> Response:
        self.gate.spend("chat")
        caller = self.gate.visitor("chat")
        self.rooms.throttle.visitor(caller.site_id, caller.visitor)
        body = self.gate.body(PostMessage)
        ours = conversation_id(id)
        answer = self.rooms.intake.receive(caller.site_id, caller.visitor, ours, body.client_message_id, body.text)
        self.rooms.live.notify(ours)  # the visitor's other tabs
        return jsonify(answer_json(answer))

    def messages(self, id: str) -> Response:
        caller, ours = self.gate.visitor(), conversation_id(id)
        after, wait = _asked(self.gate.query(MessagesQuery))  # two numbers: ten thousand may wait here
        look = partial(self.rooms.intake.since, caller.site_id, caller.visitor, ours, after)
        found = self.rooms.live.wait(ours, look, wait)
        return jsonify(messages=[message_json(bubble) for bubble in found])

    def seen(self, id: str) -> tuple[str, int]:
        self.gate.spend("chat")
        caller = self.gate.visitor("chat")
        body = self.gate.body(Seen)
        self.rooms.intake.seen(caller.site_id, caller.visitor, conversation_id(id), body.message_id)
        return "", 204

    def rate(self, id: str) -> tuple[str, int]:
        self.gate.spend("chat")
        caller = self.gate.visitor("chat")
        body = self.gate.body(PostRating)
        self.rooms.intake.rate(caller.site_id, caller.visitor, conversation_id(id), body.rating)
        return "", 204


def _asked(query: MessagesQuery) -> tuple[int, float]:
    return query.after, query.wait


def _page(body: PageBody, permitted: bool) -> Page:
    """A page of the site itself is where nobody came from."""
    outside = permitted and body.referrer and urlsplit(body.referrer).netloc != urlsplit(body.url).netloc
    return Page(body.url, body.title, body.referrer if outside else None)


def _touch(body: TouchBody | None) -> Touch | None:
    return None if body is None else body.model_dump(exclude_none=True)
