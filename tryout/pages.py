"""The try-out's own pages: the two halves, the made-up company's site, and why a score is what it is."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, send_from_directory

from config.settings import ROOT
from qualification.assembly import House
from qualification.criteria import Criteria
from tryout.standin import Standin

OWN_PAGE = "default-src 'self'; img-src 'self' data:; frame-ancestors 'self'; base-uri 'none'; form-action 'self'"
SITE_PAGES = ("home", "pricing", "guide")


def try_blueprint(house: House, standin: Standin | None) -> Blueprint:
    """Pages under /try. Without a stand-in (SLACK=real) the desk is your own Slack."""
    pages = Blueprint("tryout", __name__, url_prefix="/try", template_folder="templates")

    @pages.get("")
    def both() -> Response:
        return _page("try.html", public_url=house.settings.public_url, has_desk=standin is not None)

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
        return _why(house, conversation_id)

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


def _why(house: House, conversation_id: str) -> Response:
    found = house.enquiry.conversation(house.site_id, conversation_id)
    if found is None:
        abort(404)
    criteria = house.policies[house.site_id].criteria
    assessment = asdict(found.assessment) if found.assessment else None
    if assessment and found.assessment:
        assessment["is_mql"] = found.assessment.is_mql
        assessment["reasons"] = [_with_line(reason, criteria) for reason in assessment["reasons"]]
    return jsonify(assessment=assessment, stage=found.stage, purchase_interest=found.purchase_interest)


def _with_line(reason: dict[str, Any], criteria: Criteria) -> dict[str, Any]:
    """The reason with its rule as it stands in the criteria file."""
    line = criteria.line_of(reason["rule"]) or 0
    source = criteria.source_text.splitlines()[line - 1].strip() if line else ""
    return {**reason, "file": criteria.name, "line": line, "source": source}
