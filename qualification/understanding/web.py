"""Websites: what ends in a public suffix and is neither an e-mail's domain nor a file."""

import re
from collections.abc import Iterator
from functools import cache

from tldextract import TLDExtract

from qualification.understanding.found import Found
from qualification.understanding.text import words

_HOST = r"[^\W_](?:[\w-]{0,61}[^\W_])?(?:\.[^\W_](?:[\w-]{0,61}[^\W_])?){1,6}"
_SITE = re.compile(rf"(?<![\w@.-])(?:https?://)?{_HOST}(?::\d{{2,5}})?(?:/[^\s<>()\"',;]{{0,300}})?(?![\w@])", re.I)
_DOT = r" (?:dot|punkt|punto|point|ponto) "
_SPOKEN = re.compile(rf"(?<!\w)(?:www{_DOT}|w w w{_DOT})?[^\W_][\w-]{{1,40}}(?:{_DOT}[^\W_][\w-]{{1,30}}){{1,3}}(?!\w)")
_FILES = words("pdf doc docx xls xlsx csv py js ts md zip rs sh pl ps so mov app exe jpg png txt html php json xml")
_WORDS = words("e.g i.e p.s a.m p.m etc.the inc.and ltd.we node.js vue.js next.js asp.net socket.io")
_GENERIC = words("app ai io co me it is to so no be at in my us am as by do id la st pm py sh rs mov zip")
_SAID = words(
    "com net org io co de uk fr es it nl edu gov dental studio farm shop app dev ai eu us ca au in nz za "
    "br mx ch at be ie"
)
_NOT_A_NAME = words("on at the a to is in my this that what which")


@cache
def _extract() -> TLDExtract:
    return TLDExtract(suffix_list_urls=(), cache_dir=None)


def warm_sites() -> None:
    _extract()("foyer.example.com")


def find_sites(text: str) -> Iterator[Found]:
    """`text` is folded, e-mail addresses masked."""
    for match in _SITE.finditer(text):
        raw = match[0].rstrip(".,:;!?*")
        if "." in raw and (sure := _sureness(raw)):
            yield Found("website", match.start(), match.start() + len(raw), raw, sure)
    for match in _SPOKEN.finditer(text):
        plain = re.sub(_DOT, ".", match[0]).replace(" ", "")
        if plain.rsplit(".", 1)[-1] in _SAID and plain.split(".")[0] not in _NOT_A_NAME and _sureness(plain):
            yield Found("website", match.start(), match.end(), match[0], 0.9)


def _sureness(raw: str) -> float:
    low = raw.lower()
    if low.startswith(("http://", "https://", "www.")):
        return 0.97
    host = low.split("/")[0]
    top = host.rsplit(".", 1)[-1]
    if low in _WORDS or (top in _FILES and "/" not in low) or host.replace(".", "").isdigit():
        return 0.0
    if low.endswith(".example") or top == "example":
        return 0.95
    parts = _extract()(low)
    if not parts.suffix or not parts.domain or len(parts.domain) < 2:
        return 0.0
    glued = top in _GENERIC and "/" not in low and re.search(r"\.[A-Z]", raw) is not None
    return 0.0 if glued else 0.95
