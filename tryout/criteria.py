"""The try-out's criteria panel: the file is read, checked while somebody types, saved, and tried on who is chatting."""

import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify, request

from config.settings import ROOT
from models import lead as leads
from qualification.assembly import House
from qualification.assessment import Assessment
from qualification.checking import check
from qualification.criteria import Criteria, CriteriaError, load_criteria
from qualification.criteria.findings import Finding
from qualification.stages import reached
from qualification.versions import VersionView
from tryout.why import why_json

Json = dict[str, Any]


def criteria_blueprint(house: House) -> Blueprint:
    """Mounted under /try/criteria. Only JSON is taken, which pages of other sites cannot send here."""
    panel = Blueprint("criteria", __name__, url_prefix="/try/criteria")
    desk = Panel(house)
    panel.add_url_rule("", "file", lambda: jsonify(desk.file(_asked(request.args))))
    panel.add_url_rule("/check", "check", lambda: jsonify(desk.check(*_typed())), methods=["POST"])
    panel.add_url_rule("/save", "save", lambda: _saved(desk), methods=["POST"])
    return panel


def _asked(given: Any) -> str:
    return str(given.get("conversation") or "")


def _typed() -> tuple[str, str]:
    given = request.get_json()
    return str(given.get("text") or "").replace("\r\n", "\n"), _asked(given)


def _saved(desk: "Panel") -> tuple[Response, int]:
    answer = desk.save(*_typed())
    return jsonify(answer), 200 if answer["saved"] else 422


class Panel:
    """One file, that of the site `default`, and whoever chats in the open conversation."""

    def __init__(self, house: House) -> None:
        self._house, self._site = house, house.site_id

    def file(self, conversation: str) -> Json:
        return {
            "file": self._path().name,
            "text": self._text(),
            "version": self._judging().version,
            "banner": self._banner(),
            "why": why_json(self._house, conversation),
        }

    def _text(self) -> str:
        """As it is on the disk; when it cannot be read, what judges instead of it."""
        try:
            return self._path().read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError):
            return self._judging().source_text

    def check(self, text: str, conversation: str) -> Json:
        """What is wrong with what is typed, and what it would say of the open conversation; nothing is kept."""
        criteria, problems = self._read(text)
        tried = self._tried(conversation, criteria) if criteria else None
        return {"problems": problems, "would_be": _assessment_json(tried)}

    def save(self, text: str, conversation: str) -> Json:
        """Writes the file with a number of its own, and judges the open conversation by it."""
        criteria, problems = self._read(text)
        if criteria is None:
            return {"saved": False, "problems": problems}
        criteria = self._numbered(criteria)
        before = why_json(self._house, conversation)
        try:
            self._path().write_text(criteria.source_text, "utf-8")
        except OSError as error:
            what = f"{self._path()} cannot be written: {error.strerror}"
            return {"saved": False, "problems": [_problem(Finding("error", 1, what, "change it with an editor"))]}
        self._house.sites.look()
        self._judge_anew(conversation)
        return {
            "saved": True,
            "problems": problems,
            "text": criteria.source_text,
            "version": criteria.version,
            "banner": self._banner(),
            "at_once": self._house.agreement.banner(self._site),
            "before": before,
            "why": why_json(self._house, conversation),
            "would_be": _assessment_json(self._tried(conversation, criteria)),
        }

    def _read(self, text: str) -> tuple[Criteria | None, list[Json]]:
        """The criteria, if they load, and everything that is wrong or odd, by line."""
        try:
            criteria = load_criteria(text, self._path().name)
        except CriteriaError as error:
            return None, [_problem(Finding("error", one.line, one.what, one.hint)) for one in error.problems]
        playbook = self._house.policies[self._site].playbook
        return criteria, [_problem(one) for one in check(criteria, playbook, self._house.clock().date())]

    def _path(self) -> Path:
        return ROOT / self._house.sites.one(self._site).criteria_file

    def _judging(self) -> Criteria:
        return self._house.policies[self._site].criteria

    def _banner(self) -> str:
        """What judges, and what is wrong with the file or waits for people."""
        note = self._house.sites.one(self._site).note
        said = self._house.agreement.sentence(self._site)
        return "; ".join(filter(None, (note, said)))

    def _numbered(self, criteria: Criteria) -> Criteria:
        """With the next number when the one it has belongs to other rules: a person need not count."""
        known = self._house.agreement.versions(self._site)
        if criteria.content_hash == self._judging().content_hash or _is_free(criteria, known):
            return criteria
        return _renumbered(criteria, max(view.number for view in known) + 1)

    def _judge_anew(self, conversation: str) -> None:
        found = self._house.enquiry.conversation(self._site, conversation)
        if found and found.lead and not reached(found.stage, "mql"):
            lead_id = leads.id_of(found.lead.ref)
            self._house.agreement.reassess(self._site, [lead_id] if lead_id else [], self._house.clock())

    def _tried(self, conversation: str, criteria: Criteria) -> Assessment | None:
        return self._house.agreement.tried(self._site, conversation, criteria, self._house.clock())


def _is_free(criteria: Criteria, known: tuple[VersionView, ...]) -> bool:
    return all(view.number < criteria.version for view in known)


def _renumbered(criteria: Criteria, number: int) -> Criteria:
    lines = criteria.source_text.split("\n")
    place = (criteria.line_of("version") or 1) - 1
    lines[place] = re.sub(r"""(version["']?\s*:\s*)\d+""", rf"\g<1>{number}", lines[place], count=1)
    return load_criteria("\n".join(lines), criteria.name)


def _problem(finding: Finding) -> Json:
    return {"level": finding.level, "line": finding.line, "what": finding.message, "fix": finding.fix}


def _assessment_json(assessment: Assessment | None) -> Json | None:
    return {**asdict(assessment), "is_mql": assessment.is_mql} if assessment else None
