"""A small strict server for the widget's browser tests: CONTRACT.md's visitor API in memory, with faults on demand."""

import itertools
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, jsonify, request, send_from_directory
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.serving import BaseWSGIServer, make_server

DIST = Path(__file__).parents[1] / "widget" / "dist"
STRICT_CSP = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
logging.getLogger("werkzeug").setLevel(logging.ERROR)
AT = "2026-03-02T09:30:00Z"
Json = dict[str, Any]


@dataclass
class Conversation:
    id: str
    token: str
    messages: list[Json] = field(default_factory=list)
    answers: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    body: Json
    headers: dict[str, str]
    query: dict[str, str]
    at: float


class WidgetSite:
    """Pages with the widget on them and the API behind it; every request is kept, every breach of contract too."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.breaches: list[str] = []
        self.faults: list[tuple[int, dict[str, str]]] = []
        self.answers_to_lose = 0
        self.gate = threading.Event()
        self.gate.set()
        self.reply: Callable[[str], list[Json]] = lambda text: [{"text": f"You said: {text}"}]
        self.greeting: Json = {"text": "Hello! I am the assistant here. What brings you in?"}
        self.handling = "assistant"
        self.news: Json = {}
        self._pages: dict[str, tuple[str, dict[str, str]]] = {}
        self._conversations: dict[str, Conversation] = {}
        self._news = threading.Condition()
        self._ids = itertools.count(1)
        self._server: BaseWSGIServer | None = None
        self._port = 0
        self._app = _routes(self)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        self._server = self._listening()
        self._server.daemon_threads = True  # type: ignore[attr-defined]
        self._port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def _listening(self) -> BaseWSGIServer:
        """After a restart on the same port: a browser's connection may hold it for a moment longer."""
        until = time.monotonic() + 10
        while True:
            try:
                return make_server("127.0.0.1", self._port, self._app, threaded=True)
            except (OSError, SystemExit):
                if time.monotonic() > until:
                    raise

    def stop(self) -> None:
        assert self._server
        server, self._server = self._server, None
        server.shutdown()
        with self._news:
            self._news.notify_all()
        server.server_close()

    def publish(
        self, path: str, *, script: str = "", head: str = "", body: str = "", csp: str = "", host: str = ""
    ) -> str:
        """Puts a company's page online and gives its address."""
        tag = f'<script async src="{host or self.origin}/w.js" data-site="default" {script}></script>'
        html = (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Northwind</title>'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">{head}{tag}</head>'
            f"<body><main><h1>Northwind</h1><p>Fewer leads lost on the way.</p>{body}</main></body></html>"
        )
        self._pages[path] = (html, {"Content-Security-Policy": csp} if csp else {})
        return f"{self.origin}/{path}"

    def of(self, ending: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.path.endswith(ending)]

    def texts(self, author: str = "visitor") -> list[str]:
        return [m["text"] for c in self._conversations.values() for m in c.messages if m["author"] == author]

    @property
    def conversations(self) -> list[Conversation]:
        return list(self._conversations.values())

    def rep_says(self, text: str, name: str = "Dana", **more: str) -> None:
        with self._news:
            self.handling = "rep"
            self._store(self.conversations[-1], "rep", {"text": text, "name": name, **more})
            self._news.notify_all()

    def forget(self) -> None:
        """The server no longer knows anybody: every token is refused."""
        self._conversations.clear()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Answers to messages wait until the block ends."""
        self.gate.clear()
        try:
            yield
        finally:
            self.gate.set()

    def open(self, token: str | None) -> Conversation:
        with self._news:
            for conversation in self._conversations.values():
                if conversation.token == token:
                    return conversation
            fresh = Conversation(id=f"c{next(self._ids)}", token=token or self.new_token())
            self._store(fresh, "assistant", self.greeting)
            self._conversations[fresh.id] = fresh
            return fresh

    def new_token(self) -> str:
        return f"token-{next(self._ids)}"

    def find(self, conversation_id: str) -> Conversation:
        conversation = self._conversations.get(conversation_id)
        if conversation and request.headers.get("Authorization") == f"Bearer {conversation.token}":
            return conversation
        raise _refusal(401, "unauthorised", "The visitor token is not known.")

    def receive(self, conversation: Conversation, client_message_id: str, text: str) -> Json:
        with self._news:
            if client_message_id not in conversation.answers:
                self._store(conversation, "visitor", {"text": text, "client_message_id": client_message_id})
                replies = [] if self.handling == "rep" else self.reply(text)
                stored = [self._store(conversation, "assistant", reply) for reply in replies]
                answer = {"messages": stored, "asking": None, "handling": self.handling, **self.news}
                conversation.answers[client_message_id] = answer
                self._news.notify_all()
            return conversation.answers[client_message_id]

    def since(self, conversation: Conversation, after: int, wait: int) -> list[Json]:
        def fresh() -> list[Json]:
            return [message for message in conversation.messages if message["id"] > after]

        with self._news:
            self._news.wait_for(lambda: fresh() or self._server is None, timeout=wait)
            return fresh()

    def _store(self, conversation: Conversation, author: str, message: Json) -> Json:
        stored = {"id": next(self._ids), "author": author, "at": AT, **message}
        conversation.messages.append(stored)
        return stored

    def page(self, path: str) -> Response:
        html, headers = self._pages.get(path) or abort(404)
        return Response(html, headers=headers, mimetype="text/html")


def _routes(site: WidgetSite) -> Flask:
    app = Flask("widget_site")
    app.before_request(lambda: _note(site))
    app.after_request(_cors)
    app.register_error_handler(HTTPException, lambda error: _tell(site, error))
    app.add_url_rule("/w.js", "loader", lambda: send_from_directory(DIST, "w.js", max_age=0))
    app.add_url_rule("/widget/<name>", "built", lambda name: send_from_directory(DIST, name, max_age=3600))
    app.add_url_rule("/favicon.ico", "icon", lambda: ("", 204))
    app.add_url_rule("/<path>", "page", site.page)
    _api(app, site)
    return app


def _api(app: Flask, site: WidgetSite) -> None:
    @app.post("/api/v1/conversations")
    def conversations() -> ResponseReturnValue:
        body = _parsed({"site": str, "page": dict}, {"visitor_token": str, "locale": str, "touch": dict})
        _keys(body["page"], {"url": str}, {"title": str, "referrer": str})
        _keys(body.get("touch", {}), {}, {"first": dict, "last": dict})
        opened = site.open(body.get("visitor_token"))
        return {"conversation_id": opened.id, "visitor_token": opened.token, "messages": opened.messages}, 201

    @app.post("/api/v1/conversations/<id>/messages")
    def message(id: str) -> ResponseReturnValue:
        site.gate.wait(20)
        conversation = site.find(id)
        body = _parsed({"client_message_id": str, "text": str}, {})
        if not 1 <= len(body["text"]) <= 4000:
            raise _refusal(422, "text_length", "Text must have 1 to 4,000 characters.")
        answer = site.receive(conversation, **body)
        if site.answers_to_lose:
            site.answers_to_lose -= 1
            raise _refusal(502, "lost", "Stored, but the answer never arrives.")
        return answer

    @app.get("/api/v1/conversations/<id>/messages")
    def messages(id: str) -> ResponseReturnValue:
        wait = int(request.args.get("wait", "0"))
        fresh = site.since(site.find(id), int(request.args["after"]), wait)
        return {"messages": fresh, "asking": None, "handling": site.handling}

    @app.post("/api/v1/conversations/<id>/seen")
    def seen(id: str) -> ResponseReturnValue:
        site.find(id)
        _parsed({"message_id": int}, {})
        return "", 204

    @app.post("/api/v1/conversations/<id>/rating")
    def rating(id: str) -> ResponseReturnValue:
        site.find(id)
        if _parsed({"rating": str}, {})["rating"] not in {"good", "bad"}:
            raise _refusal(422, "rating", "Unknown rating.")
        return "", 204

    @app.post("/api/v1/events")
    def events() -> ResponseReturnValue:
        body = _parsed({"site": str, "events": list}, {"visitor_token": str})
        for event in body["events"]:
            _keys(event, {"type": str, "url": str}, {"at": str, "data": dict})
            if event["type"] not in {"page_view", "cta_click", "content_click", "form", "custom"}:
                raise _refusal(422, "type", f"Unknown event type {event['type']}.")
        return {"visitor_token": body.get("visitor_token") or site.new_token()}

    @app.post("/api/v1/identify")
    def identify() -> ResponseReturnValue:
        return {"visitor_token": _parsed({"visitor_token": str, "jwt": str}, {})["visitor_token"]}

    @app.post("/api/v1/consent")
    def consent() -> ResponseReturnValue:
        _parsed({"visitor_token": str, "purpose": str, "granted": bool, "text_version": str}, {})
        return "", 204


def _note(site: WidgetSite) -> None:
    body = request.get_json(silent=True) or {}
    site.asked.append(
        Asked(request.method, request.path, body, dict(request.headers), request.args.to_dict(), time.monotonic())
    )
    if request.method == "POST" and request.path.endswith("/messages") and site.faults:
        status, headers = site.faults.pop(0)
        raise _refusal(status, "fault", "Made to fail.", headers)


def _tell(site: WidgetSite, error: HTTPException) -> Response:
    if error.code in {400, 405, 415, 422}:
        site.breaches.append(f"{request.method} {request.path}: {error.description} {request.get_data(as_text=True)}")
    return error.response or jsonify(error={"code": str(error.code), "message": error.description})  # type: ignore[return-value]


def _cors(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
    response.headers["Access-Control-Expose-Headers"] = "Retry-After"
    return response


def _parsed(required: dict[str, type], optional: dict[str, type]) -> Json:
    body: Json = request.get_json()
    _keys(body, required, optional)
    return body


def _keys(body: Json, required: dict[str, type], optional: dict[str, type]) -> None:
    known = required | optional
    for name in required.keys() - body.keys():
        raise _refusal(422, "missing", f"{name} is missing.")
    for name, value in body.items():
        if name not in known or not isinstance(value, known[name]):
            raise _refusal(422, "field", f"{name} is unknown or of the wrong type.")


def _refusal(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> HTTPException:
    response = jsonify(error={"code": code, "message": message})
    response.status_code = status
    response.headers.update(headers or {})
    error = HTTPException(message, response)
    error.code = status
    return error
