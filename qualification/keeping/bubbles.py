"""Messages as the widget shows them, out of their rows and into them."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from models.conversation import Message
from qualification.dialogue import CallToAction, Say
from qualification.doorstep import Bubble


def shown(rows: Any) -> tuple[Bubble, ...]:
    return tuple(_bubble(row) for row in rows)


def _bubble(row: Message) -> Bubble:
    extras = row.extras or {}
    cta = CallToAction(**extras["cta"]) if extras.get("cta") else None
    replies = tuple(extras.get("quick_replies", ()))
    return Bubble(
        str(row.id), row.author, row.name, row.text, replies, cta, row.at, row.client_message_id, extras.get("picture")
    )


def said_rows(site_id: int, conversation_id: int, says: tuple[Say, ...], now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "site_id": site_id,
            "conversation_id": conversation_id,
            "author": "assistant",
            "text": say.text,
            "extras": _extras(say),
            "at": now,
        }
        for say in says
    ]


def _extras(say: Say) -> dict[str, Any] | None:
    cta = {name: value for name, value in asdict(say.cta).items() if value} if say.cta else None
    extras = {"quick_replies": list(say.quick_replies) or None, "cta": cta}
    return {name: value for name, value in extras.items() if value} or None


def bubble_said(row_id: int, say: Say, now: datetime) -> Bubble:
    return Bubble(str(row_id), "assistant", None, say.text, say.quick_replies, say.cta, now)
