"""What a caller is told when something cannot be done: one JSON shape, never a page, never a stack trace."""

import secrets
import traceback
from collections.abc import Callable
from typing import Any

import structlog
from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from qualification.doorstep import NotHere
from webhook.throttle import TooMany

log = structlog.get_logger(__name__)
RETRY_AFTER_S = 2
_WORDS = {
    400: ("bad_request", "The request cannot be read."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not take that method; see the Allow header."),
    413: ("too_large", "The body is too large."),
}


class Refusal(Exception):
    """A request that is not served: the status, a code for programs, and for people what is wrong and what to do."""

    def __init__(
        self, status: int, code: str, message: str, field: str | None = None, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.field, self.headers = status, code, message, field, headers or {}


def unauthorized(message: str) -> Refusal:
    return Refusal(401, "unauthorized", message, headers={"WWW-Authenticate": "Bearer"})


def not_here() -> Refusal:
    """Unknown and foreign alike."""
    return Refusal(404, "not_found", "There is no such thing here.")


def register(app: Flask, unavailable: tuple[type[Exception], ...]) -> None:
    handlers: dict[type[Exception], Callable[[Any], Response]] = {
        Refusal: _refused,
        NotHere: lambda _: _refused(not_here()),
        TooMany: _too_many,
        HTTPException: _http,
        Exception: _unexpected,
        **dict.fromkeys(unavailable, _unavailable),
    }
    for kind, handler in handlers.items():
        app.register_error_handler(kind, handler)


def _refused(refusal: Refusal) -> Response:
    error = {"code": refusal.code, "message": refusal.message}
    answer = jsonify(error={**error, "field": refusal.field} if refusal.field else error)
    answer.status_code = refusal.status
    answer.headers.update(refusal.headers)
    return answer


def _too_many(error: TooMany) -> Response:
    message = f"More than {error.per_minute} requests a minute from this {error.whose}; wait {error.retry_after} s."
    return _refused(Refusal(429, "rate_limited", message, headers={"Retry-After": str(error.retry_after)}))


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    code, message = _WORDS.get(status, (error.name.lower().replace(" ", "_"), error.description or error.name))
    kept = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    return _refused(Refusal(status, code, message, headers=kept))


def _unavailable(error: Exception) -> Response:
    log.warning("database does not answer", error=type(error).__name__, endpoint=str(request.url_rule))
    message = f"The store is busy; nothing was taken. Send the same again in {RETRY_AFTER_S} s."
    return _refused(Refusal(503, "unavailable", message, headers={"Retry-After": str(RETRY_AFTER_S)}))


def _unexpected(error: Exception) -> Response:
    incident = secrets.token_hex(6)
    log.error(
        "unexpected error",
        incident=incident,
        error=type(error).__name__,
        method=request.method,
        endpoint=str(request.url_rule),
        frames=_frames(error),
    )
    return _refused(Refusal(500, "internal", f"Something went wrong on our side. Incident {incident}."))


def _frames(error: Exception) -> list[str]:
    """Where it happened without the message: exceptions of a database carry the visitor's words."""
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
