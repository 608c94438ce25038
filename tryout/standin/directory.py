"""Who and what is in the workspace: auth.*, users.*, usergroups.*, team.*, bots.*, apps.* and the OAuth exchange."""

from tryout.standin.errors import SlackError
from tryout.standin.methods import Arguments
from tryout.standin.people import User
from tryout.standin.state import Json, Workspace


def api_test(workspace: Workspace, given: Arguments) -> Json:
    if "error" in given:
        raise SlackError(given["error"], args=given)
    return {"args": given}


def auth_test(workspace: Workspace, given: Arguments) -> Json:
    app = workspace.app
    who = {"user": app.name, "user_id": app.user, "bot_id": app.bot_id, "is_enterprise_install": False}
    return {"url": "https://northlight.slack.example/", "team": "Northlight", "team_id": workspace.team, **who}


def auth_revoke(workspace: Workspace, given: Arguments) -> Json:
    if not given.get("test"):
        with workspace.changing():
            workspace.app.revoked = True
    return {"revoked": not given.get("test")}


def user_info(workspace: Workspace, given: Arguments) -> Json:
    user = workspace.users.get(given["user"])
    if user is None:
        raise SlackError("user_not_found")
    return {"user": profile_of(workspace, user)}


def profile_of(workspace: Workspace, user: User) -> Json:
    profile: Json = {"real_name": user.real_name, "display_name": user.name, "title": user.title, "team": user.team}
    if "users:read.email" in workspace.app.scopes and user.email:
        profile["email"] = user.email
    return {
        "id": user.id,
        "team_id": user.team,
        "name": user.name,
        "real_name": user.real_name,
        "deleted": user.deleted,
        "tz": user.tz,
        "profile": profile,
        "is_admin": user.admin,
        "is_owner": False,
        "is_bot": user.bot,
        "is_app_user": False,
        "is_restricted": user.guest,
        "is_ultra_restricted": False,
        "is_stranger": user.team != workspace.team,
        "updated": 1_700_000_000,
    }


def lookup_by_email(workspace: Workspace, given: Arguments) -> Json:
    for user in workspace.users.values():
        if user.email and user.email.lower() == given["email"].lower() and not user.deleted:
            return {"user": profile_of(workspace, user)}
    raise SlackError("users_not_found")


def list_users(workspace: Workspace, given: Arguments) -> Json:
    members = [profile_of(workspace, user) for user in workspace.users.values()]
    return {"members": members, "cache_ts": 0, "response_metadata": {"next_cursor": ""}}


def group_users(workspace: Workspace, given: Arguments) -> Json:
    if given["usergroup"] not in workspace.groups:
        raise SlackError("no_such_subteam")
    return {"users": workspace.groups[given["usergroup"]]}


def list_groups(workspace: Workspace, given: Arguments) -> Json:
    groups = [
        {"id": group, "team_id": workspace.team, "handle": "sales-reps", "name": "Sales reps", "date_delete": 0}
        | ({"users": users} if given.get("include_users") else {})
        for group, users in workspace.groups.items()
    ]
    return {"usergroups": groups}


def team_info(workspace: Workspace, given: Arguments) -> Json:
    if given.get("team", workspace.team) != workspace.team:
        raise SlackError("team_not_found")
    return {
        "team": {
            "id": workspace.team,
            "name": "Northlight",
            "domain": "northlight",
            "email_domain": "northlight.example",
        }
    }


def bot_info(workspace: Workspace, given: Arguments) -> Json:
    app = workspace.app
    if given.get("bot", app.bot_id) != app.bot_id:
        raise SlackError("bot_not_found")
    return {"bot": {"id": app.bot_id, "app_id": app.id, "user_id": app.user, "name": app.name, "deleted": False}}


def open_connection(workspace: Workspace, given: Arguments) -> Json:
    if not workspace.socket_address:
        raise SlackError("forbidden_team")
    return {"url": workspace.socket_address()}


def oauth_access(workspace: Workspace, given: Arguments) -> Json:
    """A code is worth one installation and is asked for with the app's own id and secret."""
    app = workspace.app
    if given.get("client_id") != app.client_id:
        raise SlackError("invalid_client_id")
    if given.get("client_secret") != app.client_secret:
        raise SlackError("bad_client_secret")
    with workspace.changing():
        code = workspace.stored.oauth_codes.pop(given.get("code", ""), None)
    if code is None:
        raise SlackError("invalid_code")
    if code.get("redirect_uri", given.get("redirect_uri")) != given.get("redirect_uri"):
        raise SlackError("bad_redirect_uri")
    return _installation(workspace, code["user"])


def _installation(workspace: Workspace, user: str) -> Json:
    app = workspace.app
    return {
        "app_id": app.id,
        "authed_user": {"id": user},
        "scope": ",".join(sorted(app.scopes)),
        "token_type": "bot",
        "access_token": app.bot_token,
        "bot_user_id": app.user,
        "team": {"id": workspace.team, "name": "Northlight"},
        "enterprise": None,
        "is_enterprise_install": False,
    }


METHODS = {
    "api.test": api_test,
    "apps.connections.open": open_connection,
    "auth.test": auth_test,
    "auth.revoke": auth_revoke,
    "users.info": user_info,
    "users.lookupByEmail": lookup_by_email,
    "users.list": list_users,
    "usergroups.users.list": group_users,
    "usergroups.list": list_groups,
    "team.info": team_info,
    "bots.info": bot_info,
    "oauth.v2.access": oauth_access,
}
