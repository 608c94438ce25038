"""All tables, imported for migrations and for tests that make a database at once."""

from models import (  # noqa: F401
    consent,
    conversation,
    fact,
    handoff,
    inbox,
    lead,
    lease,
    outbox,
    site,
    stage_change,
    touchpoint,
    visitor,
)
from models.base import Base

metadata = Base.metadata
