"""The floor: the least a durable chat turn can cost: read the state, append two messages, update the lead, commit."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from threading import Lock
from typing import Any

from flask import Flask, Response, jsonify, request
from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Engine,
    ForeignKey,
    Integer,
    MetaData,
    Table,
    Text,
    bindparam,
    insert,
    select,
    update,
)

from models.database import create_engine_for

METADATA = MetaData()
LEAD = Table("floor_lead", METADATA, Column("id", Integer, primary_key=True), Column("state", JSON))
MESSAGE = Table(
    "floor_message",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("lead_id", ForeignKey("floor_lead.id"), index=True),
    Column("author", Text),
    Column("text", Text),
)
READ = select(LEAD.c.state).where(LEAD.c.id == bindparam("whose")).with_for_update()
APPEND = insert(MESSAGE)
CHANGE = update(LEAD).where(LEAD.c.id == bindparam("whose")).values(state=bindparam("state"))
ANSWER = "Thanks, that helps. What is the best address to reach you at?"


def create_floor(url: str) -> Flask:
    """Flask, SQLAlchemy Core and a database made as durable as ours: the same engine, one lock for SQLite's writers."""
    app, engine, writer, numbers = Flask("floor"), create_engine_for(url), Lock(), count(1)
    METADATA.create_all(engine)

    @app.post("/open")
    def open_() -> Response:
        with _writing(engine, writer) as connection:
            made = connection.execute(insert(LEAD).values(state={"turns": 0}).returning(LEAD.c.id)).scalar_one()
        return jsonify(conversation_id=made, number=next(numbers))

    @app.post("/say/<int:lead_id>")
    def say(lead_id: int) -> Response:
        with _writing(engine, writer) as connection:
            answer = _turn(connection, lead_id, request.get_json()["text"])
        return jsonify(answer)

    return app


@contextmanager
def _writing(engine: Engine, writer: Lock) -> Iterator[Connection]:
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            yield connection
        return
    with writer, engine.connect().execution_options(foyer_write=True) as connection, connection.begin():
        yield connection


def _turn(connection: Connection, lead_id: int, text: str) -> dict[str, Any]:
    state = connection.execute(READ, {"whose": lead_id}).scalar_one()
    said = [("visitor", text), ("assistant", ANSWER)]
    connection.execute(APPEND, [{"lead_id": lead_id, "author": author, "text": words} for author, words in said])
    after = {"turns": state["turns"] + 1, "last": text}
    connection.execute(CHANGE, {"whose": lead_id, "state": after})
    return {"messages": [{"author": "assistant", "text": ANSWER}], "asking": "email", "turns": after["turns"]}
