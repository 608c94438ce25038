"""What was measured, beside its goal: the table on the screen and the generated part of docs/performance.md."""

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from config.settings import ROOT

DOCUMENT = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- measured: begin (python -m benchmarks --write) -->", "<!-- measured: end -->"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `met` is None where there is no goal: a figure to know."""

    what: str
    measured: str
    goal: str = ""
    met: bool | None = None

    @property
    def verdict(self) -> str:
        return {True: "met", False: "**not met**", None: ""}[self.met]


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    title: str
    rows: tuple[Row, ...]
    seconds: float = 0.0


def at_most(what: str, value: float, goal: float, form: str = "{:.2f}x") -> Row:
    """Whether `value` is within `goal`, both written in the same form."""
    return Row(what, form.format(value), "at most " + form.format(goal), value <= goal)


def figure(what: str, measured: str) -> Row:
    return Row(what, measured)


def print_section(section: Section) -> None:
    print(f"\n{section.title} ({section.seconds:.0f} s)")
    for row in section.rows:
        print(f"  {row.what:74} {row.measured:>30}  {row.goal:20} {row.verdict.strip('*')}", flush=True)


def write(sections: Sequence[Section], quick: bool, document: Path = DOCUMENT) -> None:
    """Replaces the generated part; what people wrote around it stays."""
    text = document.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    document.write_text(f"{before}{BEGIN}\n{_markdown(sections, quick)}\n{END}{after}", encoding="utf-8")


def _markdown(sections: Sequence[Section], quick: bool) -> str:
    kind = " A quick run: small sizes, rough figures." if quick else ""
    parts = [f"Measured {datetime.now(UTC):%Y-%m-%d} on {machine()}.{kind}"]
    for section in sections:
        lines = [f"| {row.what} | {row.measured} | {row.goal} | {row.verdict} |" for row in section.rows]
        parts.append(
            "\n".join([f"### {section.title}", "", "| what | measured | goal | |", "|---|---|---|---|", *lines])
        )
    return "\n\n".join(parts)


def machine() -> str:
    cores = sum(1 for line in _lines("/proc/cpuinfo") if line.startswith("processor"))
    model = next((line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if "model name" in line), "")
    memory = next((int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    named = model if model and model != "unknown" else platform.machine()
    return f"{cores} cores ({named}), {memory // 1024 // 1024} GiB, Python {platform.python_version()}"


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []


def median(values: Sequence[float]) -> float:
    return percentile(values, 50)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` percent do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share / 100))]
