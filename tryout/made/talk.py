"""What made-up people say: how they begin, how they answer what they are asked, and when they have had enough."""

from random import Random

from tryout.made.people import Person

LEAVES, DECLINES = 0.07, 0.12  # a turn

OPENINGS = {
    "support": ("I can't log in since this morning", "our export is broken, who can help?"),
    "job": ("are you hiring? I'd like to apply as a developer", "where do I send my CV?"),
    "vendor": (
        "we offer SEO services, can I speak to whoever buys?",
        "we help companies like yours with link building",
    ),
    "student": ("I'm a student writing my thesis about lead management, do you have material?",),
}
CURIOUS = (
    "do you integrate with HubSpot?",
    "what does it cost?",
    "does it work with Slack?",
    "how long does the set-up take?",
    "is our data hosted in the EU?",
    "hi, what exactly does it do?",
)
DECLINED = ("I'd rather not say", "not sure yet", "can we skip that?", "later maybe")
BYES = ("thanks, that's all for now", "ok thank you, bye", "great, thanks")


def opening(person: Person, rng: Random) -> str:
    if person.non_buyer:
        return rng.choice(OPENINGS[person.non_buyer])
    if rng.random() < 0.3:
        return _all_at_once(person)
    if person.need and rng.random() < 0.5:
        return f"Hi, {person.need}, can you help with that?"
    return rng.choice(CURIOUS)


def _all_at_once(person: Person) -> str:
    parts = [
        f"Hi, I'm {person.name}, {person.title} at {person.company} ({person.size} people).",
        f"You reach me at {person.email}.",
        f"Budget about {person.budget // 1000}k a year." if person.budget else "",
        f"Ideally within {person.weeks} weeks." if person.weeks else "",
        "Can I see a demo?" if person.asks_demo else "",
    ]
    return " ".join(part for part in parts if part)


def answer(person: Person, asked: str | None, rng: Random) -> str | None:
    """The next thing said; None when they leave."""
    if rng.random() < LEAVES:
        return None
    return _unasked(person, rng) if asked is None else reply(person, asked, rng)


def reply(person: Person, asked: str, rng: Random) -> str:
    """What somebody who stays says to a question: mostly an answer."""
    return rng.choice(DECLINED) if rng.random() < DECLINES else _told(person, asked, rng)


def _unasked(person: Person, rng: Random) -> str | None:
    """Nothing is asked any more: some take the offer, the others thank and go."""
    if person.non_buyer:
        return None
    if person.asks_demo:
        return rng.choice(("yes, show me please", "a demo would be good", "can you show it to me?"))
    return rng.choice(BYES) if rng.random() < 0.6 else None


def _told(person: Person, asked: str, rng: Random) -> str:
    match asked:
        case "email":
            return rng.choice((f"sure, {person.email}", f"{person.email}, thanks", f"you reach me at {person.email}"))
        case "company":
            return rng.choice((person.company, f"it's for {person.company}"))
        case "company_size":
            return rng.choice((f"about {person.size}", f"{person.size} people", f"we are {person.size}"))
        case "timeline":
            return _date(person, rng)
        case "job_title":
            return rng.choice((person.title, f"I'm {person.title} here"))
        case "budget":
            return _money(person, rng)
        case "location":
            return rng.choice((person.place, f"we are in {person.place}"))
        case "use_case":
            return person.need or "just looking around for now"
        case "person_name":
            return person.name
    return rng.choice(DECLINED)


def _date(person: Person, rng: Random) -> str:
    if person.weeks is None:
        return rng.choice(("no date yet", "no rush"))
    return rng.choice((f"in {person.weeks} weeks", f"within {person.weeks} weeks"))


def _money(person: Person, rng: Random) -> str:
    if person.budget is None:
        return rng.choice(("not decided yet", "we have no budget for it so far"))
    return rng.choice((f"around {person.budget // 1000}k a year", f"{person.budget} dollars per year"))


def return_line(person: Person) -> str:
    """Somebody who was returned and comes again has news."""
    return f"Hello again, we have decided: {person.budget or 12000} dollars per year, and we want it within 8 weeks"
