"""Which prepared answer or content fits a visitor's words, and how surely."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

SURE = 0.6
"""Below this an answer is not given."""
_STRANGE = 1.6
"""A word the playbook never uses says that something else is meant, so it weighs more than any word it knows."""
_SAID_ANYWHERE = """
    a an the is are was be been am do does did you your yours u ur we us our i me my it its this that these
    those to of for in on at by with and or but if so as can could would will may might should shall have has
    had there here what whats which how any some im ive were youre want need know like tell ask about please pls
    thanks hi hello hey just really also get got use using used when where who why much many long not no yes ok
    from into out up one ones thing wonder wondering question possible available curious then them they he she
    his her their something anything now
"""
_STOP = frozenset(_SAID_ANYWHERE.split())
_SYNONYMS = {
    same: stem
    for stem, others in {
        "price": "cost costs pricing price prices fee charge expensive",
        "integrate": "integration integrations integrated connect connects connected connector connection sync",
        "security": "secure security safe",
        "host": "host hosted hosting server stored",
        "install": "setup install installation implement implementation onboarding onboard rollout deploy deployment",
        "mobile": "mobile smartphone iphone android ios",
        "language": "language languages translated multilingual",
        "train": "train training trained course",
        "import": "import imported migrate migration",
        "cancel": "cancel cancellation terminate",
        "gdpr": "gdpr dsgvo rgpd",
        "export": "export exported exports",
    }.items()
    for same in others.split()
}
_WORD = re.compile(r"[^\W_]{1,40}")
_TURNED_DOWN = re.compile(r"\s*(?:no|without|forget|not the) (?!\w+ing\b)", re.IGNORECASE)
_CLAUSES = re.compile(r"[.!?;\n]{1,5}|,")


@dataclass(frozen=True, slots=True)
class Match:
    """`id` fits with `confidence` from 0 to 1."""

    id: str
    confidence: float


@dataclass(frozen=True, slots=True, eq=False)
class Phrase:
    """A prepared wording as a bag of stems. `weight` is that of all of them."""

    id: str
    stems: frozenset[str]
    weight: float


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """Phrases by each of their stems, and what a stem weighs; `words` are all known ones, None if they say nothing, and
    `alike` the same by first letter and length.
    """

    phrases: Mapping[str, tuple[Phrase, ...]]
    sentences: Mapping[tuple[str, ...], str]
    keywords: tuple[tuple[str, re.Pattern[str]], ...]
    any_keyword: re.Pattern[str]
    words: Mapping[str, str | None]
    alike: Mapping[tuple[str, int], list[str]]
    weight: Mapping[str, float]
    unseen: float


def index(entries: Mapping[str, tuple[Iterable[str], Iterable[str]]]) -> Index:
    """An index of id -> (phrases, keywords)."""
    spoken = [(id, _words(_folded(text))) for id, (texts, _) in entries.items() for text in texts]
    bags = [(id, frozenset(filter(None, map(_stem, words)))) for id, words in spoken]
    keywords = tuple((id, _standing_alone(word)) for id, (_, words) in entries.items() for word in words)
    seen = Counter(stem for stem, _ in {(stem, id) for id, bag in bags for stem in bag})
    weight = {stem: math.log(1 + len(entries) / count) for stem, count in seen.items()}
    known = {
        word: _stem(word) for word in sorted({*_STOP, *_SYNONYMS, *(word for _, words in spoken for word in words)})
    }
    return Index(
        _by_stem([Phrase(id, bag, _weight(weight, bag)) for id, bag in bags]),
        {words: id for id, words in spoken},
        keywords,
        re.compile("|".join(one.pattern for _, one in keywords) or r"(?!)"),
        known,
        _alike(known),
        weight,
        _STRANGE * math.log(1 + len(entries)),
    )


def _alike(words: Iterable[str]) -> dict[tuple[str, int], list[str]]:
    found: dict[tuple[str, int], list[str]] = {}
    for word in words:
        found.setdefault((word[0], len(word)), []).append(word)
    return found


def _by_stem(phrases: Iterable[Phrase]) -> dict[str, tuple[Phrase, ...]]:
    found: dict[str, tuple[Phrase, ...]] = {}
    for phrase in phrases:
        for stem in phrase.stems:
            found[stem] = (*found.get(stem, ()), phrase)
    return found


def _standing_alone(word: str) -> re.Pattern[str]:
    parts = r"[\s-]?".join(re.escape(part) for part in re.split(r"[\s-]", _folded(word)))
    return re.compile(rf"(?<!\w){parts}s?(?!\w)")


def best(found: Index, text: str) -> Match | None:
    """The entry that fits best; None when no word is shared."""
    scores = fits(found, text)
    id = max(scores, key=lambda id: scores[id], default=None)
    return Match(id, scores[id]) if id else None


@lru_cache(maxsize=16)  # a turn asks for the same message several times
def fits(found: Index, text: str) -> Mapping[str, float]:
    """How well each entry fits that shares a word, from 0 to 1, by the clause that fits it best."""
    scores: dict[str, float] = {}
    meant: dict[str, str | None] = {}
    clauses = {_words(folded): folded for folded in map(_folded, _clauses(text))}
    for words, folded in clauses.items():
        for match in _matches(found, words, folded, meant):
            scores[match.id] = max(match.confidence, scores.get(match.id, 0.0))
    return scores


def _clauses(text: str) -> list[str]:
    """Sentences and their parts, so that "Hi, we are 5 people. Do you ...?" is judged by its question."""
    parts = [part for part in _CLAUSES.split(text[:1000]) if part.strip() and not _TURNED_DOWN.match(part)][:12]
    return [*dict.fromkeys([*parts, *(f"{a} {b}" for a, b in pairwise(parts)), text[:300]])]


def _matches(found: Index, words: tuple[str, ...], folded: str, meant: dict[str, str | None]) -> Iterable[Match]:
    """`meant` collects the stem of each word, for the clauses of a message share most of theirs."""
    if words in found.sentences:
        yield Match(found.sentences[words], 1.0)
    for word in words:
        if word not in meant:
            meant[word] = _meant(found, word)
    asked = dict.fromkeys(stem for word in words if (stem := meant[word]))
    if not asked:
        return
    total = sum(found.weight.get(stem, found.unseen) for stem in asked)
    for phrase in dict.fromkeys(phrase for stem in asked for phrase in found.phrases.get(stem, ())):
        yield Match(phrase.id, _fit(_weight(found.weight, asked.keys() & phrase.stems), phrase.weight, total))
    if found.any_keyword.search(folded):
        yield from (Match(id, 0.7 + 0.2 / len(asked)) for id, keyword in found.keywords if keyword.search(folded))


def stems(text: str) -> frozenset[str]:
    """The words of a text that say something, without their endings."""
    return frozenset(filter(None, map(_stem, _words(_folded(text)))))


def _fit(shared: float, prepared: float, said: float) -> float:
    """How much of the prepared wording was said and how much of what was said is in it, as one figure (F1)."""
    return 2 * shared / (prepared + said)


def _weight(weight: Mapping[str, float], bag: Iterable[str]) -> float:
    return sum(weight[stem] for stem in bag)


def _meant(found: Index, word: str) -> str | None:
    """The stem of a word; one with a typo is taken for the known word it is one slip away from."""
    stem = _stem(word)
    if stem is None or stem in found.weight or len(word) < 5:
        return stem
    alike = [known for length in (-1, 0, 1) for known in found.alike.get((word[0], len(word) + length), ())]
    near = process.extractOne(word, alike, scorer=DamerauLevenshtein.distance, score_cutoff=1)
    return found.words[near[0]] if near else stem


def _words(folded: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(folded))


def _folded(text: str) -> str:
    plain = text.casefold().replace("'", "").replace("’", "")
    if plain.isascii():
        return plain
    decomposed = unicodedata.normalize("NFKD", plain)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _stem(word: str) -> str | None:
    """A word without its ending, or the one it means the same as; None when it says nothing."""
    if word in _STOP:
        return None
    base = _SYNONYMS.get(word) or _SYNONYMS.get(word.removesuffix("s"))
    if base:
        return base
    for ending in ("ations", "ation", "ings", "ing", "ies", "ers", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word.removesuffix(ending)
    return word
