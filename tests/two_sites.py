"""One deployment, two sites on a real database: `default`, with Slack, and `other`, without; people talk to both."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from flask.testing import FlaskClient

from config.settings import load_settings
from models import api_key as api_keys
from models import site as sites
from models import site_secret
from models.vault import Vault
from tryout.standin import Standin
from tryout.standin.people import LEADS
from webhook.tokens import key_digest
from wsgi import Web, create_web

SEALING = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA="
KEYS = {"default": "key-of-default-0123456789abcdef01", "other": "key-of-other-0123456789abcdef0123"}
SIGNED_WITH = {site: f"{site}-signs-identities-with-this-0123456789" for site in KEYS}
ORIGINS = {"default": "https://www.default.example", "other": "https://www.other.example"}
WISH = "Hi, I'm {name}, ops lead at {company} (250 ppl). Need a demo this month, {email}"


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **step: float) -> None:
        self.now += timedelta(**step)


@dataclass
class Deployment:
    web: Web
    desk: Standin
    clock: Clock

    @property
    def client(self) -> FlaskClient:
        return self.web.app.test_client()

    def visitor(self, site: str = "default") -> "Visitor":
        return Visitor(self, site)

    def ask(self, site: str, path: str) -> Any:
        """What a program of the site is answered."""
        return self.client.get(path, headers={"Authorization": f"Bearer {KEYS[site]}"})

    def lead(self, site: str, ref: str) -> Any:
        return self.ask(site, f"/api/v1/leads/{ref}").json

    def deliver(self) -> None:
        """Whatever is due, until nothing is."""
        while self.web.post.service.worker.run_once(self.clock()):
            pass

    def alerts(self) -> list[Any]:
        return [one for one in self.desk.messages() if one.get("metadata", {}).get("event_type") == "mql_alert"]


@dataclass
class Visitor:
    """Somebody with a site's widget open."""

    deployment: Deployment
    site: str
    token: str | None = None
    id: str = ""

    def open(self) -> list[str]:
        """What the widget shows."""
        known = {"visitor_token": self.token} if self.token else {}
        body = {"site": self.site, "page": {"url": f"{ORIGINS[self.site]}/"}, **known}
        answer = self.deployment.client.post("/api/v1/conversations", json=body)
        assert answer.status_code == 201, answer.text
        self.token, self.id = answer.json["visitor_token"], answer.json["conversation_id"]
        return [message["text"] for message in answer.json["messages"]]

    def says(self, text: str, token: str | None = None) -> Any:
        body = {"client_message_id": secrets.token_hex(8), "text": text}
        path = f"/api/v1/conversations/{self.id}/messages"
        return self.deployment.client.post(path, json=body, headers={"Authorization": f"Bearer {token or self.token}"})

    def reads(self, token: str | None = None) -> Any:
        path = f"/api/v1/conversations/{self.id}/messages"
        return self.deployment.client.get(path, headers={"Authorization": f"Bearer {token or self.token}"})

    def identify(self, **claims: Any) -> Any:
        """The host says who this is; the widget goes on with the token it gets."""
        body = {"visitor_token": self.token, "jwt": self.signed(**claims)}
        answer = self.deployment.client.post("/api/v1/identify", json=body)
        if answer.status_code == 200:
            self.token = answer.json["visitor_token"]
        return answer

    def signed(self, secret: str | None = None, **claims: Any) -> str:
        good = {"aud": self.site, "sub": "u-1", "exp": int(self.deployment.clock().timestamp()) + 300}
        said = {name: value for name, value in {**good, **claims}.items() if value is not None}
        return jwt.encode(said, secret or SIGNED_WITH[self.site], algorithm="HS256")

    def known(self) -> Any:
        """The conversation as a program of the site reads it."""
        return self.deployment.ask(self.site, f"/api/v1/conversations/{self.id}").json

    @property
    def ref(self) -> str:
        return str(self.known()["lead_ref"])


@contextmanager
def two_sites(database_url: str, **given: Any) -> Iterator[Deployment]:
    clock = Clock()
    with Standin(clock=clock) as desk:
        settings = load_settings(
            database_url=database_url,
            secret_key="a-key-for-tests-only-0123456789",
            api_keys=KEYS["default"],
            site_origins=ORIGINS["default"],
            encryption_key=SEALING,
            rate_limits="off",
            slack_bot_token=desk.app.bot_token,
            slack_signing_secret=desk.app.signing_secret,
            slack_alert_channel=LEADS,
            slack_api_url=desk.api_url,
            **{"identity_secret": SIGNED_WITH["default"], **given},
        )
        web = create_web(settings, clock)
        add_other(web, clock())
        yield Deployment(web, desk, clock)
        web.close()
        web.house.database.engine.dispose()


def add_other(web: Web, now: datetime) -> None:
    """As `flask site add`, `key` and `secret` would."""
    with web.house.database.begin() as session:
        site_id = sites.add(session, "other", {"origins": [ORIGINS["other"]]}, now)
        api_keys.add(session, site_id, "key-of-other", key_digest(KEYS["other"]), now)
        sealed = Vault([SEALING]).seal(SIGNED_WITH["other"])
        site_secret.keep(session, site_id, "IDENTITY_SECRET", sealed, now)
