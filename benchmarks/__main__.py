"""`make bench`: Foyer against the floor, a peer and its own goals, as ratios taken in one interleaved run."""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import alerts, lookups, memory, replay, turns, waiting, widget
from benchmarks.engines import Engines, engines
from benchmarks.report import Row, Section, machine, print_section, write

Measure = Callable[[Engines, bool, Callable[[str], None]], tuple[Row, ...]]
MEASURES: dict[str, tuple[str, Measure]] = {
    "turns": ("A visitor's turn", turns.measure),
    "alerts": ("From the visitor's turn to Slack", alerts.measure),
    "lookups": ("Look-ups by reps as leads grow", lookups.measure),
    "waiting": ("Visitors who wait for a reply", waiting.measure),
    "replay": ("A quarter judged again", replay.measure),
    "memory": ("Memory and start", memory.measure),
    "widget": ("The widget on a page", widget.measure),
}


def main() -> int:
    options = _options()
    print(f"{machine()}. Ratios count, absolute times do not; nothing finer than 10 % is claimed.")
    sections: list[Section] = []
    for name in options.only or MEASURES:
        sections.append(_section(name, options.quick))
        print_section(sections[-1])
        if options.write:
            write(sections, options.quick)  # each as it comes, so that what fails later loses nothing
    return int(options.strict and any(row.met is False for section in sections for row in section.rows))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", action="append", choices=list(MEASURES), help="one measurement; may be repeated")
    parser.add_argument("--quick", action="store_true", help="small sizes: does it run, roughly how far")
    parser.add_argument("--write", action="store_true", help="write the table into docs/performance.md")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a goal is not met")
    return parser.parse_args()


def _section(name: str, quick: bool) -> Section:
    title, measure = MEASURES[name]
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="foyer-bench-") as folder, engines(Path(folder)) as made:
        rows = measure(made, quick, _tell)
    _tell("")
    return Section(name, title, rows, time.monotonic() - began)


def _tell(text: str) -> None:
    """Progress on one line of the terminal; a log gets it line by line."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
    elif text:
        print(f"  ... {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
