"""Who may come in and with what: limits, body, site and origin, visitor or program; each refusal is told clearly."""

import re
from dataclasses import dataclass

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from webhook.errors import Refusal, not_here, unauthorized
from webhook.jsonbody import LARGEST_BYTES, read_json, too_large
from webhook.origins import refuse_strangers
from webhook.payloads import Body, OpenQuery, parse
from webhook.rooms import Rooms, Site
from webhook.throttle import Scope
from webhook.tokens import Bearer

_BEARER = re.compile(r"bearer +([!-~]{1,1024}) *", re.IGNORECASE)
_CONVERSATION_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Gate:
    rooms: Rooms

    def spend(self, scope: Scope) -> None:
        """One write from this address."""
        self.rooms.throttle.address(scope, request.remote_addr)

    def body(self, kind: type[Body], also: tuple[str, ...] = ()) -> Body:
        """The JSON body; `also` are further content types taken for JSON."""
        if not _is_json(also):
            message = "Send the body as JSON with `Content-Type: application/json`, not compressed."
            raise Refusal(415, "unsupported_media_type", message)
        return parse(kind, read_json(_raw()))

    def query(self, kind: type[Body]) -> Body:
        """The known parameters of the address; others are left alone."""
        return parse(kind, {name: request.args[name] for name in kind.model_fields if name in request.args})

    def site(self, key: str, scope: Scope) -> Site:
        found = next((site for site in self.rooms.sites() if site.key == key), None)
        if found is None:
            raise Refusal(404, "unknown_site", "No site has this key; see `data-site` in the script tag.", "site")
        return self._at(found, scope)

    def visitor(self, scope: Scope | None = None) -> Bearer:
        """The visitor of the Authorization header."""
        return self.bearer(_authorization(), scope)

    def bearer(self, token: str | None, scope: Scope | None = None) -> Bearer:
        bearer = self.rooms.tokens.read(token) if token else None
        if bearer is None:
            raise unauthorized(
                "Send the visitor's token as `Authorization: Bearer TOKEN`; without a valid one open anew."
            )
        self._at(self.site_of(bearer), scope)
        return bearer

    def site_of(self, bearer: Bearer) -> Site:
        return self._site_by_id(bearer.site_id)

    def known(self, token: str | None, site: Site) -> str | None:
        """The visitor of a token of this site; whoever comes with any other is new."""
        bearer = self.rooms.tokens.read(token) if token else None
        return bearer.visitor if bearer and bearer.site_id == site.id else None

    def program(self, scope: Scope | None = None) -> Site:
        """The site of the API key."""
        key = _authorization()
        site_id = self.rooms.api_keys(key) if key else None
        if site_id is None:
            raise unauthorized("Send an API key of the site as `Authorization: Bearer KEY`.")
        return self._at(self._site_by_id(site_id), scope)

    def _site_by_id(self, site_id: int) -> Site:
        found = next((site for site in self.rooms.sites() if site.id == site_id), None)
        if found is None:
            raise not_here()
        return found

    def _at(self, site: Site, scope: Scope | None) -> Site:
        refuse_strangers((site,))
        if scope:
            self.rooms.throttle.site(scope, site.id)
        return site


def _is_json(also: tuple[str, ...]) -> bool:
    if request.environ.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
        return False
    return request.is_json or request.mimetype in ("", *also)


def _raw() -> bytes:
    """Up to one byte too many: a body in chunks is not refused at the bound, it is cut off there."""
    request.max_content_length = LARGEST_BYTES + 1
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise too_large() from None


def _authorization() -> str | None:
    found = _BEARER.fullmatch(request.environ.get("HTTP_AUTHORIZATION", ""))
    return found[1] if found else None


def conversation_id(text: str) -> str:
    """An id that could be one; anything else is as unknown as a wrong one."""
    if not _CONVERSATION_ID.fullmatch(text):
        raise not_here()
    return text


def is_untracked(query: OpenQuery | None = None) -> bool:
    """The browser asks not to be tracked (Global Privacy Control, the older Do Not Track), or its page may not."""
    asks = "1" in (request.environ.get("HTTP_SEC_GPC"), request.environ.get("HTTP_DNT"))
    return asks or (query is not None and query.untracked == "1")
