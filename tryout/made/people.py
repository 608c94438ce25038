"""Made-up people: who they are, what they want, and what sales will think of them. All from a seed."""

from dataclasses import dataclass
from random import Random

FIRST = (
    "Mara", "Odo", "Tilda", "Bram", "Ines", "Joris", "Petra", "Silvan", "Wanda", "Ruben", "Elke", "Matteo", "Nadia",
    "Henrik", "Yara", "Lucian", "Saskia", "Emre", "Paola", "Viktor", "Aino", "Dario", "Greta", "Tomas", "Leila",
)  # fmt: skip
LAST = (
    "Quillfeather", "Thistlewood", "Brackwater", "Oxbridge", "Fennimore", "Larkspurr", "Mudlark", "Pennyworth",
    "Rookwell", "Saltmarsh", "Tanglewood", "Underhay", "Wickersby", "Yarrowby", "Ashgrove", "Cobblestone",
)  # fmt: skip
COMPANY = (
    "Quillwharf", "Brambleworks", "Otterloom", "Fennel Freight", "Marrowstone", "Pebblegate", "Thimblehouse", "Saltpan",
    "Copperkettle", "Mossbank", "Harrowfield", "Nettlecombe", "Willowgear", "Tumbleweed Tools", "Gullwing Papers",
    "Hazelnut Robotics", "Kestrel Looms", "Driftwood Software", "Juniper Vending", "Lanternfish",
)  # fmt: skip
KIND_OF_COMPANY = ("Works", "Group", "Partners", "Labs", "Trading", "Systems", "Brothers", "Supply")
TITLES = {
    "decider": (
        "head of operations",
        "CEO",
        "commercial director",
        "head of marketing",
        "founder",
        "director of sales",
    ),
    "champion": ("marketing manager", "sales manager", "team lead", "operations manager"),
    "individual": ("analyst", "account executive", "consultant", "developer"),
}
NEEDS = (
    "we want to stop losing leads between marketing and sales",
    "we need to hand leads to our reps faster",
    "we want to know which lead belongs to whom",
    "we need one place where marketing and sales see the same lead",
    "we want to follow up the leads we make at fairs",
    "we want to see which campaigns bring leads that sales accepts",
)
PLACES = ("Lisbon", "Utrecht", "Leeds", "Graz", "Boston", "Toronto", "Malmo", "Dublin", "Munich", "Lyon")
SIZES = ((1, 9), (10, 49), (50, 250), (251, 1000), (1001, 4000))
NON_BUYERS = ("support", "job", "vendor", "student")


@dataclass(frozen=True, slots=True)
class Person:
    """`worth` are the log odds that sales accepts them; `weakness` is the return code it would give otherwise."""

    first: str
    last: str
    company: str
    size: int
    rank: str
    title: str
    need: str | None
    budget: int | None  # dollars a year
    weeks: int | None  # until they want it
    place: str
    asks_demo: bool
    non_buyer: str | None
    worth: float
    weakness: str

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"

    @property
    def email(self) -> str:
        """At a domain that nobody can ever own."""
        host = self.company.lower().replace(" ", "-")
        return f"{self.first}.{self.last}@{host}.example".lower()


def made_person(rng: Random, channel: str, progress: float) -> Person:
    """Somebody who comes by `channel` when so much of the period is over: the later, the more who are worth less."""
    size = rng.randint(*SIZES[_weighted(rng, (22, 26, 30, 16, 6))])
    rank = ("decider", "champion", "individual")[_weighted(rng, (34, 36, 30))]
    has_budget = rng.random() < 0.5
    weeks = rng.choice((2, 4, 6, 10, 14)) if rng.random() < 0.55 else rng.choice((None, None, 30, 45))
    asks_demo = rng.random() < 0.16
    weak = {
        "not_icp": not 20 <= size <= 2000,
        "no_authority": rank == "individual",
        "no_budget": not has_budget,
        "bad_timing": weeks is None or weeks > 20,
    }
    return Person(
        first=rng.choice(FIRST),
        last=rng.choice(LAST),
        company=f"{rng.choice(COMPANY)} {rng.choice(KIND_OF_COMPANY)}",
        size=size,
        rank=rank,
        title=rng.choice(TITLES[rank]),
        need=rng.choice(NEEDS) if rng.random() < 0.75 else None,
        budget=rng.choice((6, 8, 12, 15, 20, 30, 45)) * 1000 if has_budget else None,
        weeks=weeks,
        place=rng.choice(PLACES),
        asks_demo=asks_demo,
        non_buyer=rng.choice(NON_BUYERS) if channel == "chat" and rng.random() < 0.1 else None,
        worth=_worth(weak, asks_demo, channel, progress),
        weakness=_weakness(rng, weak),
    )


def _worth(weak: dict[str, bool], asks_demo: bool, channel: str, progress: float) -> float:
    """What sales really looks at: budget twice as much as most files say, a wish for a demo hardly."""
    worth = -3.6 + 0.7 * asks_demo - 0.9 * progress * (channel == "paid")
    worth += 3.3 * (not weak["no_budget"]) + 1.1 * (not weak["no_authority"])
    return worth + 0.8 * (not weak["bad_timing"]) + 0.7 * (not weak["not_icp"])


def _weakness(rng: Random, weak: dict[str, bool]) -> str:
    found = [code for code, is_so in weak.items() if is_so]
    others = ("unreachable", "no_need", "wrong_data", "duplicate", "other")
    return rng.choice(found) if found and rng.random() < 0.75 else rng.choice(others)


def _weighted(rng: Random, weights: tuple[int, ...]) -> int:
    return rng.choices(range(len(weights)), weights)[0]
