"""A CRM's API on a real socket, with the faults of one: what a vendor's stand-in builds on."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    query: dict[str, str]
    body: Any
    headers: dict[str, str]

    @property
    def writes(self) -> bool:
        return self.method in ("POST", "PATCH", "PUT") and not self.path.endswith(("/search", "/batch/read", "/token"))


class Refused(Exception):
    def __init__(self, status: int, category: str, message: str = "", **more: Any) -> None:
        self.status, self.body = status, {"status": "error", "category": category, "message": message, **more}
        super().__init__(message)


@dataclass
class Vendor:
    """`faults` are met by the next writes, in order: a status, or `hang`, `drop` (before it is taken), `drop after`."""

    asked: list[Asked] = field(default_factory=list)
    faults: list[int | str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)  # what the original would never have been asked
    before: Callable[[Asked], None] = lambda asked: None

    def __post_init__(self) -> None:
        self.lock, self.ended = threading.RLock(), threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._next = 1000

    def __enter__(self) -> Any:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    @property
    def writes(self) -> list[Asked]:
        return [one for one in self.asked if one.writes]

    def answer(self, asked: Asked) -> tuple[int, Any]:
        raise NotImplementedError


def _handler(account: Vendor) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            parts = urlsplit(self.path)
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            asked = Asked(self.command, parts.path, query, _read(raw, self.headers), dict(self.headers.items()))
            with account.lock:
                account.asked.append(asked)
                account.before(asked)
                fault = account.faults.pop(0) if asked.writes and account.faults else None
            if fault == "hang":
                account.ended.wait(60)
            if fault in ("hang", "drop"):
                self.close_connection = True
                return
            if isinstance(fault, int):
                self._say(fault, {"status": "error", "category": "RATE_LIMITS" if fault == 429 else "INTERNAL_ERROR"})
                return
            self._answered(asked, silent=fault == "drop after")

        def _answered(self, asked: Asked, silent: bool) -> None:
            try:
                with account.lock:
                    status, body = account.answer(asked)
            except Refused as refused:
                status, body = refused.status, refused.body
            except (KeyError, TypeError, ValueError, AssertionError) as wrong:
                account.wrong.append(repr(wrong))
                status, body = 500, {"status": "error", "category": "OUR_STAND_IN", "message": repr(wrong)}
            if silent:
                self.close_connection = True
                return
            self._say(status, body)

        def _say(self, status: int, body: Any) -> None:
            said = json.dumps(body).encode() if status != 204 else b""
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **account.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_GET = do_POST = do_PATCH = do_PUT = _serve

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    return Handler


def _read(raw: bytes, headers: Any) -> Any:
    """A form stays text."""
    is_form = "x-www-form-urlencoded" in (headers.get("Content-Type") or "")
    return raw.decode() if is_form else json.loads(raw) if raw else None


def only(given: Any, allowed: set[str]) -> None:
    if not isinstance(given, dict) or set(given) - allowed:
        raise Refused(400, "VALIDATION_ERROR", f"Invalid input JSON: unknown {sorted(set(given) - allowed)}")
