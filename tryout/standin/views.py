"""The views.* methods: modals in a stack of at most three, and the home tab."""

import secrets
from datetime import timedelta
from typing import Any

from tryout.standin.blockkit import view_problems, view_too_large
from tryout.standin.errors import SlackError, wrong_arguments
from tryout.standin.methods import Arguments
from tryout.standin.state import Json, Workspace, fill_ids, older_than

TRIGGER_LIFE = timedelta(seconds=3)
DEEPEST = 3


def open_view(workspace: Workspace, given: Arguments) -> Json:
    """A new modal in place of whatever modals this person had open."""
    view = checked_view(given["view"], "modal")
    with workspace.changing():
        _refuse_known_external_id(workspace, view, "")
        user = _exchange(workspace, given)
        close_stack(workspace, user)
        return {"view": stack_view(workspace, user, view)}


def push(workspace: Workspace, given: Arguments) -> Json:
    view = checked_view(given["view"], "modal")
    with workspace.changing():
        _refuse_known_external_id(workspace, view, "")
        user = _exchange(workspace, given)
        if not workspace.stored.stacks.get(user):
            raise SlackError("not_found")
        return {"view": stack_view(workspace, user, view)}


def checked_view(view: Any, kind: str) -> Json:
    problems = view_problems(view) or ([] if view["type"] == kind else [f"must be a {kind} [json-pointer:/view/type]"])
    if problems:
        raise wrong_arguments([f"[ERROR] {one}" for one in problems])
    if view_too_large(view):
        raise SlackError("view_too_large")
    return dict(view)


def _exchange(workspace: Workspace, given: Arguments) -> str:
    """The user whose trigger this is; a trigger works once and for three seconds."""
    trigger = workspace.stored.triggers.get(given.get("trigger_id") or given.get("interactivity_pointer", ""))
    if trigger is None:
        raise SlackError("invalid_trigger_id")
    if trigger.used:
        raise SlackError("exchanged_trigger_id")
    if older_than(trigger.issued, workspace.clock(), TRIGGER_LIFE):
        raise SlackError("expired_trigger_id")
    trigger.used = True
    return trigger.user


def _refuse_known_external_id(workspace: Workspace, view: Json, own_id: str) -> None:
    known = {one.get("external_id"): one["id"] for one in workspace.stored.views.values()}
    if view.get("external_id") and known.get(view["external_id"], own_id) != own_id:
        raise SlackError("duplicate_external_id")


def stack_view(workspace: Workspace, user: str, view: Json) -> Json:
    """Puts a view on top of this person's stack; the caller holds the lock."""
    stack = workspace.stored.stacks.setdefault(user, [])
    if len(stack) >= DEEPEST:
        raise SlackError("push_limit_reached")
    stored = _stored(workspace, user, view, f"V{secrets.token_hex(5).upper()}")
    stored |= {"root_view_id": stack[0] if stack else stored["id"], "previous_view_id": stack[-1] if stack else None}
    stack.append(stored["id"])
    workspace.stored.views[stored["id"]] = stored
    return dict(stored)


def _stored(workspace: Workspace, user: str, view: Json, view_id: str) -> Json:
    app = workspace.app
    shown: Json = {"callback_id": "", "private_metadata": "", "external_id": "", "close": None, "submit": None}
    shown |= {"clear_on_close": False, "notify_on_close": False, **view, "blocks": fill_ids(view["blocks"])}
    identity: Json = {"id": view_id, "team_id": workspace.team, "app_id": app.id, "bot_id": app.bot_id}
    own = {"hash": f"{workspace.next_ts()}.{secrets.token_hex(4)}", "state": {"values": {}}, "_user": user}
    return shown | identity | own | {"app_installed_team_id": workspace.team}


def update(workspace: Workspace, given: Arguments) -> Json:
    with workspace.changing():
        before = _named(workspace, given)
        view = checked_view(given["view"], before["type"])
        _refuse_known_external_id(workspace, view, before["id"])
        _refuse_stale(before, given)
        return {"view": replace_view(workspace, before, view)}


def _named(workspace: Workspace, given: Arguments) -> Json:
    if "view_id" not in given and "external_id" not in given:
        raise wrong_arguments(["[ERROR] missing required field: view_id"])
    for view in workspace.stored.views.values():
        if view["id"] == given.get("view_id") or view["external_id"] == given.get("external_id", None):
            return view
    raise SlackError("not_found")


def _refuse_stale(before: Json, given: Arguments) -> None:
    if given.get("hash", before["hash"]) != before["hash"]:
        raise SlackError("hash_conflict")


def replace_view(workspace: Workspace, before: Json, view: Json) -> Json:
    """The same place in the stack with other content; the caller holds the lock."""
    kept = {name: before.get(name) for name in ("root_view_id", "previous_view_id")}
    stored = _stored(workspace, before["_user"], view, before["id"]) | kept
    workspace.stored.views[before["id"]] = stored
    return dict(stored)


def close_stack(workspace: Workspace, user: str) -> None:
    for view_id in workspace.stored.stacks.pop(user, []):
        workspace.stored.views.pop(view_id, None)


def publish(workspace: Workspace, given: Arguments) -> Json:
    view = checked_view(given["view"], "home")
    user = given["user_id"]
    if user not in workspace.users or workspace.users[user].bot:
        raise wrong_arguments(["[ERROR] invalid `user_id` [json-pointer:/user_id]"])
    with workspace.changing():
        _refuse_known_external_id(workspace, view, workspace.stored.homes.get(user, ""))
        before = workspace.stored.views.get(workspace.stored.homes.get(user, ""), {"hash": ""})
        _refuse_stale(before, given)
        stored = _stored(workspace, user, view, before.get("id", f"V{secrets.token_hex(5).upper()}"))
        workspace.stored.views[stored["id"]] = stored
        workspace.stored.homes[user] = stored["id"]
    return {"view": stored}


METHODS = {"views.open": open_view, "views.push": push, "views.update": update, "views.publish": publish}
