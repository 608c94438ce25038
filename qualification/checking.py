"""The criteria checked against the playbook they are used with: what the linter is to know of it."""

from datetime import date
from typing import get_args

from qualification.criteria import Criteria
from qualification.criteria.findings import Finding
from qualification.criteria.lint import lint
from qualification.criteria.schema import EventType
from qualification.playbook import Playbook


def check(criteria: Criteria, playbook: Playbook, today: date) -> list[Finding]:
    """All events there are come in: from the loader on the pages or through the API."""
    return lint(
        criteria,
        today,
        asked_slots={*playbook.order, *playbook.always},
        always_asked=playbook.always,
        tracked_events=get_args(EventType),
        talk_tracks=playbook.talk_tracks,
        ctas=[rung.id for rung in playbook.ladder],
    )
