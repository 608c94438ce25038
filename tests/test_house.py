"""The house: who may import whom, and what the pure core may never touch."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("bot", "webhook", "qualification", "models", "delivery", "crm", "config", "commands", "tryout", "training")
MAY_IMPORT = {
    "config": set(),
    "models": set(),
    "qualification": {"models", "config"},
    "delivery": {"models", "config", "qualification"},
    "crm": {"qualification", "config"},
    "webhook": {"qualification", "config"},
    "bot": {"qualification", "config"},
    "training": {"qualification", "config"},
}
DOORS = {f"qualification.{name}" for name in ("intake", "handoff", "enquiry", "agreement", "privacy", "assembly")}
IMPURE = {
    "sqlalchemy",
    "flask",
    "slack_bolt",
    "slack_sdk",
    "requests",
    "os",
    "time",
    "random",
    "models",
    "config",
    "socket",
}
READS_ENVIRONMENT = {"config/settings.py"}


def modules() -> dict[str, Path]:
    found = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "node_modules" in path.parts:
                continue
            parts = list(path.relative_to(ROOT).with_suffix("").parts)
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


COMPOSITION = ("qualification.assembly", "delivery.crm_rooms")


def is_composition(name: str) -> bool:
    return name.endswith("__main__") or name in COMPOSITION or name.startswith(("tryout", "commands"))


@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_room_imports_only_what_lies_below_it(name):
    room = name.split(".")[0]
    if is_composition(name):
        return
    foreign = {other.split(".")[0] for other in imported(MODULES[name])} & set(ROOMS) - {room}
    assert foreign <= MAY_IMPORT[room], f"{name} may not import {sorted(foreign - MAY_IMPORT[room])}"


@pytest.mark.parametrize("name", sorted(name for name in MODULES if name.startswith("qualification.")))
def test_the_core_is_pure_and_only_doors_touch_the_world(name):
    if name in DOORS or name.startswith("qualification.keeping"):
        return
    touched = {other.split(".")[0] for other in imported(MODULES[name])} & IMPURE
    assert not touched, f"{name} is core and may not import {sorted(touched)}"


def test_rows_are_kept_for_the_doors_alone():
    others = [name for name in MODULES if name not in DOORS and not name.startswith("qualification.keeping")]
    assert [
        name for name in others if any(one.startswith("qualification.keeping") for one in imported(MODULES[name]))
    ] == []


def test_modules_do_not_import_each_other_in_a_circle():
    graph = {name: {other for other in top_level(path) if other in MODULES} - {name} for name, path in MODULES.items()}
    while free := [name for name, others in graph.items() if not others]:
        graph = {name: others - set(free) for name, others in graph.items() if name not in free}
    assert not graph, f"in circles, or above one: {sorted(graph)}"


def top_level(path: Path) -> set[str]:
    names = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {
                full if (full := f"{node.module}.{alias.name}") in MODULES else node.module for alias in node.names
            }
    return names


def test_only_the_settings_read_the_environment():
    readers = [path for path in MODULES.values() if "os.environ" in path.read_text() or "os.getenv" in path.read_text()]
    assert {str(path.relative_to(ROOT)) for path in readers} <= READS_ENVIRONMENT


def test_no_folder_hides_a_library_or_a_room():
    folders = {
        path.name
        for path in ROOT.rglob("*")
        if path.is_dir() and not {".venv", "node_modules", ".git"} & set(path.parts)
    }
    assert not folders & {"slack", "test", "types", "queue", "email"}
    assert not {path.name for path in (ROOT / "tests").rglob("*") if path.is_dir()} & set(ROOMS)


def test_tests_never_sleep_nor_patch_our_own_code():
    for path in sorted((ROOT / "tests").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        assert "time.sl" + "eep(" not in text, path.name
        assert "unittest.mo" + "ck" not in text, path.name
        assert "monkey" + "patch.setattr" not in text, path.name
