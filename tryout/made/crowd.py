"""Made-up visitors before two bots in the same run: Foyer through its real door, and a form that asks all in order."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from commands.rehearsal import Room, Talk, TurnSeen, rehearsal
from qualification.facts import Entity, Slot, Utterance
from qualification.policy import Policy
from qualification.understanding import understand
from tryout.made.guests import FACTS, LONGEST, Asked, Chatter, Guest, made_guest

TURN = timedelta(seconds=40)
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of one turn: what is left to answer, what the bot knew before it asked, and whether it has decided."""

    asked: Asked
    known: frozenset[str]
    is_decided: bool


class Bot(Protocol):
    def say(self, text: str) -> Heard: ...


@dataclass(frozen=True, slots=True)
class Course:
    """How one conversation went. `verdict_after` are turns, None when they left before there was one.

    The last three count questions: about what the bot knew, about what was told and not understood, about what was
    declined before.
    """

    turns: int
    verdict_after: int | None
    known: int
    told: int
    declined: int


@dataclass(frozen=True, slots=True)
class Pair:
    foyer: Course
    form: Course


def play(policy: Policy, begins: datetime, visitors: int, seed: int, progress: Progress) -> Iterator[Pair]:
    """Every visitor meets both bots, and is the same person there."""
    clock = _Clock(begins)
    with rehearsal(policy, clock) as room:
        for number in range(visitors):
            guest = made_guest(seed, number)
            yield Pair(_course(guest, _Foyer(room, clock)), _course(guest, _Form(policy, clock)))
            progress(number + 1, visitors)


class _Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def _course(guest: Guest, bot: Bot) -> Course:
    chatter = Chatter(guest)
    text: str | None = chatter.begin()
    verdict_after, known, told, declined = None, 0, 0, 0
    while text is not None and chatter.turns < LONGEST:
        before = (set(chatter.told), set(chatter.declined))
        heard = bot.say(text)
        slot = heard.asked.slot
        if slot and not heard.asked.confirming:
            known += slot in heard.known
            told += slot in before[0]
            declined += slot in before[1]
        if heard.is_decided and verdict_after is None:
            verdict_after = chatter.turns
        text = chatter.reply(heard.asked)
    return Course(chatter.turns, verdict_after, known, told, declined)


class _Foyer:
    def __init__(self, room: Room, clock: _Clock) -> None:
        self._talk, self._clock = Talk(room), clock

    def say(self, text: str) -> Heard:
        self._clock.now += TURN
        seen = self._talk.say(text)
        return Heard(_asked(seen), frozenset(seen.facts), _has_decided(seen))


def _asked(seen: TurnSeen) -> Asked:
    state = seen.state
    return Asked(
        slot=state.asking,
        confirming=state.confirming is not None,
        offered=state.offered is not None,
        time=state.meeting in ("asked", "asked_again"),
    )


def _has_decided(seen: TurnSeen) -> bool:
    """The criteria have, or nothing more will be asked to that end."""
    made = seen.assessment
    return seen.state.asking is None or (made is not None and (made.is_settled or made.is_mql))


class _Form:
    """Asks everything in the same order, whatever it could change, each thing at most twice; it hears as Foyer does."""

    def __init__(self, policy: Policy, clock: _Clock) -> None:
        self._policy, self._clock = policy, clock
        self._facts: dict[str, Entity] = {}
        self._asked: list[Slot] = []

    def say(self, text: str) -> Heard:
        slot = self._asked[-1] if self._asked else None
        said = understand(Utterance(text, self._clock.now, slot, None, self._policy.region))
        self._facts |= {one.label: one for one in said.entities}
        open_ = [one for one in FACTS if one not in self._facts and self._asked.count(one) < 2]
        self._asked += open_[:1]
        return Heard(Asked(slot=open_[0] if open_ else None), frozenset(self._facts), not open_)
