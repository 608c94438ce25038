"""All tables, imported for migrations and for tests that make a database at once."""

from models import (  # noqa: F401
    api_key,
    consent,
    conversation,
    fact,
    handoff,
    inbox,
    installation,
    lead,
    lease,
    outbox,
    schedule,
    site,
    site_secret,
    stage_change,
    touchpoint,
    visitor,
)
from models.base import Base

metadata = Base.metadata
