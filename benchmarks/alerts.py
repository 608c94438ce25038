"""How soon Slack is asked to show an alert after the turn that made it was committed, at 25 turns a second."""

import time
from bisect import bisect_left
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.engines import Engines
from benchmarks.report import Row, at_most, figure, percentile
from benchmarks.serving import Server, delivering, serving
from benchmarks.slack import SETTINGS, Slack
from benchmarks.visitors import Line, open_foyer, say, script

TURNS_PER_S = 25
HOT = "Hi, I'm Tom Becker, ops lead at Vollmer GmbH (250 ppl). Need a demo this month, tom{}@vollmer.de"
HOT_EVERY = 5
PATIENCE_S = 20


def measure(engines: Engines, quick: bool, tell: Callable[[str], None]) -> tuple[Row, ...]:
    rows = []
    for kind, how in (("sqlite", "in the web process"), ("postgresql", "a process of its own")):
        tell(f"alerts: {kind}")
        found = _latencies(engines, kind, 4 if quick else 20)
        what = f"commit -> request at Slack, {kind}, worker {how}, {len(found)} alerts"
        rows.append(figure(f"{what}, p50", f"{percentile(found, 50):.0f} ms"))
        rows.append(at_most(f"{what}, p99", percentile(found, 99), 50, "{:.0f} ms"))
    return tuple(rows)


def _latencies(engines: Engines, kind: str, seconds: int) -> list[float]:
    """In ms, of every alert; one visitor after the other, each turn at its own moment."""
    slack = Slack()
    folder = engines.folder / f"alerts-{kind}"
    folder.mkdir()
    with slack.listening() as url:
        given = {**SETTINGS, "SLACK_API_URL": url}
        with _serving(kind, engines.fresh(kind), folder, given) as server:
            asked = _talk(server.url, seconds)
            _wait(slack, len(asked))
            commits = sorted(server.spent()["commits"])
    arrived = sorted(at for at, _ in slack.alerts)
    if len(arrived) != len(asked):
        raise SystemExit(f"{len(asked)} turns should have made an alert each, Slack saw {len(arrived)}")
    return [1000 * (at - commits[bisect_left(commits, began)]) for at, began in zip(arrived, asked, strict=True)]


@contextmanager
def _serving(kind: str, url: str, folder: Path, given: dict[str, str]) -> Iterator[Server]:
    """As each database is run by default: the worker inside on SQLite, beside it on PostgreSQL."""
    embedded = kind == "sqlite"
    with serving("foyer with worker" if embedded else "foyer", url, folder, environment=given) as server:
        if embedded:
            yield server
        else:
            with delivering(url, folder, given):
                yield server


def _talk(url: str, seconds: int) -> list[float]:
    """When each turn that makes an alert was sent; the first second only warms up."""
    line, asked, number = Line(url), [], 0
    talk, began = open_foyer(line), time.time() + 0.5
    for turn in range(seconds * TURNS_PER_S):
        hot = turn % HOT_EVERY == HOT_EVERY - 1
        if hot or turn % HOT_EVERY == 0:
            talk = open_foyer(line)
        time.sleep(max(0.0, began + turn / TURNS_PER_S - time.time()))
        if hot:
            asked.append(time.time())
        say(line, talk, HOT.format(number := number + 1) if hot else script(number)[turn % HOT_EVERY])
    line.close()
    return asked


def _wait(slack: Slack, alerts: int) -> None:
    until = time.monotonic() + PATIENCE_S
    while len(slack.alerts) < alerts and time.monotonic() < until:
        time.sleep(0.05)
