"""Bytes from anybody to plain JSON values, or a clear refusal: size, encoding, depth, numbers, doubled keys."""

import json
import math
import re
from typing import Any, NoReturn

from webhook.errors import Refusal

LARGEST_BYTES = 64 * 1024
DEEPEST = 32
_INT64 = range(-(2**63), 2**63)
_LINE_ENDS = re.compile("\r\n?")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def read_json(body: bytes) -> Any:
    """The value of `body` with control characters taken out of every text; Refusal says what is wrong and where."""
    if len(body) > LARGEST_BYTES:
        raise too_large()
    return _clean(_parse(_decode(body)), "", 1)


def too_large() -> Refusal:
    return Refusal(413, "too_large", f"The body is larger than {LARGEST_BYTES // 1024} KiB; send less at a time.")


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _malformed(f"The body is not UTF-8: byte {error.start} cannot be read.") from None


def _parse(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise _malformed(f"The body is not JSON: {error.msg} at {where}.") from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError:  # Python's own bound on the digits of an integer
        raise _malformed("A number in the body is too long; integers must fit in 64 bits.") from None


def _refuse_constant(name: str) -> NoReturn:
    raise _malformed(f"{name} is no JSON number.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        name = tidy(key)
        if name in found:
            raise _malformed("A field is given twice; give it once.", name)
        found[name] = value
    return found


def _clean(value: Any, path: str, depth: int) -> Any:
    match value:
        case str():
            return _text(value, path)
        case bool() | None:
            return value
        case int() | float():
            return _number(value, path)
        case list() | dict() if depth > DEEPEST:
            raise _too_deep()
        case list():
            return [_clean(item, f"{path}.{place}", depth + 1) for place, item in enumerate(value)]
    return {_text(key, path): _clean(item, f"{path}.{key}", depth + 1) for key, item in value.items()}


def _text(value: str, path: str) -> str:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise _malformed("Half a character: a \\ud800-\\udfff escape stands alone.", path) from None
    return tidy(value)


def tidy(text: str) -> str:
    r"""Without control characters other than \n and \t, which no two databases treat alike."""
    return _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))


def _number(value: float, path: str) -> float:
    if isinstance(value, float) and not math.isfinite(value):
        raise _malformed("The number is too large.", path)
    if isinstance(value, int) and value not in _INT64:
        raise _malformed("The integer does not fit in 64 bits.", path)
    return value


def _too_deep() -> Refusal:
    return _malformed(f"The body is nested deeper than {DEEPEST} levels.")


def _malformed(message: str, path: str = "") -> Refusal:
    return Refusal(400, "malformed_json", message, field_name(path))


def field_name(path: str) -> str | None:
    """The place of a problem, fit for an answer: no half characters, not longer than a line."""
    name = tidy(path.strip(".").encode("utf-8", "replace").decode())
    return name[:120] or None
