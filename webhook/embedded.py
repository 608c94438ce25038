"""The chat as a page of its own: for a frame on a page that should not run our script itself."""

import base64
import hashlib
from dataclasses import dataclass

from flask import Response
from markupsafe import Markup

from webhook.errors import Refusal
from webhook.gate import Gate
from webhook.payloads import EmbedQuery
from webhook.rooms import Rooms

_STYLE = "html{height:100%}foyer-chat{--foyer-inset:0;--foyer-width:100%;--foyer-height:100%}"
_SCRIPT = (
    "window.foyer=function(){(foyer.q=foyer.q||[]).push(arguments)};"
    "foyer('open');foyer('on','close',function(){parent.postMessage('foyer:close','*')})"
)
_PAGE = Markup("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>{style}</style><script>{script}</script>
<script async src="/w.js" data-consent="required"{attributes}></script></head><body></body></html>
""")


def _allowed(source: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"


_POLICY = (
    f"default-src 'none'; script-src 'self' {_allowed(_SCRIPT)}; style-src {_allowed(_STYLE)}; connect-src 'self'; "
    "img-src https:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


@dataclass(frozen=True, slots=True)
class Embedded:
    rooms: Rooms
    gate: Gate

    def page(self) -> Response:
        """It may stand in frames of the site's own origins, and of this machine while it is being tried out."""
        asked = self.gate.query(EmbedQuery)
        site = next((site for site in self.rooms.sites() if site.key == asked.site), None)
        if site is None:
            raise Refusal(404, "unknown_site", "No site has this key; see `site` in the address.", "site")
        around = site.origins or (("http://127.0.0.1:*", "http://localhost:*") if site.trying_out else ())
        told = asked.model_dump(exclude_none=True)
        attributes = Markup("").join(Markup(' data-{}="{}"').format(name, value) for name, value in told.items())
        title = asked.label or "Chat"
        answer = Response(
            _PAGE.format(title=title, style=Markup(_STYLE), script=Markup(_SCRIPT), attributes=attributes),  # noqa: S704
            mimetype="text/html",
        )
        answer.headers["Content-Security-Policy"] = " ".join((_POLICY, *around))
        return answer
