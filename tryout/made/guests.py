"""Made-up visitors who are asked things: what they tell unasked, how they put it, what they would rather not say."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random

from qualification.facts import Slot
from tryout.made.people import Person, made_person

FACTS: tuple[Slot, ...] = ("use_case", "email", "company", "company_size", "timeline", "job_title", "budget")
IN_OPENER, REFUSED, SLIPS, VOLUNTEERED = 0.3, 0.08, 0.15, 0.15
CURIOUS, LEAVES = 0.1, 0.05  # a turn
LONGEST = 20  # turns

NEEDS = (
    "we lose leads between marketing and sales",
    "our reps get the leads days too late",
    "nobody follows up on our webinar leads",
    "we want to route trade show leads to the right rep",
    "we need a cleaner handover from marketing to sales",
    "too many leads fall through the cracks here",
    "we're stuck in spreadsheets and need one place for our leads",
    "I'd like to see which campaigns bring leads that close",
    "we have to agree with sales on what a good lead is",
    "we keep calling the same lead twice",
)
WORDINGS: Mapping[Slot, tuple[str, ...]] = {
    "use_case": ("{need}", "mostly this: {need}", "well, {need}", "{need}, that's the problem"),
    "email": ("{email}", "sure, {email}", "you can reach me at {email}", "{email} is best", "my mail is {email}"),
    "company": ("{company}", "it's for {company}", "we're {company}", "I work at {company}", "{company} is the name"),
    "company_size": ("{size}", "about {size}", "around {size} people", "we are {size}", "{size} of us"),
    "timeline": ("in {weeks} weeks", "within {weeks} weeks", "it should run in about {weeks} weeks"),
    "job_title": ("{title}", "I'm the {title}", "I'm {title} here", "my role is {title}"),
    "budget": ("{k}k a year", "around {k}k per year", "about ${budget} a year", "up to {k}k yearly", "say {k}k a year"),
}  # fmt: skip
UNASKED: Mapping[Slot, tuple[str, ...]] = {
    "use_case": ("{need}", "{need}, can you help with that?"),
    "email": ("you can reach me at {email}", "my mail is {email}"),
    "company": ("I'm with {company}", "we're {company}", "I work at {company}"),
    "company_size": ("we are {size} people", "we're about {size}", "there are {size} of us"),
    "timeline": ("we need it within {weeks} weeks", "ideally it runs in {weeks} weeks"),
    "job_title": ("I'm the {title}", "I'm {title} here"),
    "budget": ("we have about {k}k a year for it", "our budget is {k}k a year", "budget up to {k}k yearly"),
}
NONE_YET: Mapping[Slot, tuple[str, ...]] = {
    "timeline": ("no date yet", "no rush", "nothing fixed yet"),
    "budget": ("not decided yet", "no budget set so far", "we don't have a number yet"),
}
REFUSALS = (
    "I'd rather not say",
    "can we skip that?",
    "prefer not to share that",
    "not something I want to give",
    "skip",
)
QUESTIONS = (
    "does it work with Slack?",
    "where is the data hosted?",
    "how long does the set-up take?",
    "is there a free trial?",
    "do you integrate with HubSpot?",
    "what does it cost?",
    "why do you ask?",
)
HELLOS = ("hi", "Hello,", "hey there,", "Good morning.", "")
YES = ("yes please", "show me", "sounds good", "sure, let's do that")
NO = ("no thanks", "not now", "just the guide please", "rather not yet")
TIMES = ("Thursday works", "Friday", "morning", "afternoon please")
BYES = ("thanks, bye", "ok thank you", "great, that's all for now")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a visitor is left with after an answer: a question, an offer, a choice of times, or none of it."""

    slot: Slot | None = None
    confirming: bool = False
    offered: bool = False
    time: bool = False


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody with a mind of their own, whoever asks: the same facts, refusals, moments of curiosity and patience."""

    person: Person
    told_first: tuple[Slot, ...]
    refuses: frozenset[Slot]
    curious_at: frozenset[int]
    patience: int  # turns, after which they leave
    keen: bool
    words: str  # seed of their way to put things

    @property
    def email(self) -> str:
        """At the domain of their company as a work address is; nothing is ever sent to it, nor kept."""
        return self.person.email.removesuffix(".example") + ".io"


def made_guest(seed: int, number: int) -> Guest:
    rng = Random(f"guest {seed} {number}")
    person = replace(made_person(rng, "seo", 0.5), need=rng.choice(NEEDS))
    return Guest(
        person=person,
        told_first=tuple(slot for slot in FACTS if rng.random() < IN_OPENER),
        refuses=frozenset(slot for slot in FACTS if rng.random() < REFUSED),
        curious_at=frozenset(turn for turn in range(2, LONGEST) if rng.random() < CURIOUS),
        patience=next((turn for turn in range(1, LONGEST) if rng.random() < LEAVES), LONGEST),
        keen=person.asks_demo or rng.random() < 0.35,
        words=f"words {seed} {number}",
    )


class Chatter:
    """A guest in one conversation: says one thing at a time, and None when they leave. `told` is what they said."""

    def __init__(self, guest: Guest) -> None:
        self._guest, self._rng = guest, Random(guest.words)
        self.turns = 0
        self.told: set[Slot] = set()
        self.declined: set[Slot] = set()
        self._said_bye = False

    def begin(self) -> str:
        first = [slot for slot in self._guest.told_first if self._may_tell(slot)]
        told = " ".join(_sentence(self._tell(slot, UNASKED)) for slot in first)
        opener = f"{self._rng.choice(HELLOS)} {told or self._rng.choice(QUESTIONS[:6])}".strip()
        return self._spoken(opener)

    def reply(self, asked: Asked) -> str | None:
        if self.turns >= self._guest.patience or self._said_bye:
            return None
        if asked.slot and not asked.confirming and self.turns + 1 in self._guest.curious_at:
            return self._spoken(self._rng.choice(QUESTIONS))
        if asked.slot:
            return self._spoken("yes" if asked.confirming else self._answer(asked.slot))
        if asked.offered:
            return self._spoken(self._rng.choice(YES if self._guest.keen else NO))
        if asked.time:
            return self._spoken(self._rng.choice(TIMES))
        self._said_bye = True
        return self._spoken(self._rng.choice(BYES)) if self._rng.random() < 0.5 else None

    def _may_tell(self, slot: Slot) -> bool:
        return slot not in self._guest.refuses

    def _answer(self, slot: Slot) -> str:
        if slot not in FACTS or not self._may_tell(slot):
            self.declined.add(slot)
            return self._rng.choice(REFUSALS)
        answer = self._tell(slot)
        more = [one for one in FACTS if one not in self.told and self._may_tell(one)]
        if more and self._rng.random() < VOLUNTEERED:
            return f"{answer}, and {self._tell(self._rng.choice(more))}"
        return answer

    def _tell(self, slot: Slot, wordings_of: Mapping[Slot, tuple[str, ...]] = WORDINGS) -> str:
        person, wordings = self._guest.person, wordings_of[slot]
        self.told.add(slot)
        if (slot == "timeline" and not person.weeks) or (slot == "budget" and not person.budget):
            return self._rng.choice(NONE_YET[slot])
        budget = person.budget or 0
        return self._rng.choice(wordings).format(
            need=person.need, email=self._guest.email, company=person.company, size=person.size, weeks=person.weeks,
            title=person.title, budget=budget, k=budget // 1000,
        )  # fmt: skip

    def _spoken(self, text: str) -> str:
        self.turns += 1
        return _slipped(text, self._rng) if self._rng.random() < SLIPS else text


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith("?") else ".")


def _slipped(text: str, rng: Random) -> str:
    """Two letters of a word change places; not of names, numbers or addresses."""
    words = text.split(" ")
    long = [place for place, word in enumerate(words) if len(word) > 4 and word.isalpha() and word.islower()]
    if not long:
        return text
    place = rng.choice(long)
    at = rng.randrange(1, len(words[place]) - 2)
    word = words[place]
    words[place] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return " ".join(words)
