"""Why a score is what it is: every reason with its rule as it stands in the criteria that judged."""

from dataclasses import asdict
from typing import Any

from qualification.assembly import House
from qualification.criteria import Criteria

Json = dict[str, Any]


def why_json(house: House, conversation_id: str) -> Json | None:
    """None for a conversation there is none of."""
    found = house.enquiry.conversation(house.site_id, conversation_id)
    if found is None:
        return None
    assessment = asdict(found.assessment) if found.assessment else None
    if assessment and found.assessment:
        judged = found.assessment
        criteria = house.policies[house.site_id].as_of(judged.criteria_version, judged.threshold).criteria
        assessment["is_mql"] = judged.is_mql
        assessment["reasons"] = [_with_line(reason, criteria) for reason in assessment["reasons"]]
    return {"assessment": assessment, "stage": found.stage, "purchase_interest": found.purchase_interest}


def _with_line(reason: Json, criteria: Criteria) -> Json:
    line = criteria.line_of(reason["rule"]) or 0
    source = criteria.source_text.splitlines()[line - 1].strip() if line else ""
    return {**reason, "file": criteria.name, "line": line, "source": source}
