"""The two app manifests: valid by Slack's own schema, and with the rights that the code's calls need."""

import ast
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_sdk import WebClient

ROOT = Path(__file__).resolve().parent.parent
MANIFESTS = ("slack-manifest.yaml", "slack-manifest-minimal.yaml")
OPTIONAL = {"conversations.join"}  # done without in the minimal installation: the bot is invited instead
EVENT_SCOPES = {
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "app_uninstalled": set(),
    "tokens_revoked": set(),
}


def specs(name: str) -> Any:
    folder = os.environ.get("FOYER_SPECS")
    if not folder:
        pytest.skip("FOYER_SPECS names no folder with Slack's specifications")
    return json.loads((Path(folder) / name).read_text(encoding="utf-8"))


def manifest(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    return found


def called_methods() -> set[str]:
    """Every Web API method the bot calls, read from its code: `client.chat_update(...)` is chat.update."""
    return {method for path in (ROOT / "bot").rglob("*.py") for method in _called_in(path)}


def _called_in(path: Path) -> set[str]:
    names = {
        node.attr for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Attribute)
    }
    families = ("auth", "chat", "conversations", "users", "views", "reactions", "team", "files", "bookmarks", "pins")
    ours = {name for name in names if re.fullmatch(rf"(?:{'|'.join(families)})_\w+", name) and hasattr(WebClient, name)}
    return {name.replace("_", ".", 1) for name in ours}


@pytest.mark.parametrize("name", MANIFESTS)
def test_r48_manifest_is_valid_by_slacks_schema(name):
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.validate(manifest(name), specs("slack-manifest.schema.json"))


def test_the_calls_are_really_found_in_the_code():
    assert {
        "auth.test",
        "users.info",
        "chat.postMessage",
        "chat.update",
        "chat.postEphemeral",
        "views.open",
    } <= called_methods()
    assert {"conversations.history", "conversations.replies", "conversations.join", "views.update"} <= called_methods()


@pytest.mark.parametrize("name", MANIFESTS)
def test_r48_scopes_cover_every_method_called(name):
    table, granted = specs("slack_methods.json"), set(manifest(name)["oauth_config"]["scopes"]["bot"])
    for method in called_methods() - (OPTIONAL if "minimal" in name else set()):
        needed = set((table[method].get("scopes") or {}).get("bot") or [])
        assert not needed or needed & granted, f"{method} needs one of {sorted(needed)}"


@pytest.mark.parametrize("name", MANIFESTS)
def test_everything_goes_to_the_one_route_and_commands_escape_mentions(name):
    shown = manifest(name)
    assert all(command["should_escape"] for command in shown["features"]["slash_commands"])
    urls = re.findall(r"https://\S+", json.dumps(shown))
    assert {url.strip('",}') for url in urls} == {"https://foyer.example.com/slack/events"}


@pytest.mark.parametrize("name", MANIFESTS)
def test_events_subscribed_to_have_their_scope(name):
    shown = manifest(name)
    events = shown["settings"].get("event_subscriptions", {}).get("bot_events", [])
    needed = set().union(*(EVENT_SCOPES[event] for event in events))
    assert needed <= set(shown["oauth_config"]["scopes"]["bot"])


def test_minimal_asks_for_less_than_full_and_docs_name_every_right():
    full, minimal = (set(manifest(name)["oauth_config"]["scopes"]["bot"]) for name in MANIFESTS)
    assert minimal < full
    told = (ROOT / "docs" / "slack.md").read_text(encoding="utf-8")
    assert all(f"`{scope}`" in told for scope in full)


def test_docs_tell_every_verb_button_and_reason():
    from bot.app import LOOKS
    from bot.commands.lead import VERBS
    from qualification.stages import RETURN_CODES

    told = (ROOT / "docs" / "slack.md").read_text(encoding="utf-8")
    assert all(f"`/lead {verb}" in told for verb in VERBS)
    assert all(f"`{code}`" in told for code in RETURN_CODES)
    assert all(f"`{action}`" in told for action in (*LOOKS, "lead_claim", "lead_accept", "lead_release"))
