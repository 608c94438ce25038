"""Which pages may talk to us: the exact origins of a site, echoed back so that the browser lets the answer through."""

import re

from flask import Response, request

from webhook.errors import Refusal
from webhook.rooms import Site

_THIS_MACHINE = re.compile(r"https?://(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?")
_PREFLIGHT_AGE_S = 600
_ORIGIN = "HTTP_ORIGIN"  # a missing header costs ten times more to find missing through `request.headers`


def is_allowed(site: Site, origin: str, own: str) -> bool:
    """Exact match; a site without origins has our own, and this machine's while it is being tried out."""
    if site.origins:
        return origin in site.origins
    return origin == own or (site.trying_out and _THIS_MACHINE.fullmatch(origin) is not None)


def refuse_strangers(sites: tuple[Site, ...]) -> None:
    """A request without an Origin is served (Origin is no authentication); a wrong one, `null` too, is not."""
    origin = request.environ.get(_ORIGIN)
    if origin is not None and not any(is_allowed(site, origin, own_origin()) for site in sites):
        raise _stranger()


def own_origin() -> str:
    return request.host_url.rstrip("/")


def _stranger() -> Refusal:
    message = "This origin may not use this site; add it to the site's allowed origins."
    return Refusal(403, "origin_not_allowed", message)


def preflight() -> Response:
    answer = Response(status=204)
    answer.headers["Access-Control-Allow-Methods"] = "GET, POST, DELETE"
    answer.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
    answer.headers["Access-Control-Max-Age"] = str(_PREFLIGHT_AGE_S)
    return answer


def share(answer: Response) -> None:
    """Let the page read the answer, unless the answer is that it may not."""
    answer.headers.add("Vary", "Origin")
    origin = request.environ.get(_ORIGIN)
    if origin is not None and answer.status_code != 403:
        answer.headers["Access-Control-Allow-Origin"] = origin
        answer.headers["Access-Control-Expose-Headers"] = "Retry-After"
