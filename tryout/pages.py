"""The try-out's own pages: the two halves, the made-up company's site, and why a score is what it is."""

from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, send_from_directory

from config.settings import ROOT
from qualification.assembly import House
from tryout.standin import Standin
from tryout.why import why_json

OWN_PAGE = "default-src 'self'; img-src 'self' data:; frame-ancestors 'self'; base-uri 'none'; form-action 'self'"
SITE_PAGES = ("home", "pricing", "guide")


def try_blueprint(house: House, standin: Standin | None) -> Blueprint:
    """Pages under /try. Without a stand-in (SLACK=real) the desk is your own Slack."""
    pages = Blueprint("tryout", __name__, url_prefix="/try", template_folder="templates")

    @pages.get("")
    def both() -> Response:
        told = {"public_url": house.settings.public_url, "has_desk": standin is not None}
        return _page("try.html", **told, banner=house.agreement.banner(house.site_id))

    @pages.get("/site", defaults={"page": "home"})
    @pages.get("/site/<page>")
    def site(page: str) -> Response:
        return _page("site.html", page=page) if page in SITE_PAGES else abort(404)

    @pages.get("/static/<path:name>")
    def static(name: str) -> Response:
        return send_from_directory(ROOT / "tryout" / "static", name)

    @pages.get("/slack-manifest.yaml")
    def manifest() -> Response:
        return send_from_directory(ROOT, "slack-manifest.yaml", mimetype="text/plain")

    @pages.get("/why/<conversation_id>")
    def why(conversation_id: str) -> Response:
        return jsonify(why_json(house, conversation_id) or abort(404))

    @pages.post("/reset")
    def reset() -> tuple[str, int]:
        if standin is not None:
            standin.reset()
        return "", 204

    return pages


def _page(template: str, **words: Any) -> Response:
    answer = Response(render_template(template, **words), mimetype="text/html")
    answer.headers["Content-Security-Policy"] = OWN_PAGE
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer
