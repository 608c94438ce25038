"""The committed widget: small, whole, without dependencies, and free of what strict pages forbid."""

import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

WIDGET = Path(__file__).parents[1] / "widget"
DIST = WIDGET / "dist"
MANIFEST: dict[str, Any] = json.loads((DIST / "MANIFEST.json").read_text("utf-8"))
KB = 1024


def compressed(name: str) -> int:
    return len(gzip.compress((DIST / name).read_bytes(), 9))


def test_loader_panel_and_one_language_stay_inside_the_budget() -> None:
    loader, panel = compressed("w.js"), compressed(MANIFEST["panel"])
    assert loader <= 2 * KB
    assert panel <= 8 * KB
    assert loader + panel <= 10 * KB


def test_manifest_names_every_built_file_with_its_checksum() -> None:
    assert {path.name for path in DIST.iterdir()} == {*MANIFEST["files"], "MANIFEST.json"}
    for name, kept in MANIFEST["files"].items():
        content = (DIST / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == kept["sha256"]
        assert len(content) == kept["bytes"]


COMMANDS = {"open", "close", "toggle", "send", "identify", "on", "track", "consent", "reset"}


def test_declarations_and_the_page_name_every_command_and_event() -> None:
    declared = (WIDGET / "foyer.d.ts").read_text("utf-8")
    assert set(re.findall(r"'(\w+)'", " ".join(re.findall(r"command: ([^,)]+)", declared)))) == COMMANDS
    page = (WIDGET.parent / "docs" / "widget.md").read_text("utf-8")
    assert [name for name in COMMANDS if f"`{name}`" not in page] == []
    assert [name for name in ("open", "close", "message", "lead") if f"`foyer:{name}`" not in page] == []


def test_page_names_every_attribute_and_property_the_widget_reads() -> None:
    page = (WIDGET.parent / "docs" / "widget.md").read_text("utf-8")
    sources = " ".join(path.read_text("utf-8") for path in (WIDGET / "src").glob("*.*s"))
    read = {f"data-{name}" for name in re.findall(r"\bdata\.([a-z]+)\b", sources)} - {"data-set"}
    properties = set(re.findall(r"--foyer-[a-z]+", sources))
    assert len(read) > 6
    assert [name for name in read | properties if f"`{name}`" not in page] == []


def test_sizes_on_the_page_are_those_of_the_built_files() -> None:
    page = (WIDGET.parent / "docs" / "widget.md").read_text("utf-8")
    loader, panel = compressed("w.js") / KB, compressed(MANIFEST["panel"]) / KB
    assert f"| **Foyer** | **{loader:.1f}** | **{loader + panel:.1f}** |" in page


def test_hashed_names_follow_from_the_content() -> None:
    for name, kept in MANIFEST["files"].items():
        if name != MANIFEST["loader"]:
            assert name.rsplit("-", 1)[1] == f"{kept['sha256'][:10]}.js"


def test_loader_asks_for_the_panel_and_the_panel_for_the_languages_that_exist() -> None:
    assert MANIFEST["panel"] in (DIST / "w.js").read_text("utf-8")
    panel = (DIST / MANIFEST["panel"]).read_text("utf-8")
    languages = {name for name in MANIFEST["files"] if name.startswith("locale-")}
    assert set(re.findall(r"locale-[\w-]+\.js", panel)) == languages
    assert {name.split("-")[1] for name in languages} == {"de", "es", "fr", "pt"}


@pytest.mark.parametrize("name", MANIFEST["files"])
def test_built_files_hold_nothing_a_strict_page_forbids(name: str) -> None:
    text = (DIST / name).read_text("utf-8")
    forbidden = r"eval\(|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.(write|cookie)|<iframe|\.style="
    assert re.findall(forbidden, text) == []


def test_widget_has_no_runtime_dependency_and_a_portable_lockfile() -> None:
    package = json.loads((WIDGET / "package.json").read_text("utf-8"))
    assert "dependencies" not in package
    assert set(package["devDependencies"]) == {"esbuild", "typescript"}
    lock = (WIDGET / "package-lock.json").read_text("utf-8")
    assert "resolved" not in lock
    assert '"integrity"' in lock
