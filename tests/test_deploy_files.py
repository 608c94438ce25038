"""The files that deploy Foyer agree with each other, with the settings, and with the Procfile, which is run here."""

import json
import re
import shlex
import tomllib
from pathlib import Path

import pytest
import yaml

from config.settings import Settings
from tests.deployed import ROOT, procfile
from webhook.endpoints import ENDPOINTS

SETTINGS = {name.upper() for name in Settings.model_fields}
SERVERS_OWN = {"WEB_CONCURRENCY"}  # read by gunicorn itself
DATABASES_OWN = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD"}
HEALTH = "/healthz"
PORT = "8000"
FILES = (
    "Procfile",
    "app.json",
    "Dockerfile",
    ".dockerignore",
    "compose.yaml",
    "deploy/nginx.conf",
    "render.yaml",
    "fly.toml",
)
APP = json.loads((ROOT / "app.json").read_text())
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
RENDER = yaml.safe_load((ROOT / "render.yaml").read_text())
FLY = tomllib.loads((ROOT / "fly.toml").read_text())
NGINX = (ROOT / "deploy" / "nginx.conf").read_text()
OURS = {name: one for name, one in COMPOSE["services"].items() if "build" in one}


def dockerfile() -> list[tuple[str, str]]:
    text = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text())
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return [(line.split(None, 1)[0], line.split(None, 1)[1].strip()) for line in lines]


def last(instruction: str) -> str:
    return [rest for name, rest in dockerfile() if name == instruction][-1]


def test_the_procfile_names_a_release_step_a_web_process_and_a_worker():
    assert set(procfile()) == {"release", "web", "worker"} | (
        {"slack"} if (ROOT / "bot" / "__main__.py").exists() else set()
    )
    assert procfile()["web"] == "gunicorn wsgi:app --config config/gunicorn.py"


def test_a_health_path_exists():
    assert HEALTH in {endpoint.path for endpoint in ENDPOINTS}


def test_docker_serves_as_the_procfile_does():
    assert json.loads(last("CMD")) == shlex.split(procfile()["web"])
    assert last("EXPOSE") == PORT
    assert f"PORT={PORT}" in last("ENV")


def test_docker_runs_as_nobody_special_and_without_tools_to_build():
    base = [rest for name, rest in dockerfile() if name == "FROM"]
    assert base == ["python:3.11-slim AS install", "python:3.11-slim"]
    user = last("USER").partition(":")[0]
    assert user.isdigit()
    assert int(user) > 0
    everything = (ROOT / "Dockerfile").read_text()
    assert "--require-hashes --only-binary :all:" in everything
    assert "apt-get" not in everything


def test_what_is_copied_into_the_image_is_owned_by_root_but_for_the_place_of_the_database():
    copies = [rest for name, rest in dockerfile() if name == "COPY"]
    assert not [one for one in copies if "--chown" in one]
    [owned] = [rest for name, rest in dockerfile() if name == "RUN" and "chown" in rest]
    assert owned == "mkdir -p var && chown foyer:foyer var"
    assert last("VOLUME") == "/app/var"


def test_the_image_holds_no_secret_and_nothing_of_this_machine():
    wanted = (ROOT / ".dockerignore").read_text().splitlines()
    assert wanted[1] == "*"
    kept = {line[1:] for line in wanted if line.startswith("!")}
    assert not kept & {".env", ".git", "var", "tests", ".venv"}
    assert "**/.env*" in wanted


def test_compose_runs_what_the_procfile_names():
    commands = {name: one.get("command", json.loads(last("CMD"))) for name, one in OURS.items()}
    expected = {name: shlex.split(procfile()[name]) for name in ("release", "web", "worker")}
    assert commands == {**expected, "migrate": expected["release"], "foyer": expected["web"]}


def test_compose_alone_is_sqlite_in_a_volume_and_full_is_everything():
    alone = {name for name, one in COMPOSE["services"].items() if "profiles" not in one}
    full = {name for name, one in COMPOSE["services"].items() if one.get("profiles") == ["full"]}
    assert alone == {"migrate", "foyer"}
    assert full == {"postgres", "redis", "release", "web", "worker", "proxy"}
    assert OURS["foyer"]["environment"]["DATABASE_URL"] == "sqlite:////app/var/foyer.db"
    assert OURS["foyer"]["volumes"] == OURS["migrate"]["volumes"] == ["var:/app/var"]
    assert OURS["web"]["environment"]["DATABASE_URL"].startswith("postgresql://")


def test_every_service_is_started_after_what_it_needs():
    for name, one in COMPOSE["services"].items():
        for needed in one.get("depends_on", {}):
            other = COMPOSE["services"][needed]
            assert other.get("profiles") == one.get("profiles"), f"{name} needs {needed}, which may not be started"
    assert OURS["web"]["depends_on"]["release"]["condition"] == "service_completed_successfully"


def test_nothing_is_published_to_the_world_unasked():
    published = [port for one in COMPOSE["services"].values() for port in one.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_one_proxy_stands_before_the_full_web_process_and_is_believed():
    [seconds] = re.findall(r"proxy_read_timeout (\d+)s", NGINX)
    assert int(seconds) > 25  # the longest a widget waits
    assert f"server web:{PORT};" in NGINX
    assert "proxy_request_buffering on;" in NGINX
    assert "$proxy_add_x_forwarded_for" in NGINX
    assert OURS["web"]["environment"]["TRUSTED_PROXIES"] == "${TRUSTED_PROXIES:-1}"
    assert "listen 8080;" in NGINX
    assert COMPOSE["services"]["proxy"]["ports"][0].endswith(":8080")


def test_heroku_makes_its_secrets_and_asks_for_what_production_needs():
    env = APP["env"]
    assert env["SECRET_KEY"]["generator"] == "secret"
    assert env["FOYER_ENV"]["value"] == "production"
    needed = {name for name, one in env.items() if one.get("required", True)}
    assert {"PUBLIC_URL", "SITE_ORIGINS"} <= needed
    assert not {name for name in needed if name.startswith("SLACK")}
    assert any(addon["plan"].startswith("heroku-postgresql") for addon in APP["addons"])
    assert set(APP["formation"]) <= set(procfile()) - {"release"}
    assert (ROOT / ".python-version").read_text().strip() == "3.11"


def test_render_runs_what_the_procfile_names():
    web, worker = (next(one for one in RENDER["services"] if one["type"] == kind) for kind in ("web", "worker"))
    assert web["dockerCommand"] == procfile()["web"]
    assert web["preDeployCommand"] == procfile()["release"]
    assert worker["dockerCommand"] == procfile()["worker"]
    assert web["healthCheckPath"] == HEALTH
    secrets = {one["key"]: one for one in web["envVars"] if "key" in one}
    assert secrets["SECRET_KEY"] == {"key": "SECRET_KEY", "generateValue": True}
    copied = {one["fromService"]["envVarKey"] for one in worker["envVars"] if "fromService" in one}
    assert copied == {name for name, one in secrets.items() if "fromDatabase" not in one} - {"API_KEYS"}


def test_fly_runs_what_the_procfile_names():
    assert FLY["processes"] == {"web": procfile()["web"], "worker": procfile()["worker"]}
    assert FLY["deploy"]["release_command"] == procfile()["release"]
    assert str(FLY["http_service"]["internal_port"]) == FLY["env"]["PORT"] == PORT
    assert FLY["http_service"]["checks"][0]["path"] == HEALTH
    assert FLY["http_service"]["processes"] == ["web"]


def names() -> dict[str, set[str]]:
    compose = {name for one in OURS.values() for name in one["environment"]}
    render = [*RENDER["envVarGroups"], *RENDER["services"]]
    return {
        "app.json": set(APP["env"]),
        "compose.yaml": compose,
        "render.yaml": {one["key"] for part in render for one in part["envVars"] if "key" in one},
        "fly.toml": set(FLY["env"]),
    }


@pytest.mark.parametrize("file", sorted(names()))
def test_every_variable_is_a_setting(file):
    assert names()[file] - SETTINGS - SERVERS_OWN == set()


@pytest.mark.parametrize("file", sorted(set(names()) - {"compose.yaml"}))
def test_hosts_are_told_how_many_proxies_stand_before_us(file):
    assert "TRUSTED_PROXIES" in names()[file]


@pytest.mark.parametrize("name", ["foyer", "web", "worker"])
def test_containers_get_time_to_drain(name):
    assert int(OURS[name]["stop_grace_period"].removesuffix("s")) > 10
    assert FLY["kill_timeout"] > 10


@pytest.mark.parametrize("file", FILES)
def test_no_address_of_a_package_index_or_image_registry_is_written_down(file):
    text = (ROOT / file).read_text()
    assert not re.search(r"index-url|extra-index|trusted-host|docker\.io|ghcr\.io|quay\.io|pypi", text)


def test_an_image_tag_is_never_the_latest():
    images = [one["image"] for one in COMPOSE["services"].values() if "build" not in one]
    assert all(re.fullmatch(r"[a-z]+:\d+(\.\d+)*-alpine", image) for image in images)


def test_every_path_named_exists():
    assert Path(ROOT / "config" / "gunicorn.py").exists()
    mounted = COMPOSE["services"]["proxy"]["volumes"][0].split(":")[0]
    assert (ROOT / mounted).exists()
