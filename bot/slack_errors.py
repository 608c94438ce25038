"""What an error of Slack's Web API means for a promise: again, later, never, or not known whether it was done."""

import socket
from collections.abc import Mapping
from http.client import HTTPException
from urllib.error import URLError

from slack_sdk.errors import SlackApiError, SlackClientError

from qualification.promises import Ambiguous, Dead, Outcome, Paused, Retry

FAILURES = (SlackClientError, OSError, HTTPException)
NO_ACCESS = (
    "invalid_auth",
    "not_authed",
    "token_revoked",
    "token_expired",
    "account_inactive",
    "no_permission",
    "org_login_required",
)
CHANNEL_REFUSES = (
    "channel_not_found",
    "is_archived",
    "not_in_channel",
    "restricted_action",
    "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel",
    "channel_type_not_supported",
    "method_not_supported_for_channel_type",
)
BAD_BLOCKS = ("invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "invalid_arguments")
GONE = ("message_not_found", "cant_update_message", "edit_window_closed")
NO_THREAD = ("thread_not_found", "message_not_found", "cannot_reply_to_message", "restricted_action_thread_locked")
UNKNOWN_EFFECT = ("fatal_error", "internal_error", "service_unavailable", "request_timeout", "not_json")
PERMANENT = (
    *CHANNEL_REFUSES,
    *BAD_BLOCKS,
    *NO_THREAD,
    *GONE,
    "no_text",
    "too_many_attachments",
    "invalid_metadata_format",
    "invalid_metadata_schema",
    "metadata_too_large",
    "metadata_must_be_sent_from_app",
    "ekm_access_denied",
    "team_access_not_granted",
)


def code_of(error: Exception) -> str:
    """Slack's word for it; empty when it never came to one."""
    return str(error.response.get("error", "")) if isinstance(error, SlackApiError) else ""


def judge(error: Exception) -> Outcome:
    """The outcome of a call that failed; its words name codes and scopes, never content or tokens."""
    if isinstance(error, SlackApiError):
        return _judge_answer(error)
    reason = error.reason if isinstance(error, URLError) else error
    name = type(reason).__name__ if isinstance(reason, Exception) else "URLError"
    if isinstance(reason, ConnectionRefusedError | socket.gaierror):
        return Retry(None, f"Slack cannot be reached: {name}")
    return Ambiguous(f"no answer from Slack: {name}")


def _judge_answer(error: SlackApiError) -> Outcome:
    status, code = error.response.status_code, code_of(error)
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return Retry(retry_after(error.response.headers), "Slack asks to slow down (429)", counts=False)
    if 300 <= status < 400:
        return Retry(None, f"Slack's address redirects ({status}), which is not followed; check SLACK_API_URL")
    if status >= 500 or code in UNKNOWN_EFFECT:
        return Ambiguous(f"Slack answered {status} {code}".strip())
    if code in NO_ACCESS:
        return Paused(f"Slack refuses our token: {code}")
    if code == "missing_scope":
        needed = str(error.response.get("needed", "it needs"))[:200]
        return Paused(f"the Slack app lacks the scope {needed}; add it and reinstall")
    if code in PERMANENT:
        return Dead(f"Slack refuses it: {code}")
    return Retry(None, f"Slack answered {status} {code[:80]}")


def retry_after(headers: Mapping[str, str]) -> float:
    """Seconds as asked for; one when it was not said in a way we can read."""
    found = {name.lower(): value for name, value in headers.items()}.get("retry-after", "1")
    return float(found) if found.isascii() and found.isdigit() and len(found) < 6 else 1.0
