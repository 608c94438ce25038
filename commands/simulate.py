"""`flask simulate`: chat as a visitor would, and see what is understood, what it is worth and why one is asked."""

import io
import json
import sys
from collections.abc import Iterator
from typing import Any

import click

from commands.crowd import simulated
from commands.house import as_json_option, open_house, site_of, site_option
from commands.rehearsal import Room, Talk, TurnSeen, rehearsal
from qualification.doorstep import Bubble
from qualification.facts import Fact, Value, value_to_json

LONGEST = 4000  # characters a message may have, as in the widget
HOW = "You are the visitor. Nothing of this is kept, nobody is told. An empty line ends it."


@click.command("simulate")
@click.option("--visitors", type=click.IntRange(1, 20_000), help="So many made-up visitors instead of you.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(1), help="Another number, other visitors.")
@as_json_option
@site_option
def simulate_command(visitors: int | None, seed: int, as_json: bool, site_key: str) -> None:
    """Chat in the terminal as a visitor; on a pipe, every line of standard input is one message.

    After each answer: what was understood (slot, value, how sure, the words it was said in), the intents, the score
    with the least and the most it can become against the bar, the verdict, and why something is asked next. With
    --json one JSON line a turn. It goes through the same door as the website's visitors, judged as the site judges
    now, on a database in memory: nothing reaches the real one, Slack or a CRM.

    With --visitors, made-up people chat instead, and the same people fill in a form-like bot that asks everything in
    the same order: after how many turns there is a verdict, who stays until then, and who is asked too much.
    """
    house = open_house()
    site = site_of(house, site_key)
    if visitors:
        click.echo(simulated(site.policy, house.clock(), visitors, seed, as_json))
        return
    with rehearsal(site.policy, house.clock) as room:
        _chat(room, as_json)


def _chat(room: Room, as_json: bool) -> None:
    talk = Talk(room)
    if not as_json:
        click.echo(HOW, err=True)
        _say(talk.greeting)
    for text in _messages(as_json):
        seen = talk.say(text)
        if as_json:
            click.echo(json.dumps(_as_json(seen), ensure_ascii=False))
        else:
            _show(seen)


def _messages(as_json: bool) -> Iterator[str]:
    typed = _typed() if sys.stdin.isatty() else _piped(echoed=not as_json)
    return (text[:LONGEST] for text in typed)


def _typed() -> Iterator[str]:
    while True:
        try:
            text = input("\nYou: ").strip()
        except EOFError:
            return
        if not text:
            return
        yield text


def _piped(echoed: bool) -> Iterator[str]:
    for line in io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace"):
        if text := line.strip():
            if echoed:
                click.echo(f"\nYou: {text}")
            yield text


def _show(seen: TurnSeen) -> None:
    _say(seen.says)
    for line in _told(seen):
        click.secho(f"    {line}", dim=True)


def _say(says: tuple[Bubble, ...]) -> None:
    for bubble in says:
        click.echo(f"Assistant: {bubble.text}")
        if bubble.cta:
            click.echo(f"           {bubble.cta.label}: {bubble.cta.url}")
        if bubble.quick_replies:
            click.echo("           " + "  ".join(f"[{one}]" for one in bubble.quick_replies))


def _told(seen: TurnSeen) -> Iterator[str]:
    yield f"intents   {', '.join(seen.intents) or 'none'}"
    for number, fact in enumerate(seen.facts.values()):
        yield f"{'' if number else 'facts':9} {_fact(fact, is_new=fact.slot in seen.learned)}"
    if seen.state.declined:
        yield f"declined  {', '.join(seen.state.declined)}"
    if made := seen.assessment:
        yield f"score     {made.score} [{made.low}, {made.high}], the bar is {made.threshold}"
        yield f"verdict   {made.verdict}, stage {seen.stage}, kind {seen.kind}"
    yield f"next      {seen.why}"


def _fact(fact: Fact, is_new: bool) -> str:
    sure = "inferred" if fact.source == "inferred" else f"{fact.confidence:.0%} sure"
    return f"{'+' if is_new else ' '} {fact.slot}: {_value(fact.value)} ({sure}) “{fact.text}”"


def _value(value: Value) -> str:
    data = value_to_json(value)
    if not isinstance(data, dict):
        return str(data).lower() if isinstance(data, bool) else str(data)
    return " ".join(f"{name}={part:g}" if isinstance(part, float) else f"{name}={part}" for name, part in data.items())


def _as_json(seen: TurnSeen) -> dict[str, Any]:
    made = seen.assessment
    return {
        "visitor": seen.text,
        "assistant": [_bubble(one) for one in seen.says],
        "intents": list(seen.intents),
        "facts": {slot: _fact_as_json(fact) for slot, fact in seen.facts.items()},
        "learned": list(seen.learned),
        "declined": list(seen.state.declined),
        "score": made.score if made else None,
        "low": made.low if made else None,
        "high": made.high if made else None,
        "threshold": made.threshold if made else None,
        "verdict": made.verdict if made else None,
        "stage": seen.stage,
        "kind": seen.kind,
        "asking": seen.state.asking,
        "why": seen.why,
    }


def _bubble(bubble: Bubble) -> dict[str, Any]:
    return {
        "text": bubble.text,
        "quick_replies": list(bubble.quick_replies),
        "link": bubble.cta.url if bubble.cta else None,
    }


def _fact_as_json(fact: Fact) -> dict[str, Any]:
    return {
        "value": value_to_json(fact.value),
        "confidence": fact.confidence,
        "text": fact.text,
        "source": fact.source,
    }
