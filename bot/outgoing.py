"""What a rep typed, as the visitor reads it: no Slack id, mention, channel or entity leaves the workspace. Pure."""

import re
from collections.abc import Callable

from bot.escape import clean

LONGEST = 2000
NameOf = Callable[[str], str]
_MARKED = re.compile(r"<([^<>\n]{1,3000})>")
_EVERYBODY = ("channel", "here", "everyone")


def for_visitor(text: str, name_of: NameOf) -> str:
    """Mentions become names, links their address, entities what they stand for; `name_of` tells who a user id is."""
    plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    named = _MARKED.sub(lambda found: _said(found[1], name_of), plain)
    return "\n".join(line.rstrip() for line in clean(named).split("\n")).strip()[:LONGEST]


def _said(marked: str, name_of: NameOf) -> str:
    target, _, label = marked.partition("|")
    sign, rest = target[:1], target[1:]
    if sign == "@":
        return name_of(rest)
    if sign == "#":
        return f"#{label}" if label else "our team"
    if sign == "!":
        return "" if rest.partition("^")[0] in _EVERYBODY else label.lstrip("@")
    if re.match(r"(https?://|mailto:|tel:)", target):
        return target.removeprefix("mailto:").removeprefix("tel:")
    return f"<{marked}>"
