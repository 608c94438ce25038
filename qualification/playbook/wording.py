"""The no-push guard and the other rules every wording of the playbook must keep."""

import re
from string import Formatter

PLACEHOLDERS = ("name", "company", "contact", "content", "value", "us", "rep")
MOST_WORDS_IN_ACKNOWLEDGEMENT = 11
_PUSHY = re.compile(
    r"\b(buy now|buy today|act now|act fast|order now|order today|sign up now|sign up today|limited[- ]time"
    r"|limited offer|offer ends|last chance|don'?t miss"
    r"|(?<!no )(?<!in a )hurry|while (?:stocks|supplies) last|today only|only today"
    r"|before it'?s too late|once in a lifetime|exclusive deal|special deal|risk[- ]free|no[- ]brainer"
    r"|what are you waiting for|deal of the|only \d+ (?:left|spots|seats)|now or never|final offer"
    r"|expires (?:soon|today))\b",
    re.IGNORECASE,
)
_QUALIFYING = re.compile(r"\b(qualif(?:y|ied|ying)|lead score|MQL|SQL|BANT|prospect)\b")


def plain(text: str) -> str:
    """Text shown as it is: no pressure, no placeholders."""
    if "{" in text or "}" in text:
        raise ValueError("placeholders in { } are not filled in here; write plain text")
    return _calm(text)


def saying(text: str) -> str:
    """A line of the assistant: no pressure, no talk of qualifying, only known placeholders."""
    if found := _QUALIFYING.search(text):
        raise ValueError(f'never tell visitors that they are being sorted: drop "{found[0]}"')
    unknown = placeholders(text) - set(PLACEHOLDERS)
    if unknown:
        raise ValueError(f"no such placeholder {{{min(unknown)}}}; known are " + ", ".join(PLACEHOLDERS))
    return _calm(text)


def asking(text: str) -> str:
    """A question: one at a time."""
    if text.count("?") > 1:
        raise ValueError("asks more than one question; one at a time")
    return saying(text)


def acknowledging(text: str) -> str:
    """A short sign that it was heard: under twelve words and no question."""
    words = len(text.split())
    if words > MOST_WORDS_IN_ACKNOWLEDGEMENT:
        raise ValueError(f"acknowledges in {words} words; under 12 please")
    if "?" in text:
        raise ValueError("an acknowledgement asks nothing")
    return saying(text)


def web_address(text: str) -> str:
    if not re.fullmatch(r"(https://|http://|mailto:|/)[^\s<>\"]{1,500}", text):
        raise ValueError("is no link; it starts with https://, mailto: or /")
    return text


def placeholders(text: str) -> set[str]:
    """Names in { } of a wording."""
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError as error:
        raise ValueError(f"a {{ or }} is left open ({error})") from error


def _calm(text: str) -> str:
    if found := _PUSHY.search(text):
        raise ValueError(f'pushes visitors ("{found[0]}"); invite them to learn more, to talk or to see a demo instead')
    return text
