"""What is fetched rather than asked: the widget's files, and whether this process is alive and ready."""

import gzip
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import structlog
from flask import Response, jsonify, request
from markupsafe import escape

from webhook.answers import CheckJson
from webhook.errors import not_here
from webhook.kept import Kept
from webhook.rooms import Probe, Rooms

log = structlog.get_logger(__name__)
_FILE = re.compile(r"[A-Za-z0-9_.-]{1,100}\.js")
_HASHED = re.compile(r".*-[0-9a-f]{8,}\.js")
_HOME = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Foyer</title>
<main><h1>Foyer is running</h1>
<p>Put this line into your site's pages, with your site's key:</p>
<pre><code>&lt;script async src="{origin}/w.js" data-site="default"&gt;&lt;/script&gt;</code></pre>
<p><a href="/readyz">Is it ready?</a> <a href="/openapi.json">The API</a></p></main></html>
"""


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it goes over the wire, plain and compressed, each with a tag of its own."""

    plain: bytes
    packed: bytes
    tag: str


@dataclass(frozen=True, slots=True)
class Embed:
    rooms: Rooms
    checks: Kept[dict[str, CheckJson]]

    def loader(self) -> Response:
        return self._serve("w.js")

    def widget_file(self, file: str) -> Response:
        return self._serve(file)

    def _serve(self, name: str) -> Response:
        path = self.rooms.widget_folder / name
        if not _FILE.fullmatch(name) or not path.is_file():
            raise not_here()
        return _file_answer(_load(path, path.stat().st_mtime_ns), bool(_HASHED.fullmatch(name)))

    def home(self) -> Response:
        return Response(_HOME.format(origin=escape(request.host_url.rstrip("/"))), mimetype="text/html")

    def healthz(self) -> Response:
        return jsonify(status="alive", version=self.rooms.version)

    def readyz(self) -> tuple[Response, int]:
        """503 when something needed does not work; what is only missing (Slack settings) is shown."""
        checks = self.checks()
        ready = all(check["ok"] or not check["needed"] for check in checks.values())
        return jsonify(status="ready" if ready else "not ready", checks=checks), 200 if ready else 503


def look(probes: Mapping[str, Callable[[], Probe]]) -> dict[str, CheckJson]:
    return {name: _check(name, probe) for name, probe in probes.items()}


def _check(name: str, probe: Callable[[], Probe]) -> CheckJson:
    try:
        found = probe()
    except Exception as error:  # whatever a probe stumbles over is its finding
        log.warning("probe failed", probe=name, error=type(error).__name__)
        found = Probe(False, type(error).__name__)
    return {"ok": found.ok, "needed": found.needed, "detail": found.detail}


@lru_cache(maxsize=64)
def _load(path: Path, changed: int) -> StaticFile:
    """`changed` is part of the cache's key: a rebuilt widget is served without a restart."""
    content = path.read_bytes()
    return StaticFile(content, gzip.compress(content, mtime=0), hashlib.sha256(content).hexdigest()[:20])


def _file_answer(file: StaticFile, for_ever: bool) -> Response:
    packed = request.accept_encodings["gzip"] > 0
    answer = Response(file.packed if packed else file.plain, content_type="text/javascript; charset=utf-8")
    if packed:
        answer.headers["Content-Encoding"] = "gzip"
    answer.set_etag(f"{file.tag}-gzip" if packed else file.tag)
    answer.vary.update(["Accept-Encoding"])
    answer.headers["Cache-Control"] = f"public, max-age={'31536000, immutable' if for_ever else '300'}"
    answer.headers["Access-Control-Allow-Origin"] = "*"  # the panel is a module, which browsers fetch with CORS
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.make_conditional(request)
    return answer
