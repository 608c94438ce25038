"""Slack for a stopwatch: says yes to everything and notes when each request arrived, before reading it."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from urllib.parse import parse_qs

CHANNEL = "C0BENCH"
SETTINGS = {
    "SLACK_BOT_TOKEN": "xoxb-for-benchmarks-only",
    "SLACK_SIGNING_SECRET": "for-benchmarks-only",
    "SLACK_ALERT_CHANNEL": CHANNEL,
}


class Slack:
    """`alerts` are (arrived at, lead), by this machine's clock."""

    def __init__(self) -> None:
        self.alerts: list[tuple[float, str]] = []
        self._numbers = count(1)

    @contextmanager
    def listening(self) -> Iterator[str]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/api/"
        finally:
            server.shutdown()
            server.server_close()

    def answer(self, path: str, body: str, arrived: float) -> dict[str, object]:
        given = json.loads(body) if body.startswith("{") else {key: value[0] for key, value in parse_qs(body).items()}
        metadata = given.get("metadata") or {}
        metadata = json.loads(metadata) if isinstance(metadata, str) else metadata
        if path.endswith("chat.postMessage") and metadata.get("event_type") == "mql_alert":
            self.alerts.append((arrived, metadata["event_payload"]["lead"]))
        ts = f"{int(arrived)}.{next(self._numbers):06}"
        return {"ok": True, "ts": ts, "channel": CHANNEL, "messages": [], "team_id": "T0BENCH", "user_id": "U0BENCH"}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        slack = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                arrived = time.time()
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                answer = json.dumps(slack.answer(self.path, body, arrived)).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            do_GET = do_POST

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler
