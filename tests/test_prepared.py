"""Prepared statements say the same as ordinary ones, on both databases, and fail the same way."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from models import fact as facts
from models import lead as leads
from models import site as sites
from models.lead import Lead

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def site_id(database):
    with database.begin() as session:
        return sites.find_or_add(session, "default", NOW)


def test_a_lead_in_hand_reads_like_the_entity(database, site_id):
    with database.begin() as session:
        lead_id = leads.start(session, site_id, NOW, source={"channel": "chat", "pages": [1, 2.5, None]}, score=0)
        in_hand = leads.locked(session, site_id, lead_id)
        entity = session.scalars(select(Lead)).one()
        columns = Lead.__table__.columns.keys()
        assert {name: getattr(in_hand, name) for name in columns} == {name: getattr(entity, name) for name in columns}


def test_a_lead_in_hand_follows_what_is_written(database, site_id):
    with database.begin() as session:
        lead = leads.find_or_start(session, site_id, None, NOW)
        leads.change(session, site_id, lead.id, stage="lead", assessment={"score": 3})
        assert (lead.stage, lead.assessment) == ("lead", {"score": 3})
        again = leads.locked(session, site_id, lead.id)
        assert (again.stage, again.assessment) == ("lead", {"score": 3})


def test_a_corrected_fact_is_superseded_and_only_that_one(database, site_id):
    values = {"message_id": None, "text": "", "confidence": 0.9, "source": "said", "known_at": NOW}
    with database.begin() as session:
        lead_id = leads.start(session, site_id, NOW)
        for slot, value in (
            ("email", "a@b.example"),
            ("company_size", {"min": 1, "max": None}),
            ("email", "c@d.example"),
        ):
            facts.remember(session, site_id, lead_id, {**values, "slot": slot, "value": value}, NOW)
        found = {row.slot: row.value for row in facts.current(session, site_id, lead_id)}
    assert found == {"company_size": {"min": 1, "max": None}, "email": "c@d.example"}


def test_what_the_database_refuses_is_told_without_the_values_it_was_given(database, site_id):
    with pytest.raises((IntegrityError, DataError)) as refused, database.begin() as session:
        leads.start(session, site_id, NOW, status=None)
    assert "[parameters" not in str(refused.value)
    with database.read() as session:
        assert leads.counts(session, site_id) == {}


def test_a_table_that_is_away_is_an_operational_error_like_any_other(tmp_path):
    from models.database import Database

    with pytest.raises(OperationalError), Database(f"sqlite:///{tmp_path}/empty.db").begin() as session:
        leads.locked(session, 1, 1)
