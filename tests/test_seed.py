"""Made-up leads: the same from the same seed, true to the lifecycle, and nobody in Slack hears of them."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from commands import with_commands
from delivery.watchdog import promise_again
from models import outbox, schedule
from models.conversation import Message
from models.fact import Fact
from models.lead import Lead
from models.stage_change import StageChange
from models.touchpoint import Touchpoint
from qualification.keeping.falling_due import KINDS
from qualification.stages import STAGES
from tests.engines import fresh_database
from tests.foyer import open_foyer
from tests.looking_back import Yesteryear, day, yesteryear
from tryout.__main__ import fill
from tryout.made.season import Wish, play

ENDS = day(60)
SEASON = Wish(ENDS, seed=13, days=60, leads=80)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def season(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yesteryear]:
    with fresh_database(request.param, tmp_path_factory.mktemp("season")) as url, yesteryear(url) as past:
        play(past.house, past.house.sites.one(past.house.site_id), SEASON)
        yield past


def people(session: Session) -> list[tuple[object, ...]]:
    columns = (Lead.id, Lead.email, Lead.stage, Lead.handoff, Lead.status, Lead.cycle, Lead.score, Lead.created_at)
    return [tuple(row) for row in session.execute(select(*columns).order_by(Lead.id))]


def test_about_as_many_leads_come_as_were_asked_for_and_sales_judges_some(season: Yesteryear) -> None:
    with season.house.database.read() as session:
        leads = session.scalars(select(Lead).where(Lead.stage != "visitor")).all()
        messages, seen = (session.scalars(select(table.id)).all() for table in (Message, Touchpoint))
    assert 60 <= len(leads) <= 100
    assert {"accepted", "returned"} <= {lead.handoff for lead in leads}
    assert {"won", "lost"} <= {lead.status for lead in leads}
    assert {"chat", "form", "newsletter"} <= {lead.source["channel"] for lead in leads if lead.source}
    assert len(messages) > 5 * len(leads)
    assert len(seen) > len(leads)


def test_everybody_is_plainly_made_up(season: Yesteryear) -> None:
    with season.house.database.read() as session:
        addresses = [one for one in session.scalars(select(Lead.email)) if one]
    assert all(address.endswith(".example") for address in addresses)


def test_the_same_seed_makes_the_same_people(season: Yesteryear, tmp_path: Path) -> None:
    with season.house.database.read() as session:
        first = people(session)
    with fresh_database("sqlite", tmp_path) as url, yesteryear(url) as past:
        play(past.house, past.house.sites.one(past.house.site_id), SEASON)
        with past.house.database.read() as session:
            assert people(session) == first


def test_another_seed_makes_others(tmp_path: Path) -> None:
    seen = []
    for seed in (1, 2):
        (tmp_path / str(seed)).mkdir()
        with fresh_database("sqlite", tmp_path / str(seed)) as url, yesteryear(url) as past:
            play(past.house, past.house.sites.one(past.house.site_id), Wish(ENDS, seed, 20, 10))
            with past.house.database.read() as session:
                seen.append(people(session))
    assert seen[0] != seen[1]


def test_nobody_is_told_of_them_now_or_later(season: Yesteryear) -> None:
    with season.house.database.read() as session:
        rows = session.scalars(select(outbox.Delivery)).all()
    assert any(row.payload.get("hint") for row in rows), "somebody came twice, which a card of theirs would tell"
    assert {(row.state, row.error) for row in rows} == {("delivered", "made up: nobody was told")}
    assert promise_again(season.house.database, ENDS + timedelta(days=1)) == 0
    with season.house.database.read() as session:
        assert schedule.due(session, KINDS, ENDS + timedelta(days=400), 10) == []


def test_a_season_that_is_broken_off_stays_quiet_too(tmp_path: Path) -> None:
    def enough(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with fresh_database("sqlite", tmp_path) as url, yesteryear(url) as past:
        with pytest.raises(KeyboardInterrupt):
            play(past.house, past.house.sites.one(past.house.site_id), SEASON, enough)
        with past.house.database.read() as session:
            assert people(session), "some had come before"
            assert schedule.due(session, KINDS, ENDS + timedelta(days=400), 10) == []


def test_all_of_it_is_older_than_the_start(season: Yesteryear) -> None:
    with season.house.database.read() as session:
        for column in (Lead.updated_at, Message.at, Touchpoint.at, Fact.known_at, StageChange.at):
            assert all(at < ENDS for at in session.scalars(select(column)))


def test_the_stage_log_tells_where_everybody_stands_and_leaves_no_stage_out(season: Yesteryear) -> None:
    with season.house.database.read() as session:
        leads = session.scalars(select(Lead).where(Lead.stage.is_not(None))).all()
        log = session.scalars(select(StageChange).order_by(StageChange.id)).all()
    for lead in leads:
        steps = [row for row in log if row.lead_id == lead.id]
        assert [row.from_stage for row in steps] == [None, *(row.to_stage for row in steps[:-1])]
        assert (steps[-1].to_stage, max(row.cycle for row in steps)) == (lead.stage, lead.cycle)
        for row in steps:
            before = -1 if row.from_stage is None else STAGES.index(row.from_stage)
            assert STAGES.index(row.to_stage) == before + 1 or (row.to_stage == "lead" and row.cause[:9] == "returned:")
        assert all(row.snapshot for row in steps if row.to_stage == "mql")


def test_judged_again_by_the_same_criteria_everybody_stays(season: Yesteryear) -> None:
    again = season.replay(season.criteria(), since=0, until=60)
    with season.house.database.read() as session:
        became = session.scalars(select(StageChange.id).where(StageChange.to_stage == "mql")).all()
    assert len(again.cases) == len(became) > 10
    assert all(case.stayed and case.was == case.would for case in again.cases)


def test_there_are_outcomes_to_learn_from(season: Yesteryear) -> None:
    outcomes = season.house.agreement.suggest(season.house.site_id).outcomes
    assert {"accepted", "returned"} <= {one.verdict for one in outcomes}
    assert all(one.rules or one.lead for one in outcomes)


Shell = Callable[..., Result]


@pytest.fixture
def shell(database_url: str) -> Shell:
    app = with_commands(Flask("foyer"))

    def run(*words: str, **env: str) -> Result:
        return CliRunner().invoke(
            app.cli, ["seed", "--days", "10", "--leads", "3", *words], env={"DATABASE_URL": database_url, **env}
        )

    return run


def test_the_command_says_what_there_is_and_refuses_to_mix(shell: Shell) -> None:
    first = shell()
    assert first.exit_code == 0, first.output
    assert "sales has judged" in first.output
    second = shell()
    assert second.exit_code == 1
    assert "has leads already" in second.output
    assert shell("--force", "--seed", "2").exit_code == 0


def test_production_takes_no_made_up_leads(shell: Shell) -> None:
    production = {
        "FOYER_ENV": "production",
        "SECRET_KEY": "0f9e8d7c6b5a49382716050f1e2d3c4b5a6978",
        "PUBLIC_URL": "https://chat.acme.com",
        "SITE_ORIGINS": "https://www.acme.com",
    }
    refused = shell("--force", **production)
    assert refused.exit_code == 1
    assert "do not belong into production" in refused.output


def test_the_try_out_is_filled_once_and_alerts_only_of_whom_really_came(tmp_path: Path) -> None:
    with open_foyer(tmp_path, seed=1) as foyer:
        assert foyer.web is not None
        house = foyer.web.house
        fill(house, leads=20)
        with house.database.read() as session:
            before = people(session)
        assert len(before) > 10
        fill(house, leads=20)
        ref = foyer.new_lead()
        foyer.alert(ref)
        assert [one["metadata"]["event_payload"]["lead"] for one in foyer.alerts()] == [ref]
        with house.database.read() as session:
            assert len(people(session)) == len(before) + 1


def test_without_a_seed_the_try_out_begins_empty(tmp_path: Path) -> None:
    with open_foyer(tmp_path) as foyer:
        assert foyer.web is not None
        fill(foyer.web.house, leads=20)
        with foyer.web.house.database.read() as session:
            assert people(session) == []
