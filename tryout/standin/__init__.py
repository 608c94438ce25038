"""What plays Slack in the try-out and in all tests, over real HTTP, at least as strict as the original."""

from tryout.standin.people import (
    ANN,
    ARCHIVED,
    BEN,
    BOT_USER,
    CARLA,
    GENERAL,
    GONE,
    GUEST,
    LEADS,
    MARA,
    OTHER_TEAM,
    OUTSIDER,
    PRIVATE,
    REPS_GROUP,
    SHARED,
    TEAM,
    URGENT,
)
from tryout.standin.sending import Ack, signed
from tryout.standin.standin import Standin

__all__ = [
    "ANN",
    "ARCHIVED",
    "BEN",
    "BOT_USER",
    "CARLA",
    "GENERAL",
    "GONE",
    "GUEST",
    "LEADS",
    "MARA",
    "OTHER_TEAM",
    "OUTSIDER",
    "PRIVATE",
    "REPS_GROUP",
    "SHARED",
    "TEAM",
    "URGENT",
    "Ack",
    "Standin",
    "signed",
]
