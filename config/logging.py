"""Structured logs with secrets and personal data taken out, whoever writes them: ours, libraries', tracebacks."""

import logging
import sys
import threading
import traceback
from collections.abc import Collection, Iterator, MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import structlog
from pydantic import SecretStr

from config.redaction import clean, redacted
from config.settings import Settings

QUIET = ("slack_sdk", "slack_bolt", "urllib3", "waitress", "alembic", "sqlalchemy")
ADOPTED = ("gunicorn.error", "gunicorn.access", "py.warnings")
FRAMES = 16
DEEPEST_CHAIN = 3
SHORTEST_SECRET = 8
Event = MutableMapping[str, Any]


def start_logging(settings: Settings) -> None:
    """As the settings say, with their own secrets hidden by value too."""
    set_up_logging(settings.log_level, settings.log_format == "json", secrets_of(settings))


def secrets_of(settings: Settings) -> frozenset[str]:
    """Every secret given, each part of a list, and the passwords within addresses."""
    given = (one for name in type(settings).model_fields for one in _secrets(getattr(settings, name)))
    parts = {part.strip() for value in given for part in (value, *value.split(","), _password(value))}
    return frozenset(part for part in parts if len(part) >= SHORTEST_SECRET and not part.startswith("sqlite:"))


def _secrets(value: Any) -> list[str]:
    several = value if isinstance(value, tuple) else (value,)
    return [one.get_secret_value() for one in several if isinstance(one, SecretStr)]


def _password(value: str) -> str:
    try:
        return urlsplit(value).password or ""
    except ValueError:
        return ""


def set_up_logging(level: str, as_json: bool, hidden: Collection[str] = ()) -> None:
    """Everything, also what libraries log or nobody caught, goes to standard error through the redaction."""
    clear = Redaction(hidden)
    first: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        told_exception,
        clear,
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(first, clear, as_json))
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    _adopt()
    structlog.configure(
        processors=[*first, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


class Redaction:
    """The last step before a line is written: every value cleaned, whatever it is."""

    def __init__(self, hidden: Collection[str]) -> None:
        self._hidden = sorted(hidden, key=len, reverse=True)  # a secret within a longer one must not break it up

    def __call__(self, _logger: Any, _method: str, event: Event) -> Event:
        kept = {name: value for name, value in event.items() if name.startswith("_")}  # structlog's own
        told = clean({name: value for name, value in event.items() if name not in kept}, self._hidden)
        return {**told, **kept}


def _formatter(first: list[Any], clear: Redaction, as_json: bool) -> logging.Formatter:
    shown = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=first,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, clear, shown],
    )


def _adopt() -> None:
    """Libraries' own handlers would write past the redaction; so would Python where nobody caught an error."""
    for name in ADOPTED:
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # or what cannot be formatted is shown raw
    sys.excepthook = _uncaught
    threading.excepthook = lambda failed: _uncaught(failed.exc_type, failed.exc_value, failed.exc_traceback)
    sys.unraisablehook = lambda failed: _uncaught(failed.exc_type, failed.exc_value, failed.exc_traceback)


def _uncaught(kind: type[BaseException], error: BaseException | None, at: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    structlog.get_logger("foyer").error("uncaught", exc_info=(kind, error or kind(), at))


def told_exception(_logger: Any, _method: str, event: Event) -> Event:
    """`exc_info` as text: where it happened, what kind, and the first line of what it says.

    Further lines are where drivers put rows and parameters, that is, what visitors wrote.
    """
    error = event.pop("exc_info", None)
    found = sys.exc_info()[1] if error is True else error[1] if isinstance(error, tuple) else error
    if isinstance(found, BaseException):
        event["exception"] = "\n".join(line for one in _chain(found) for line in _lines(one))
    return event


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    now: BaseException | None = error
    while now is not None and now not in seen and len(seen) < DEEPEST_CHAIN:
        seen.append(now)
        now = now.__cause__ or (None if now.__suppress_context__ else now.__context__)
    return iter(seen)


def _lines(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)
    shown = frames if len(frames) <= FRAMES else frames[: FRAMES // 2] + frames[-FRAMES // 2 :]
    places = [f"  {'/'.join(Path(frame.filename).parts[-3:])}:{frame.lineno} {frame.name}" for frame in shown]
    said = (str(error).splitlines() or [""])[0][:200]
    return [f"{type(error).__module__}.{type(error).__qualname__}: {redacted(said)}", *places]
