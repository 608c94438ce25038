"""What a turn costs against the floor and the peer: CPU, throughput, the tail; interleaved, with an A/A control."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.engines import Engines
from benchmarks.report import Row, at_most, figure, median, percentile
from benchmarks.serving import PEER, Server, serving
from benchmarks.visitors import TURNS, Crowd, open_foyer, open_other

VISITORS = 8


@dataclass
class Variant:
    """One server and what its rounds gave. CPU is in ms per turn."""

    name: str
    server: Server
    crowd: Crowd
    cpu: list[float] = field(default_factory=list)
    lean: list[float] = field(default_factory=list)  # without what `understand` took
    per_s: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    understood: list[float] = field(default_factory=list)

    def round(self, talks: int) -> None:
        plan = self.crowd.prepare(talks)
        before, self.crowd.latencies = self.server.spent(), []
        seconds = self.crowd.talk(plan)
        after, turns = self.server.spent(), VISITORS * talks * TURNS
        spent = (after["cpu"] - before["cpu"]) * 1000
        self.cpu.append(spent / turns)
        self.lean.append((spent - sum(after["understood"]) * 1000) / turns)
        self.per_s.append(turns / seconds)
        self.p99.append(percentile(self.crowd.latencies, 99) * 1000)
        self.understood += [1000 * one for one in after["understood"]]


def measure(engines: Engines, quick: bool, tell: Callable[[str], None]) -> tuple[Row, ...]:
    rounds, talks = (2, 2) if quick else (5, 12)
    with ExitStack() as stack:
        variants = _variants(stack, engines)
        for variant in variants:
            variant.crowd.talk(variant.crowd.prepare(1))  # warm
        for number in range(rounds):
            for variant in variants:
                tell(f"turns: round {number + 1} of {rounds}, {variant.name}")
                variant.round(talks)
        idle = _idle(variants[2], 20 if quick else 200)
    return _rows({variant.name: variant for variant in variants}, idle)


def _variants(stack: ExitStack, engines: Engines) -> list[Variant]:
    wanted = [("floor", "floor", "sqlite"), ("floor again", "floor", "sqlite"), ("foyer", "foyer", "sqlite")]
    wanted += [("floor pg", "floor", "postgresql"), ("foyer pg", "foyer", "postgresql")]
    wanted += [("peer", "peer", "sqlite")] if PEER.exists() else []
    variants = []
    for name, kind, database in wanted:
        url = engines.fresh(database, migrated=kind == "foyer") if kind != "peer" else ""
        server = stack.enter_context(serving(kind, url, _place(engines, name)))
        variants.append(
            Variant(name, server, Crowd(server.url, open_foyer if kind == "foyer" else open_other, VISITORS))
        )
    return variants


def _place(engines: Engines, name: str) -> Path:
    place = engines.folder / name.replace(" ", "-")
    place.mkdir()
    return place


def _idle(variant: Variant, talks: int) -> list[float]:
    """One visitor at a time: what a turn takes when nobody else is there, in ms."""
    crowd = Crowd(variant.server.url, open_foyer, 1)
    crowd.talk(crowd.prepare(talks))
    return [1000 * one for one in crowd.latencies]


def _rows(by_name: dict[str, Variant], idle: list[float]) -> tuple[Row, ...]:
    floor, again, foyer = by_name["floor"], by_name["floor again"], by_name["foyer"]
    rows = [
        at_most("full turn without the language pipeline, CPU, against the floor", _paired(foyer.lean, floor.cpu), 1.6),
        figure("full turn with the language pipeline, CPU, against the floor", f"{_paired(foyer.cpu, floor.cpu):.2f}x"),
        *_against_peer(foyer, by_name.get("peer")),
        at_most("language pipeline, CPU a message, mean", _mean(foyer.understood), 7, "{:.1f} ms"),
        at_most("language pipeline, CPU a message, p95", percentile(foyer.understood, 95), 12, "{:.1f} ms"),
        at_most("one turn on an idle core, p95", percentile(idle, 95), 15, "{:.1f} ms"),
        at_most("p99 at 8 visitors against the floor's", _paired(foyer.p99, floor.p99), 2),
        figure("the same on PostgreSQL: without the pipeline, CPU, against its floor", _pg_ratio(by_name)),
        figure("A/A control: floor against floor, CPU", f"{_paired(again.cpu, floor.cpu):.2f}x"),
        figure("A/A control: floor against floor, turns a second", f"{_paired(again.per_s, floor.per_s):.2f}x"),
    ]  # fmt: skip
    return (*rows, *(_absolute(variant) for variant in by_name.values()))


def _paired(ours: list[float], theirs: list[float]) -> float:
    """The median of the ratios round by round: what else the machine did hits both sides of a round."""
    return median([a / b for a, b in zip(ours, theirs, strict=True)])


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _against_peer(foyer: Variant, peer: Variant | None) -> list[Row]:
    if peer is None:
        return [figure("against botbuilder-python", "not installed")]
    what = "full turn without the pipeline against botbuilder-python's turn in memory, CPU"
    return [at_most(what, _paired(foyer.lean, peer.cpu), 1.0)]


def _pg_ratio(by_name: dict[str, Variant]) -> str:
    return f"{_paired(by_name['foyer pg'].lean, by_name['floor pg'].cpu):.2f}x"


def _absolute(variant: Variant) -> Row:
    pipeline = f" ({median(variant.lean):.2f} without the pipeline)" if variant.understood else ""
    tempo = f"{median(variant.per_s):.0f} turns/s, p99 {median(variant.p99):.0f} ms"
    what = f"{variant.name}: CPU a turn, turns a second and p99 at {VISITORS} visitors on one core"
    return figure(what, f"{median(variant.cpu):.2f} ms CPU{pipeline}, {tempo}")
