"""Nothing an operator can set, run, watch or call is missing from docs/, and what docs/ point to is there."""

import re

import click
import pytest
from flask import Flask

from commands import with_commands
from config.settings import Settings
from tests.deployed import ROOT, procfile
from tests.edge import made_world
from tests.foyer import open_foyer
from webhook.endpoints import ENDPOINTS
from webhook.openapi import describe
from wsgi import figures

DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.glob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"])
LINK = re.compile(r"\]\(([^)\s]+)\)")


def page(name):
    return (DOCS / name).read_text(encoding="utf-8")


def commands(group, words=("flask",)):
    """Every command there is, in the words one types."""
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from commands(command, (*words, name))
        else:
            yield " ".join((*words, name))


def own_commands():
    bare = set(Flask("bare").cli.commands)
    return [words for words in commands(with_commands(Flask("foyer")).cli) if words.split()[1] not in bare]


def metrics():
    told = made_world().app.test_client().get("/metrics").text
    names = {line.split()[2] for line in told.splitlines() if line.startswith("# TYPE")}
    return sorted(name for name in names if not name.endswith("_created"))


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_in_the_table_of_settings(name):
    assert name.upper() in settings_named()


def test_the_table_names_no_setting_that_is_none():
    assert settings_named() - {name.upper() for name in Settings.model_fields} == set()


def settings_named():
    """What stands in the first cell of a row; related settings may share one."""
    cells = re.findall(r"^\| (`[A-Z].*?) \|", page("configuration.md"), re.MULTILINE)
    return set(re.findall(r"`([A-Z_]+)`", " ".join(cells)))


@pytest.mark.parametrize("words", own_commands())
def test_every_command_is_in_the_table_of_commands(words):
    assert re.search(rf"^\| `{words}\b", page("operations.md"), re.MULTILINE)


def test_the_table_names_no_command_that_is_none():
    named = re.findall(r"^\| `(flask [a-z ]+)`", page("operations.md"), re.MULTILINE)
    assert set(named) - set(own_commands()) == set()


def test_every_command_explains_itself():
    for words in own_commands():
        command = with_commands(Flask("foyer")).cli
        for word in words.split()[1:]:
            command = command.commands[word]
        assert command.help, words


@pytest.mark.parametrize("name", metrics())
def test_every_metric_is_in_the_table_of_metrics(name):
    assert re.search(rf"^\| `{name}` \|", page("operations.md"), re.MULTILINE)


def test_every_figure_of_the_house_is_in_the_table_of_metrics(tmp_path):
    with open_foyer(tmp_path) as foyer:
        found = figures(foyer.web.house)
    assert [name for name in found if f"| `foyer_{name}` |" not in page("operations.md")] == []


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_every_endpoint_is_on_the_page_of_the_api(endpoint):
    assert f"`{endpoint.method} {endpoint.path}`" in page("api.md")


def test_every_path_of_the_description_is_on_the_page_of_the_api():
    assert [path for path in describe("1")["paths"] if f" {path}`" not in page("api.md")] == []


@pytest.mark.parametrize("process", sorted(procfile()))
def test_every_process_is_in_the_table_of_processes(process):
    assert f"| {process} | `{procfile()[process]}` |" in page("operations.md")


@pytest.mark.parametrize("source", PAGES, ids=lambda path: path.name)
def test_every_link_leads_somewhere(source):
    for target in LINK.findall(source.read_text(encoding="utf-8")):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        file, _, part = target.partition("#")
        path = (source.parent / file).resolve() if file else source
        assert path.exists(), target
        if part and path.suffix == ".md":
            assert part in anchors(path), target


def anchors(path):
    titles = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("source", PAGES, ids=lambda path: path.name)
def test_every_make_target_named_exists(source):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z]+)", source.read_text(encoding="utf-8")))
    assert named <= targets
