"""All tables, imported for migrations."""

from models import (  # noqa: F401
    api_key,
    consent,
    conversation,
    criteria_shadow,
    criteria_version,
    crm_link,
    crm_position,
    destination_off,
    erasure,
    fact,
    handoff,
    hook,
    inbox,
    installation,
    lead,
    lead_merge,
    lead_search,
    lease,
    outbox,
    rep_mute,
    ring,
    schedule,
    site,
    site_secret,
    stage_change,
    threshold_change,
    touchpoint,
    visitor,
)
from models.base import Base

metadata = Base.metadata


def is_declared(name: str | None, _kind: str, _parents: object) -> bool:
    """False for the index of words, which only its migration makes: alembic shall not miss or remove it."""
    return not (name or "").startswith(("lead_grams", "ix_lead_search_grams"))
