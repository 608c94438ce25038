"""What a rep typed behind `/lead`, read: verb, reference, reason, filters. Forgiving in form, never guessing. Pure."""

import html
import re
from dataclasses import dataclass
from typing import get_args

from rapidfuzz.distance import OSA

from bot.escape import mrkdwn, one_line
from qualification.stages import RETURN_CODES, ReturnCode, Stage

LONGEST_LINE = 3000
_LINK = re.compile(
    r"<(?:mailto:|tel:|https?://)[^|>]*\|([^>]*)>|<(?:mailto:|tel:)?(https?://[^|>]*|[^|>@#!]+@[^|>]*|\+[^|>]*)>"
)
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'"})
_REF = re.compile(r"[lL]\s?[-–—‐‑−_]?\s?(\d{1,15})")
_LONE_NUMBER = re.compile(r"#(\d{1,15})")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")
_USER = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_SPAN = re.compile(r"(\d{1,3})([mhd])")
_ENDS = "\"'.,;:!?()[]"
SHARE = re.compile(r"(?<!\S)[-–—]{1,2}share(?!\S)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ask:
    """`note` says how a verb was read that was not typed in full."""

    verb: str
    words: str
    share: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nothing is done; the rep reads `text` (mrkdwn)."""

    text: str


def parse(text: str, reads: tuple[str, ...], changes: tuple[str, ...]) -> Ask | Unclear:
    """A near miss of a reading verb is answered with a note; a near miss of a changing one only asks back."""
    line, share = _line(text)
    word, _, rest = line.partition(" ")
    verb, rest = word.strip(_ENDS).lower(), rest.strip()
    if not verb:
        return Ask("home" if not line else "help", "")
    if verb in reads or verb in changes:
        return Ask(verb, rest, share)
    if is_reference(line):
        return Ask("status", line, share)
    return _near(verb, rest, share, reads, changes)


def _line(text: str) -> tuple[str, bool]:
    """The typed line without Slack's entities and links, typographic quotes or the share switch."""
    plain = html.unescape(_LINK.sub(lambda found: found[1] or found[2], text[:LONGEST_LINE]))
    line = one_line(plain.translate(_QUOTES))
    return " ".join(SHARE.sub(" ", line).split()), bool(SHARE.search(line))


def _near(verb: str, rest: str, share: bool, reads: tuple[str, ...], changes: tuple[str, ...]) -> Ask | Unclear:
    meant = nearest(verb, reads + changes)
    if len(meant) != 1:
        return _unknown(verb, rest, meant)
    typed = f"/lead {meant[0]} {mrkdwn(rest, 200)}" if rest else f"/lead {meant[0]}"
    if meant[0] in changes:
        return Unclear(f"Did you mean `{meant[0]}`? Nothing was changed. Type `{typed}` to do it.")
    return Ask(meant[0], rest, share, f"Did you mean `{meant[0]}`? Here it is.")


def _unknown(verb: str, rest: str, meant: tuple[str, ...]) -> Unclear:
    if meant:
        return Unclear(f"Did you mean {' or '.join(f'`{name}`' for name in meant)}? Nothing was changed.")
    searched = mrkdwn(f"{verb} {rest}".strip(), 60)
    return Unclear(
        f"I do not know `{mrkdwn(verb, 40)}`. Did you mean `/lead find {searched}`? `/lead help` lists what I can do."
    )


def nearest(word: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """The names that start so, or else those within one edit (a swapped pair counts as one), the longest of them."""
    started = tuple(name for name in names if name.startswith(word))
    close = tuple(name for name in names if len(word) > 2 and OSA.distance(word, name, score_cutoff=1) <= 1)
    # what is typed in haste lacks letters more often than it has too many
    return started or tuple(name for name in close if len(name) == max(map(len, close)))


def is_reference(words: str) -> bool:
    """Whether this alone names a lead: `L-1042` in any writing, an address, or `last`."""
    return reference(words) is not None or words.strip(_ENDS).lower() == "last" or bool(_EMAIL.fullmatch(words))


def reference(words: str) -> str | None:
    """`L-1042`, however it was typed; None when it is something else."""
    word = words.strip().strip(_ENDS)
    found = _REF.fullmatch(word) or _LONE_NUMBER.fullmatch(word)
    return f"L-{int(found[1])}" if found else None


def lead_words(words: str) -> str:
    """The words that name a lead, tidied: a reference in its one writing, anything else without stray punctuation."""
    return reference(words) or words.strip().strip(_ENDS).strip()


def split_lead(words: str) -> tuple[str, str]:
    """The lead's words and the rest, for verbs that say something more: `L-1042 no_budget they wait`."""
    spaced = re.match(r"[lL]\s?[-–—‐‑−]?\s?\d{1,15}(?=\s|$|[.,:;])", words)
    first = spaced[0] if spaced else words.partition(" ")[0]
    return lead_words(first), words[len(first) :].strip(" ,;:")


def return_code(words: str) -> tuple[ReturnCode | None, str]:
    """The reason at the start (`no_budget`, `No budget`, `no-budget`), and what else was said."""
    for code in sorted(RETURN_CODES, key=len, reverse=True):
        pattern = code.replace("_", r"[\s_-]?")
        if found := re.match(rf"{pattern}(?![^\W_])", words.strip(_ENDS + " "), re.IGNORECASE):
            return code, words.strip(" " + _ENDS)[found.end() :].strip(" ,;:.-–—")
    return None, words


def user_of(words: str) -> str | None:
    """The Slack user somebody names, `me` for themselves; a bare @name names nobody for sure."""
    return _rep(words.strip(" ,;"), "me")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; None means any. `since_s` in seconds back from now."""

    stage: Stage | None = None
    owner: str | None = None
    handoff: str | None = None
    min_score: int | None = None
    since_s: int | None = None
    source: str | None = None


def parse_filters(words: str, me: str) -> Filters | Unclear:
    chosen: dict[str, str | int] = {}
    for word in words.replace("score >", "score>").split():
        found = _filter(word.strip(",;"), me)
        if isinstance(found, Unclear):
            return found
        chosen |= found
    return Filters(**chosen)  # type: ignore[arg-type]  # the keys and types come from _filter alone


def _filter(word: str, me: str) -> dict[str, str | int] | Unclear:
    name, sign, value = _parts(word)
    if name == "mine":
        return {"owner": me}
    if name == "unclaimed":
        return {"handoff": "offered"}
    if name == "stage" and value.lower() in get_args(Stage):
        return {"stage": value.lower()}
    if name == "score" and value.isascii() and value.isdigit() and len(value) < 6:
        return {"min_score": int(value) + (sign == ">")}
    if name == "since" and (seconds := _seconds(value)):
        return {"since_s": seconds}
    if name == "source" and value:
        return {"source": value.lower()}
    if name == "rep" and (rep := _rep(value, me)):
        return {"owner": rep}
    return Unclear(
        f"I cannot narrow a list by `{mrkdwn(word, 60)}`. Use `mine`, `unclaimed`, `stage:mql`, `score>60`, "
        "`since:2d`, `source:chat` or `rep:@name`."
    )


def _parts(word: str) -> tuple[str, str, str]:
    found = re.fullmatch(r"(\w+)(>=|:>|>|:|=)(.+)", word)
    return (found[1].lower(), found[2].strip(":"), found[3]) if found else (word.lower(), "", "")


def _seconds(value: str) -> int | None:
    found = _SPAN.fullmatch(value.lower())
    return int(found[1]) * {"m": 60, "h": 3600, "d": 86_400}[found[2]] if found else None


def _rep(value: str, me: str) -> str | None:
    found = _USER.fullmatch(value)
    return me if value.lower() == "me" else found[1] if found else None
