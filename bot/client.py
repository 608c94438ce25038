"""How we speak to Slack: one HTTP client that follows no redirect, repeats nothing and reads no endless answer."""

import json
import logging
import urllib.request
from collections.abc import Mapping
from email.message import Message as Headers
from http.client import HTTPException
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

from slack_sdk import WebClient

LONGEST_ANSWER = 8 * 1024 * 1024
SLACK_HOSTS = ("hooks.slack.com", "hooks.slack-gov.com")
NOT_JSON = '{"ok": false, "error": "not_json"}'

sdk_log = logging.getLogger("foyer.slack")
sdk_log.setLevel(logging.INFO)  # below, slack_sdk and Bolt write whole request bodies


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> None:
        """slack_sdk would follow, and send the bot's token to whatever host the answer names."""
        return


_opener = urllib.request.build_opener(_NoRedirect)


class Client(WebClient):
    """slack_sdk's client with our opener; an answer that is no JSON object reads as the error `not_json`."""

    def _perform_urllib_http_request_internal(self, url: str, req: urllib.request.Request) -> dict[str, Any]:
        status, headers, body = _send(req, self.timeout)
        return {"status": status, "headers": headers, "body": body if _is_object(body) else NOT_JSON}


def make_client(token: str, api_url: str, timeout_s: int) -> Client:
    return Client(token=token, base_url=api_url, timeout=timeout_s, retry_handlers=[], logger=sdk_log)


def _send(request: urllib.request.Request, timeout_s: float) -> tuple[int, Headers, str]:
    try:
        answer = _opener.open(request, timeout=timeout_s)
    except HTTPError as error:
        answer = error
    with answer:
        return answer.code, answer.headers, answer.read(LONGEST_ANSWER).decode("utf-8", "replace")


def _is_object(body: str) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except (ValueError, RecursionError):
        return False


def is_response_url(url: str, api_url: str) -> bool:
    """Only Slack's own host, or the host of the Web API we were told to use, is ever posted to."""
    asked, ours = urlsplit(url), urlsplit(api_url)
    if asked.scheme == "https" and asked.hostname in SLACK_HOSTS:
        return True
    return asked.scheme == ours.scheme and asked.hostname is not None and asked.hostname == ours.hostname


def post_response(url: str, body: Mapping[str, Any], timeout_s: float) -> bool:
    """Answers a command or press by its response_url; False when it was not taken."""
    data = json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json; charset=utf-8"})  # noqa: S310
    try:
        return _send(request, timeout_s)[0] == 200
    except (OSError, HTTPException):
        return False
