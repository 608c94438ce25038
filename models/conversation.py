"""Conversations and their messages."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    exists,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, Json, UtcTime
from models.bell import SAID, ring_here, ringing
from models.prepared import Prepared, adding, changing
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
    rating: Mapped[Any] = mapped_column(String(8), nullable=True)  # good bad, by the visitor
    dialogue: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    opened_at: Mapped[datetime] = mapped_column(UtcTime)
    last_at: Mapped[datetime] = mapped_column(UtcTime)


LEFT = "lead_id IS NOT NULL"


class Message(Base):
    """`answer` on a visitor's message is the whole reply, so that the same message sent again is answered the same.

    `lead_id` is whose it is when somebody else went on with the conversation; else it is the conversation's.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("site_id", "conversation_id", "client_message_id"),
        Index("ix_message_conversation", "site_id", "conversation_id", "id"),
        Index("ix_message_lead", "site_id", "lead_id", sqlite_where=text(LEFT), postgresql_where=text(LEFT)),
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
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("lead.id"))
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
    """The conversation if it is this visitor's, or was before the host said who they are; `lock` holds its row."""
    found = (_LOCKED_OF_VISITOR if lock else _OF_VISITOR).row(
        session, the_site=site_id, the_conversation=public_id, the_visitor=visitor
    )
    return cast(Conversation | None, found)


def _of_visitor() -> Select[Any]:
    whose, person = cast(Table, Visitor.__table__), cast(Table, Visitor.__table__).alias()
    site: Any = bindparam("the_site")
    visitor: Any = bindparam("the_visitor")
    was = select(person.c.id).where(person.c.site_id == site, person.c.public_id == visitor).scalar_subquery()
    theirs = or_(whose.c.public_id == visitor, whose.c.person_id == was)
    ours = (_TABLE.c.site_id == site, _TABLE.c.public_id == bindparam("the_conversation"))
    return select(_TABLE).join(whose, whose.c.id == _TABLE.c.visitor_id).where(*ours, theirs)


_TABLE = cast(Table, Conversation.__table__)
_OF_VISITOR = Prepared(_of_visitor())
_LOCKED_OF_VISITOR = Prepared(_of_visitor().with_for_update(of=_TABLE, key_share=True))
_MESSAGES = cast(Table, Message.__table__)
_SENT_BEFORE = Prepared(
    select(_MESSAGES).where(
        _MESSAGES.c.site_id == bindparam("the_site"),
        _MESSAGES.c.conversation_id == bindparam("the_conversation"),
        _MESSAGES.c.client_message_id == bindparam("the_message"),
    )
)
_OF_LEAD = Prepared(
    select(_TABLE)
    .where(_TABLE.c.site_id == bindparam("the_site"), _TABLE.c.lead_id == bindparam("the_lead"))
    .order_by(_TABLE.c.id)
)
_LAST = select(_MESSAGES).order_by(_MESSAGES.c.id.desc()).limit(bindparam("at_most"))
_SAID_BY_LEAD = Prepared(
    _LAST.join(_TABLE, _TABLE.c.id == _MESSAGES.c.conversation_id).where(
        _TABLE.c.site_id == bindparam("the_site"),
        _TABLE.c.lead_id == bindparam("the_lead"),
        _MESSAGES.c.lead_id.is_(None),
    )
)
_LEFT_BY_LEAD = Prepared(
    _LAST.where(_MESSAGES.c.site_id == bindparam("the_site"), _MESSAGES.c.lead_id == bindparam("the_lead"))
)
_SAID_AFTER = Prepared(
    select(_MESSAGES)
    .where(
        _MESSAGES.c.site_id == bindparam("the_site"),
        _MESSAGES.c.conversation_id == bindparam("the_conversation"),
        _MESSAGES.c.id > bindparam("the_last"),
    )
    .order_by(_MESSAGES.c.id)
)


def open_since(session: Session, site_id: int, visitor_id: int, since: datetime) -> Conversation | None:
    """The visitor's conversation that had a message after `since`, the latest."""
    ours = (Conversation.site_id == site_id, Conversation.visitor_id == visitor_id, Conversation.last_at > since)
    return session.scalar(select(Conversation).where(*ours).order_by(Conversation.id.desc()).limit(1))


def open_of_person(session: Session, site_id: int, person_id: int, since: datetime) -> Conversation | None:
    """As `open_since`, over all the browsers of a person; one in which they said something goes first."""
    spoken = exists().where(
        Message.site_id == site_id, Message.conversation_id == Conversation.id, Message.author == "visitor"
    )
    found = select(Conversation).join(Visitor, Visitor.id == Conversation.visitor_id)
    found = found.where(Conversation.site_id == site_id, _browser_of(person_id), Conversation.last_at > since)
    return session.scalar(found.order_by(spoken.desc(), Conversation.last_at.desc(), Conversation.id.desc()).limit(1))


def _browser_of(person_id: int) -> ColumnElement[bool]:
    return or_(Visitor.id == person_id, Visitor.person_id == person_id)


def hold(session: Session, site_id: int, visitor: str) -> None:
    """Locks a visitor's conversations: nobody says anything in them until the commit."""
    found = select(Conversation.id).join(Visitor, Visitor.id == Conversation.visitor_id)
    ours = (Conversation.site_id == site_id, Visitor.public_id == visitor)
    session.execute(found.where(*ours).order_by(Conversation.id).with_for_update(of=Conversation, key_share=True)).all()


def begin_with(session: Session, site_id: int, person_id: int, lead_id: int) -> None:
    """A person's conversations in which nothing was said yet are about this lead."""
    browsers = select(Visitor.id).where(Visitor.site_id == site_id, _browser_of(person_id))
    theirs = (Conversation.site_id == site_id, Conversation.visitor_id.in_(browsers), Conversation.lead_id.is_(None))
    beginning = update(Conversation).where(*theirs).values(lead_id=lead_id)
    session.execute(beginning, execution_options={"synchronize_session": False})


def latest(session: Session, site_id: int, visitor_id: int) -> Conversation | None:
    ours = (Conversation.site_id == site_id, Conversation.visitor_id == visitor_id)
    return session.scalar(select(Conversation).where(*ours).order_by(Conversation.id.desc()).limit(1))


def of_leads(session: Session, site_id: int, ids: Sequence[int]) -> Sequence[Conversation]:
    found = [row for lead_id in ids for row in _OF_LEAD.rows(session, the_site=site_id, the_lead=lead_id)]
    return sorted(found, key=lambda talk: talk.id)


def latest_of(session: Session, site_id: int, ids: Sequence[int]) -> Conversation | None:
    """Where these leads were last spoken with."""
    ours = (Conversation.site_id == site_id, Conversation.lead_id.in_(ids))
    newest = (Conversation.last_at.desc(), Conversation.id.desc())
    return session.scalar(select(Conversation).where(*ours).order_by(*newest).limit(1))


def locked(session: Session, site_id: int, conversation_id: int) -> Conversation | None:
    """As it is now; nobody says anything in it until the commit."""
    ours = (Conversation.site_id == site_id, Conversation.id == conversation_id)
    found = select(Conversation).where(*ours).with_for_update(key_share=True)
    return session.scalar(found.execution_options(populate_existing=True))


def go_on_as(session: Session, conversation: Conversation, lead_id: int) -> None:
    """Somebody else goes on with the conversation; what was said so far stays the earlier person's."""
    site_id, so_far = conversation.site_id, (Message.conversation_id == conversation.id, Message.lead_id.is_(None))
    said = update(Message).where(Message.site_id == site_id, *so_far).values(lead_id=conversation.lead_id)
    session.execute(said, execution_options={"synchronize_session": False})
    change(session, site_id, conversation.id, lead_id=lead_id)


def said_in(session: Session, site_id: int, message_id: int) -> int | None:
    """The conversation of a message."""
    return session.scalar(select(Message.conversation_id).where(Message.site_id == site_id, Message.id == message_id))


def add(session: Session, site_id: int, values: dict[str, Any]) -> int:
    return session.execute(
        insert(Conversation).values(site_id=site_id, **values).returning(Conversation.id)
    ).scalar_one()


def change(session: Session, site_id: int, conversation_id: int, **values: Any) -> None:
    changing(_TABLE, frozenset(values)).run(session, the_site=site_id, the_id=conversation_id, **values)


def add_message(session: Session, site_id: int, conversation_id: int, values: dict[str, Any]) -> int:
    row = {"site_id": site_id, "conversation_id": conversation_id, **values}
    if values["author"] != "rep":
        return int(adding(_MESSAGES, frozenset(row), "id").row(session, **row).id)
    heard = ringing(session, SAID, _public_id(conversation_id))
    added: int = session.execute(insert(Message).values(row).returning(Message.id, *heard)).scalar_one()
    if not heard:
        ring_here(session, SAID, session.execute(select(_public_id(conversation_id))).scalar_one())
    return added


def _public_id(conversation_id: int) -> ColumnElement[str]:
    return select(Conversation.public_id).where(Conversation.id == conversation_id).scalar_subquery()


def add_messages(session: Session, rows: list[dict[str, Any]]) -> list[int]:
    """Ids in the order of the rows."""
    return [int(adding(_MESSAGES, frozenset(row), "id").row(session, **row).id) for row in rows]


def sent_before(session: Session, site_id: int, conversation_id: int, client_message_id: str) -> Message | None:
    found = _SENT_BEFORE.row(session, the_site=site_id, the_conversation=conversation_id, the_message=client_message_id)
    return cast(Message | None, found)


def messages(session: Session, site_id: int, conversation_id: int, after: int = 0) -> Sequence[Message]:
    found = _SAID_AFTER.rows(session, the_site=site_id, the_conversation=conversation_id, the_last=after)
    return cast(Sequence[Message], found)


def transcript(session: Session, site_id: int, ids: Sequence[int], limit: int) -> Sequence[Message]:
    """The last messages of all the conversations of these leads, oldest first."""
    latest = [
        message
        for query in (_SAID_BY_LEAD, _LEFT_BY_LEAD)
        for lead_id in ids
        for message in query.rows(session, the_site=site_id, the_lead=lead_id, at_most=limit)
    ]
    return sorted(latest, key=lambda message: message.id)[-limit:]


def said_since(session: Session, site_id: int, since: datetime) -> Iterator[Any]:
    """`text`, `at`, `conversation_id` and `intents` of what visitors wrote since then, oldest first; rows, streamed."""
    told = (Message.text, Message.at, Message.conversation_id, Message.intents)
    ours = (Message.site_id == site_id, Message.author == "visitor", Message.at >= since)
    yield from session.execute(select(*told).where(*ours).order_by(Message.id).execution_options(yield_per=500))


def message(session: Session, site_id: int, message_id: int) -> Message | None:
    return session.scalar(select(Message).where(Message.site_id == site_id, Message.id == message_id))


def last_of_rep(session: Session, site_id: int, conversation_id: int) -> int | None:
    ours = (Message.site_id == site_id, Message.conversation_id == conversation_id, Message.author == "rep")
    return session.scalar(select(func.max(Message.id)).where(*ours))


def mark_seen(session: Session, site_id: int, conversation_id: int, message_id: int, now: datetime) -> list[int]:
    """Ids of a rep's messages up to this one that were not seen before."""
    ours = (Message.site_id == site_id, Message.conversation_id == conversation_id, Message.id <= message_id)
    unseen = (Message.author != "visitor", Message.seen_at.is_(None))
    marking = update(Message).where(*ours, *unseen).values(seen_at=now).returning(Message.id, Message.author)
    return [row.id for row in session.execute(marking).all() if row.author == "rep"]


def message_exists(session: Session, site_id: int, conversation_id: int, message_id: int) -> bool:
    ours = (Message.site_id == site_id, Message.conversation_id == conversation_id, Message.id == message_id)
    return bool(session.scalar(select(func.count()).select_from(Message).where(*ours)))
