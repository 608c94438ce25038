"""Conversations and their messages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, func, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, Json, UtcTime
from models.visitor import Visitor


class Conversation(Base):
    __tablename__ = "conversation"
    __table_args__ = (
        UniqueConstraint("site_id", "public_id"),
        Index("ix_conversation_visitor", "site_id", "visitor_id", "last_at"),
        Index("ix_conversation_lead", "site_id", "lead_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    public_id: Mapped[str] = mapped_column(String(32))  # 128 random bits
    visitor_id: Mapped[int] = mapped_column(ForeignKey("visitor.id"))
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("lead.id"))
    page: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    locale: Mapped[str | None] = mapped_column(String(35))
    handling: Mapped[Any] = mapped_column(String(12), nullable=False, default="assistant")
    dialogue: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    opened_at: Mapped[datetime] = mapped_column(UtcTime)
    last_at: Mapped[datetime] = mapped_column(UtcTime)


class Message(Base):
    """`answer` on a visitor's message is the whole reply, so that the same message sent again is answered the same."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("site_id", "conversation_id", "client_message_id"),
        Index("ix_message_conversation", "site_id", "conversation_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    author: Mapped[Any] = mapped_column(String(12), nullable=False)
    name: Mapped[str | None] = mapped_column(String(80))  # of the rep who wrote it
    text: Mapped[str] = mapped_column(Text)
    extras: Mapped[dict[str, Any] | None] = mapped_column(Json)  # quick_replies, cta
    client_message_id: Mapped[str | None] = mapped_column(String(64))
    intents: Mapped[list[Any] | None] = mapped_column(Json)
    answer: Mapped[dict[str, Any] | None] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(UtcTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcTime)


def find(session: Session, site_id: int, public_id: str) -> Conversation | None:
    return session.scalar(
        select(Conversation).where(Conversation.site_id == site_id, Conversation.public_id == public_id)
    )


def get(session: Session, site_id: int, conversation_id: int) -> Conversation:
    ours = (Conversation.site_id == site_id, Conversation.id == conversation_id)
    return session.execute(select(Conversation).where(*ours)).scalar_one()


def of_visitor(session: Session, site_id: int, public_id: str, visitor: str, lock: bool) -> Conversation | None:
    """The conversation if it is this visitor's; `lock` holds its row until the commit."""
    ours = (Conversation.site_id == site_id, Conversation.public_id == public_id, Visitor.public_id == visitor)
    found = select(Conversation).join(Visitor, Visitor.id == Conversation.visitor_id).where(*ours)
    return session.scalar(found.with_for_update(of=Conversation) if lock else found)


def open_since(session: Session, site_id: int, visitor_id: int, since: datetime) -> Conversation | None:
    """The visitor's conversation that had a message after `since`, the latest."""
    ours = (Conversation.site_id == site_id, Conversation.visitor_id == visitor_id, Conversation.last_at > since)
    return session.scalar(select(Conversation).where(*ours).order_by(Conversation.id.desc()).limit(1))


def latest(session: Session, site_id: int, visitor_id: int) -> Conversation | None:
    ours = (Conversation.site_id == site_id, Conversation.visitor_id == visitor_id)
    return session.scalar(select(Conversation).where(*ours).order_by(Conversation.id.desc()).limit(1))


def of_lead(session: Session, site_id: int, lead_id: int) -> Sequence[Conversation]:
    ours = (Conversation.site_id == site_id, Conversation.lead_id == lead_id)
    return session.scalars(select(Conversation).where(*ours).order_by(Conversation.id)).all()


def add(session: Session, site_id: int, values: dict[str, Any]) -> int:
    return session.execute(
        insert(Conversation).values(site_id=site_id, **values).returning(Conversation.id)
    ).scalar_one()


def change(session: Session, site_id: int, conversation_id: int, **values: Any) -> None:
    ours = (Conversation.site_id == site_id, Conversation.id == conversation_id)
    session.execute(update(Conversation).where(*ours).values(**values))


def add_message(session: Session, site_id: int, conversation_id: int, values: dict[str, Any]) -> int:
    row = {"site_id": site_id, "conversation_id": conversation_id, **values}
    return session.execute(insert(Message).values(row).returning(Message.id)).scalar_one()


def add_messages(session: Session, rows: list[dict[str, Any]]) -> list[int]:
    """Ids in the order of the rows."""
    adding = insert(Message).returning(Message.id, sort_by_parameter_order=True)
    return list(session.scalars(adding, rows))


def change_message(session: Session, site_id: int, message_id: int, **values: Any) -> None:
    session.execute(update(Message).where(Message.site_id == site_id, Message.id == message_id).values(**values))


def sent_before(session: Session, site_id: int, conversation_id: int, client_message_id: str) -> Message | None:
    ours = (Message.site_id == site_id, Message.conversation_id == conversation_id)
    return session.scalar(select(Message).where(*ours, Message.client_message_id == client_message_id))


def messages(session: Session, site_id: int, conversation_id: int, after: int = 0) -> Sequence[Message]:
    ours = (Message.site_id == site_id, Message.conversation_id == conversation_id, Message.id > after)
    return session.scalars(select(Message).where(*ours).order_by(Message.id)).all()


def transcript(session: Session, site_id: int, lead_id: int, limit: int) -> Sequence[Message]:
    """The last messages of all the lead's conversations, oldest first."""
    ours = (Conversation.site_id == site_id, Conversation.lead_id == lead_id)
    found = select(Message).join(Conversation, Conversation.id == Message.conversation_id).where(*ours)
    latest = found.order_by(Message.id.desc()).limit(limit)
    return list(reversed(session.scalars(latest).all()))


def mark_seen(session: Session, site_id: int, conversation_id: int, message_id: int, now: datetime) -> int:
    """How many messages up to this one were not seen before."""
    ours = (Message.site_id == site_id, Message.conversation_id == conversation_id, Message.id <= message_id)
    unseen = (Message.author != "visitor", Message.seen_at.is_(None))
    seen = session.scalars(update(Message).where(*ours, *unseen).values(seen_at=now).returning(Message.id)).all()
    return len(seen)


def message_exists(session: Session, site_id: int, conversation_id: int, message_id: int) -> bool:
    ours = (Message.site_id == site_id, Message.conversation_id == conversation_id, Message.id == message_id)
    return bool(session.scalar(select(func.count()).select_from(Message).where(*ours)))
