"""Further workspaces by OAuth: each serves its own site with its own token, and nothing of one ever reaches another."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from flask import Flask
from sqlalchemy import text
from werkzeug.serving import make_server

from bot.oauth import SCOPES, OAuth
from commands import with_commands
from config.settings import SettingsError, load_settings
from models import installation as installations
from models import site as sites
from qualification.workspaces import Wanted
from tests.foyer import until
from tests.two_sites import SEALING, Clock, Deployment, two_sites
from tryout.standin import ANN, LEADS, TEAM, URGENT, Standin

ROOT = Path(__file__).resolve().parent.parent
PUBLIC = "https://foyer.example.com"
APP = {"slack_client_id": "1111111111.2222222222", "slack_client_secret": "stand-in-client-secret"}
SECOND, TOKEN = "T0SECOND001", "xoxb-second-workspace"
WISH = "Hi, I'm {name}, ops lead at {company} (250 ppl). Need a demo this month, {email}"


@dataclass
class Two:
    """Two sites, two workspaces of one Slack; `second` is not connected to anything yet."""

    at: Deployment
    second: Standin

    @property
    def clock(self) -> Clock:
        return self.at.clock

    def site(self, key: str) -> int:
        with self.at.web.house.database.read() as session:
            found = sites.find(session, key)
            assert found
            return found.id

    def link(self, key: str = "other", channel: str = LEADS, oauth: OAuth | None = None) -> str:
        ours = oauth or OAuth.of(self.at.web.house.settings)
        assert ours
        return path_of(ours.link(Wanted(self.site(key), channel), self.clock()))

    def begin(self, link: str | None = None) -> str:
        """Slack's consent page, as the link leads to it."""
        answer = self.at.client.get(link or self.link())
        assert answer.status_code == 302, answer.text
        return str(answer.headers["Location"])

    def connect(self, slack: Standin | None = None, link: str | None = None) -> Any:
        return self.at.client.get(path_of((slack or self.second).consent(self.begin(link))))

    def kept(self) -> list[tuple[int, str]]:
        with self.at.web.house.database.read() as session:
            return [(one.site_id, one.team_id) for one in installations.all_installations(session)]

    def new_lead(self, site: str, name: str) -> str:
        visitor = self.at.visitor(site)
        visitor.open()
        mail = f"{name.lower()}@{name.lower()}-works.de"
        assert visitor.says(WISH.format(name=f"{name} Becker", company=f"{name} GmbH", email=mail)).status_code == 200
        return visitor.ref

    def deliver(self) -> None:
        self.clock.pass_(seconds=11)
        self.at.deliver()


def path_of(url: str) -> str:
    assert url.startswith(PUBLIC)
    return url.removeprefix(PUBLIC)


@pytest.fixture
def two(database_url: str) -> Iterator[Two]:
    with two_sites(database_url, public_url=PUBLIC, **APP) as at, listening(at) as address:
        second = Standin(address, team=SECOND, bot_token=TOKEN, clock=at.clock, beside=at.desk)
        yield Two(at, second)


@contextmanager
def listening(at: Deployment) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, at.web.app, threaded=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    at.desk.app_url = f"http://127.0.0.1:{server.server_port}/slack/events"
    try:
        yield at.desk.app_url
    finally:
        server.shutdown()
        server.server_close()


def alerts(slack: Standin, channel: str = LEADS) -> list[str]:
    return [one["metadata"]["event_payload"]["lead"] for one in slack.messages(channel) if "metadata" in one]


def test_each_site_posts_to_its_own_workspace_with_its_own_token(two):
    waiting = two.new_lead("other", "Olga")
    two.deliver()
    assert alerts(two.second) == []
    connected = two.connect()
    assert connected.status_code == 200
    assert "connected to Northlight" in connected.text
    two.deliver()
    ours, theirs = two.new_lead("default", "Dora"), two.new_lead("other", "Otto")
    two.deliver()
    assert set(alerts(two.second)) == {waiting, theirs}
    assert alerts(two.at.desk) == [ours]
    assert "Dora" not in str(two.second.workspace.stored)
    assert "Otto" not in str(two.at.desk.workspace.stored)
    assert {call.token for call in two.second.calls() if call.method.startswith("chat.")} == {TOKEN}


def test_reps_of_one_workspace_see_and_change_only_their_sites_leads(two):
    two.connect()
    ours, theirs = two.new_lead("default", "Dora"), two.new_lead("other", "Otto")
    two.deliver()
    assert "Otto" in str(two.second.command(ANN, f"/lead status {theirs}").json)
    for slack, foreign, name in ((two.second, ours, "Dora"), (two.at.desk, theirs, "Otto")):
        assert name not in str(slack.command(ANN, f"/lead status {foreign}").json)
        assert name not in str(slack.command(ANN, "/lead list").json)
        assert "GmbH" not in str(slack.command(ANN, f"/lead find {name}").json)
        slack.command(ANN, f"/lead claim {foreign}")
        slack.wait_for(lambda slack=slack: any("know no lead" in one["text"] for one in slack.ephemerals(ANN)))
    card = next(one for one in two.second.messages() if one.get("metadata"))
    assert two.second.press(ANN, card["ts"], "lead_claim").ok
    until(lambda: two.at.lead("other", theirs)["handoff"] == "claimed")
    assert two.at.lead("default", ours)["handoff"] == "offered"


def test_tokens_are_sealed_where_they_are_kept(two):
    two.connect()
    with two.at.web.house.database.read() as session:
        stored = str(session.execute(text("select * from slack_installation")).all())
    assert SECOND in stored
    assert TOKEN not in stored
    assert TOKEN not in repr(two.at.web.post.workspaces.of_site(two.site("other")))


def test_r51_a_state_is_good_once_and_for_ten_minutes(two):
    back = path_of(two.second.consent(two.begin()))
    assert two.at.client.get(back).status_code == 200
    assert two.at.client.get(back).status_code == 400
    late = path_of(two.second.consent(two.begin()))
    two.clock.pass_(minutes=11)
    answer = two.at.client.get(late)
    assert answer.status_code == 400
    assert "too old" in answer.text


@pytest.mark.parametrize("state", ["", "made-up", "x" * 5000, "%00", "%ff%fe", "&state=a&state=b"])
def test_r51_a_state_nobody_gave_out_is_refused_and_slack_not_asked(two, state):
    before = len(two.at.desk.calls())
    answer = two.at.client.get(f"/slack/oauth_redirect?code=abc&state={state}")
    assert answer.status_code == 400
    assert len(two.at.desk.calls()) == before
    assert two.kept() == []


def test_a_link_is_signed_and_holds_for_seven_days(two):
    good = two.link()
    signed = parse_qs(urlsplit(good).query)["site"][0]
    other = OAuth("1", "2", ("another-key-0123456789-0123456789",), PUBLIC, two.at.desk.api_url)
    for link in ("/slack/install", "/slack/install?site=", f"/slack/install?site={signed[:-3]}", two.link(oauth=other)):
        answer = two.at.client.get(link)
        assert answer.status_code == 403
        assert "flask slack link" in answer.text
    two.clock.pass_(days=8)
    assert two.at.client.get(good).status_code == 403


def test_whoever_cancels_has_connected_nothing_and_may_try_again(two):
    link = two.link()
    answer = two.at.client.get(path_of(two.second.consent(two.begin(link), allow=False)))
    assert "cancelled" in answer.text
    assert two.kept() == []
    assert two.connect(link=link).status_code == 200


def test_a_code_slack_refuses_or_a_slack_that_is_away_connects_nothing(two):
    state = parse_qs(urlsplit(two.begin()).query)["state"][0]
    refused = two.at.client.get(f"/slack/oauth_redirect?code=made-up&state={state}")
    assert refused.status_code == 502
    assert "invalid_code" in refused.text
    back = path_of(two.second.consent(two.begin()))
    two.second.faults.add("oauth.v2.access", "drop")
    assert two.at.client.get(back).status_code == 502
    assert two.kept() == []


def test_a_workspace_serves_one_site(two):
    assert two.connect(two.at.desk).status_code == 409
    with two.at.web.house.database.begin() as session:
        sites.add(session, "third", {}, two.clock())
    assert two.connect().status_code == 200
    taken = two.connect(link=two.link("third"))
    assert taken.status_code == 409
    assert two.kept() == [(two.site("other"), SECOND)]
    assert "SLACK_BOT_TOKEN" in two.at.client.get(two.link("default")).text


def test_r25_a_workspace_that_removes_the_app_is_forgotten_and_its_leads_wait(two):
    two.connect()
    assert two.second.command(ANN, "/lead me").ok
    two.clock.pass_(seconds=60)
    assert two.second.uninstall().ok
    until(lambda: two.kept() == [])
    waiting = two.new_lead("other", "Otto")
    before = len(two.second.calls())
    two.deliver()
    assert len(two.second.calls()) == before
    assert alerts(two.second) == []
    two.clock.pass_(seconds=60)
    assert two.connect().status_code == 200
    two.deliver()
    assert alerts(two.second) == [waiting]


def test_r25_an_old_farewell_that_comes_again_does_not_undo_a_new_installation(two):
    two.connect()
    two.clock.pass_(seconds=60)
    assert two.second.uninstall().ok
    until(lambda: two.kept() == [])
    two.clock.pass_(seconds=60)
    two.connect()
    old = {"type": "tokens_revoked", "tokens": {"bot": ["U1"]}}
    assert two.second.event(old, event_time=int(two.clock().timestamp()) - 30).ok
    assert two.second.event({"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}}).ok
    assert two.second.command(ANN, "/lead me").ok
    assert two.kept() == [(two.site("other"), SECOND)]


def test_r23_a_token_that_is_refused_pauses_that_site_alone(two):
    two.connect()
    two.second.revoke()
    two.new_lead("other", "Otto")
    ours = two.new_lead("default", "Dora")
    two.deliver()
    assert alerts(two.at.desk) == [ours]
    [paused] = two.at.web.post.service.worker.health().paused["slack"]
    assert paused.site_id == two.site("other")
    assert "token_revoked" in paused.error


def test_r35_a_workspace_nobody_connected_is_refused(two):
    ours = two.new_lead("default", "Dora")
    ack = two.second.command(ANN, f"/lead status {ours}")
    assert "another workspace" in ack.json["text"]
    assert two.at.desk.command(ANN, f"/lead status {ours}", team_id=TEAM).ok


def test_alerts_go_to_the_channel_the_link_was_made_for(two):
    two.connect(link=two.link(channel=URGENT))
    ref = two.new_lead("other", "Otto")
    two.deliver()
    assert alerts(two.second, URGENT) == [ref]


def test_what_is_asked_for_is_what_the_manifest_says():
    manifest = yaml.safe_load((ROOT / "slack-manifest.yaml").read_text())
    assert set(SCOPES) == set(manifest["oauth_config"]["scopes"]["bot"])


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({**APP, "slack_signing_secret": "s" * 32}, "ENCRYPTION_KEY"),
        ({**APP, "encryption_key": SEALING}, "SLACK_SIGNING_SECRET"),
        ({"slack_client_id": "1.2", "slack_app_token": "xapp-1"}, "SLACK_CLIENT_SECRET"),
    ],
)
def test_half_an_app_is_refused_at_the_start(given, names):
    with pytest.raises(SettingsError, match=names):
        load_settings(**given)


def test_the_operator_makes_the_link_and_sees_what_is_connected(two, database_url, monkeypatch):
    at = {"DATABASE_URL": database_url, "SECRET_KEY": "a-key-for-tests-only-0123456789", "PUBLIC_URL": PUBLIC}
    at |= {
        "ENCRYPTION_KEY": SEALING,
        "SLACK_SIGNING_SECRET": "s",
        **{name.upper(): value for name, value in APP.items()},
    }
    for name, value in at.items():
        monkeypatch.setenv(name, value)
    run = with_commands(Flask("foyer", static_folder=None)).test_cli_runner().invoke
    assert "fallback_channel" in run(args=["slack", "link", "other"]).output
    assert "no channel id" in run(args=["slack", "link", "other", "--channel", "#leads"]).output
    made = run(args=["slack", "link", "other", "--channel", LEADS]).output.strip()
    two.clock.now = datetime.now(UTC)
    assert two.connect(link=path_of(made)).status_code == 200
    listed = run(args=["slack", "list"]).output
    assert SECOND in listed
    assert TOKEN not in run(args=["slack", "list", "--json"]).output
