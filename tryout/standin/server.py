"""Slack's side of the wire: the Web API, response addresses, uploads, consent; with faults and a log of calls."""

from email.utils import format_datetime
from threading import Lock

from tryout.standin import files, oauth, response_urls
from tryout.standin.faults import Fault, FaultPlan
from tryout.standin.limits import RateLimits
from tryout.standin.listener import Answer, Listener, Request, json_answer
from tryout.standin.methods import Method, methods
from tryout.standin.state import Json, Workspace
from tryout.standin.web_api import Call, RateLimited, carry_out, read_call

HTML = "<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>"


class Server:
    """Addresses: /api/METHOD, /response/KEY, /upload/FILE, /oauth/v2/authorize; anything else is 404.

    A server `beside` another one is a further workspace at the same address: tokens and codes tell which is meant."""

    def __init__(self, workspace: Workspace, port: int, rate_limited: bool, beside: "Server | None" = None) -> None:
        self.workspace = workspace
        self.faults = FaultPlan()
        self.limits = RateLimits(rate_limited)
        self.listener: Listener = beside.listener if beside else Listener(self._answer, port)
        self._all: list[Server] = beside._all if beside else []
        self._all.append(self)
        self._calls: list[Call] = []
        self._lock = Lock()

    def calls(self, method: str | None = None) -> list[Call]:
        """Every Web API request that arrived, faulty ones too; response addresses are under `response`."""
        with self._lock:
            return [call for call in self._calls if method in (None, call.method)]

    def forget_calls(self) -> None:
        with self._lock:
            self._calls.clear()

    def _answer(self, request: Request) -> Answer:
        room, _, rest = request.path.lstrip("/").partition("/")
        if room == "api":
            call = read_call(rest, request.query, request.headers, request.body)
            return self._meant(call)._faulty(call)
        if room == "response":
            call = Call("response", request.headers, request.body, {"key": rest}, "")
            return self._meant(call)._faulty(call)
        if request.path == "/oauth/v2/authorize":
            return oauth.consent([server.workspace for server in self._all], request.query)
        if room == "upload":
            taken = files.receive(self.workspace, rest, request.body)
            return Answer(200 if taken else 400, b"OK" if taken else b"error", "text/plain")
        return json_answer({"ok": False, "error": "not_found"}, 404)

    def _meant(self, call: Call) -> "Server":
        return next((server for server in self._all if server._knows(call)), self)

    def _knows(self, call: Call) -> bool:
        if call.method == "response":
            return call.arguments["key"] in self.workspace.stored.response_urls
        if call.method == "oauth.v2.access":
            return call.arguments.get("code") in self.workspace.stored.oauth_codes
        return call.token == self.workspace.app.bot_token

    def _faulty(self, call: Call) -> Answer:
        with self._lock:
            self._calls.append(call)
        fault = self.faults.meet(call.method, call.arguments)
        if fault is None:
            return self._carried_out(call)
        if fault.kind in ("hang", "hang_after"):
            return self._hung(call, fault)
        answer = self._carried_out(call) if fault.accepts else Answer(200, b"")
        return _spoilt(answer, fault, self.listener.origin)

    def _hung(self, call: Call, fault: Fault) -> Answer:
        if fault.accepts:
            self._carried_out(call)
        fault.hold()
        return Answer(200, b"", drop=True)

    def _carried_out(self, call: Call) -> Answer:
        if call.method == "response":
            status, body = response_urls.use(self.workspace, call.arguments["key"], call.body)
            return Answer(200, b"ok", "text/html") if status == 200 else json_answer(body, status)
        try:
            answer = carry_out(self.workspace, call, lambda method: self._wait(method, call))
        except RateLimited as limited:
            return _rate_limited(limited.seconds)
        return json_answer(_with_origin(answer, self.listener.origin), headers=self._headers(call))

    def _wait(self, method: Method, call: Call) -> int:
        channel = str(call.arguments.get("channel", ""))
        return self.limits.wait(method.name, channel, method.per_minute, self.workspace.clock())

    def _headers(self, call: Call) -> dict[str, str]:
        method = methods().get(call.method)
        accepted = ",".join(method.scopes) if method else ""
        return {
            "X-OAuth-Scopes": ",".join(sorted(self.workspace.app.scopes)),
            "X-Accepted-OAuth-Scopes": accepted,
            "X-Slack-Req-Id": f"standin{len(self._calls)}",
            "Date": format_datetime(self.workspace.clock(), usegmt=True),
        }


def _with_origin(answer: Json, origin: str) -> Json:
    if "upload_url" in answer:
        answer["upload_url"] = answer["upload_url"].format(origin=origin)
    return answer


def _rate_limited(seconds: int) -> Answer:
    return json_answer({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(seconds)})


def _spoilt(answer: Answer, fault: Fault, origin: str) -> Answer:
    if fault.kind == "429":
        return _rate_limited(fault.retry_after)
    if fault.kind == "500":
        return Answer(500, b"Internal Server Error", "text/plain")
    if fault.kind == "502":
        return Answer(502, HTML.encode(), "text/html")
    if fault.kind == "redirect":
        return Answer(302, b"", "text/html", {"Location": f"{origin}/api/redirected"})
    if fault.kind == "error":
        return json_answer({"ok": False, "error": fault.code})
    return Answer(answer.status, answer.body, answer.content_type, cut=fault.kind == "cut", drop=fault.kind != "cut")
