"""`/lead add ana@northwind.io; company: Northwind; size: 120; source: event Hannover`: judged like everybody else."""

import re

from bot.blocks import Message
from bot.cards import status_card
from bot.config import Desk
from bot.escape import mrkdwn
from bot.grammar import Unclear
from bot.lists import said
from bot.wishes import Wish
from qualification.doorstep import NewLead
from qualification.views import Person

CHANNELS = ("event", "referral", "cold_outreach", "social", "collaboration", "content", "newsletter", "other")
SLOTS = {"size": "company_size", "role": "job_title", "need": "use_case", "timeline": "timeline", "budget": "budget"}
HOW = (
    "Whom? Type `/lead add ana@northwind.io; name: Ana Silva; company: Northwind; size: 120; need: ...; role: ...; "
    "timeline: ...; budget: ...; source: event Hannover`. An address or a phone number is enough. Nothing was changed."
)
_KEY = re.compile(rf"(?<![^\s;,])(name|company|phone|email|source|{'|'.join(SLOTS)})\s?:\s?", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}\.[^@\s.]{2,}")
_PHONE = re.compile(r"\+?[\d ()/.-]{6,24}")
LONGEST = 300


def read(words: str) -> Wish | Unclear:
    told = _told(words)
    if not _EMAIL.fullmatch(told.get("email", "")) and not _PHONE.fullmatch(told.get("phone", "")):
        return Unclear(HOW)
    channel = told.get("source", "other").split()[0].lower()
    if channel not in CHANNELS:
        return Unclear(
            f"I know no source `{mrkdwn(channel, 40)}`; use one of {', '.join(CHANNELS)}. Nothing was changed."
        )
    return Wish("add", "", sheet=told)


def _told(words: str) -> dict[str, str]:
    """What was told by key; an address or number may stand in front without one."""
    keys = list(_KEY.finditer(words))
    first = (words[: keys[0].start()] if keys else words).strip(" ,;")
    ends = [*(key.start() for key in keys), len(words)][1:]
    told = {key[1].lower(): words[key.end() : end].strip(" ,;")[:LONGEST] for key, end in zip(keys, ends, strict=True)}
    if first:
        told.setdefault("email" if "@" in first else "phone", first)
    return {name: value for name, value in told.items() if value}


def perform(desk: Desk, by: Person, wish: Wish) -> Message:
    told = dict(wish.sheet)
    channel, _, name = told.get("source", "other").partition(" ")
    fields = {SLOTS[key]: value for key, value in told.items() if key in SLOTS}
    contact = (told.get("email"), told.get("phone"), told.get("name"), told.get("company"))
    new = NewLead(*contact, channel.lower(), name.strip() or f"added by {by.name}", fields)
    ref = desk.doors.intake.add_lead(desk.site_id, new)
    lead = desk.doors.enquiry.lead(desk.site_id, ref)
    if lead is None:
        return said(f"`{mrkdwn(ref, 20)}` is kept.")
    card = status_card(lead)
    return Message(f"{mrkdwn(ref, 20)} is kept and judged by your criteria. {card.text}", card.blocks)
