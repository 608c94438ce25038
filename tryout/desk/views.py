"""The desk's own addresses: its files, what a person sees (long-polled), and what they do."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from tryout.desk.seen import seen_by
from tryout.standin import Ack, Standin
from tryout.standin.state import Json

LONGEST_WAIT = 20.0
Act = Callable[[Standin, Json], Ack | None]


def desk_blueprint(standin: Standin) -> Blueprint:
    """Mounted by the try-out under /try/desk; every request names its `user`."""
    blueprint = Blueprint("desk", __name__, url_prefix="/try/desk", static_folder="static", static_url_path="")
    blueprint.add_url_rule("/state", "state", lambda: _state(standin))
    for name, act in ACTS.items():
        blueprint.add_url_rule(f"/{name}", name, _answering(standin, act), methods=["POST"])
    return blueprint


def _state(standin: Standin) -> Response:
    """Held until something changes after `since`, or `wait` seconds."""
    since = request.args.get("since", -1, type=int)
    wait = min(request.args.get("wait", LONGEST_WAIT, type=float), LONGEST_WAIT)
    try:
        user = standin.workspace.find_user(request.args.get("user", "ann"))
    except KeyError as error:
        abort(404, str(error))
    standin.workspace.changes_since(since, wait)
    answer = jsonify(seen_by(standin, user))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _answering(standin: Standin, act: Act) -> Callable[[], tuple[Response, int]]:
    def view() -> tuple[Response, int]:
        try:
            ack = act(standin, request.get_json())
        except (LookupError, TypeError) as error:
            return jsonify(problem=str(error)), 409
        return jsonify(_outcome(ack)), 200

    return view


def _outcome(ack: Ack | None) -> Json:
    if ack is None:
        return {"problem": "", "errors": {}}
    return {"problem": ack.problem, "errors": dict(ack.errors), "answer": ack.json, "seconds": round(ack.seconds, 3)}


def _command(standin: Standin, given: Json) -> Ack:
    return standin.command(given["user"], given["line"], given["channel"])


def _say(standin: Standin, given: Json) -> Ack:
    return standin.say(given["user"], given["text"], given["channel"], given.get("thread_ts"))


def _press(standin: Standin, given: Json) -> Ack:
    """In a message by `message_ts`, else in the view by `view_id`."""
    what: dict[str, Any] = {"choice": given.get("choice"), "block_id": given["block_id"]}
    if given.get("message_ts"):
        return standin.press(given["user"], given["message_ts"], given["action_id"], **what)
    what |= {"view_id": given["view_id"], "values": given.get("values", {})}
    return standin.press_in_view(given["user"], given["action_id"], **what)


def _submit(standin: Standin, given: Json) -> Ack:
    return standin.submit(given["user"], given["values"], given["view_id"])


def _close(standin: Standin, given: Json) -> Ack | None:
    return standin.close(given["user"], given["view_id"], everything=bool(given.get("everything")))


def _home(standin: Standin, given: Json) -> Ack:
    return standin.open_home(given["user"])


def _options(standin: Standin, given: Json) -> Ack:
    return standin.options(given["user"], given["action_id"], given["typed"], given["view_id"])


ACTS: dict[str, Act] = {
    "command": _command,
    "say": _say,
    "press": _press,
    "submit": _submit,
    "close": _close,
    "home": _home,
    "options": _options,
}
