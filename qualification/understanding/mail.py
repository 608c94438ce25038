"""E-mail addresses as typed and as spoken: "jo.hart @ gmail.com", "ana at acme dot com", "c.moreau (at) atelier.fr"."""

import re
from collections.abc import Iterator

from qualification.understanding.found import Found
from qualification.understanding.text import words

_LOCAL = r"[^\W_](?:[\w.%+'!#$&*/=^{|}~-]{0,63}[\w+])?"
_HOST = r"[^\W_][\w-]{0,62}(?:\.[^\W_][\w-]{0,62}){1,6}"
_TYPED = re.compile(rf"(?<![\w.+\u0300-\u036f-])(?P<local>{_LOCAL}) {{0,2}}@ {{0,2}}(?P<host>{_HOST})(?![\w@])")
_AT = (
    r" ?(?:\(at\)|\[at\]|\{at\}|<at>|_at_|\(arroba\)|\(a\)) ?| (?:at the rate(?: of)?|at|ät"
    r"|arroba|chez|chiocciola|arobase|apenstaartje|snabel-a) "
)
_DOT = r" ?(?:\(dot\)|\[dot\]|\{dot\}|\(punto\)|\(punkt\)) ?| (?:dot|punkt|punto|point|ponto|stip|prick) |\."
_PIECE = r"[^\W_][\w+-]{0,40}"
_SPOKEN = re.compile(
    rf"(?<![\w.@\u0300-\u036f-])(?P<local>{_PIECE}(?:(?:{_DOT}|(?: (?:underscore|dash|hyphen|minus|plus) "
    rf"))[\w+-]{{1,40}}){{0,4}})(?:{_AT}|@)"
    rf"(?P<host>{_PIECE}(?: [^\W_]{{2,20}})?(?:(?:{_DOT})[\w-]{{1,40}}){{1,5}})(?![\w@])"
)
_PROVIDER = re.compile(
    rf"(?<![\w.@\u0300-\u036f-])(?P<local>{_PIECE}(?:[._][\w+-]{{1,40}}){{0,3}})(?:{_AT}|@)(?P<host>gmail"
    rf"|hotmail|yahoo|outlook|icloud|proton|gmx)(?![\w.@]| dot)"
)
_NOT_A_BOX = words(
    "us me we you look find visit is are was site website see here live sells up out available online "
    "found page shop store team im i'm work working working lead manager owner ceo director staff"
)
_LONGEST = 254  # what mail servers take
_SIGNS = {"underscore": "_", "dash": "-", "hyphen": "-", "minus": "-", "plus": "+"}
_COMMON = re.compile(
    r"(?:com|net|org|io|co|de|uk|fr|es|it|nl|edu|gov|info|biz|dental|studio|farm|shop|app|dev"
    r"|ai|eu|us|ca|au|in|nz|za|br|mx|jp|ch|at|be|se|no|dk|fi|pl|ie)$"
)


def find_mails(text: str) -> Iterator[Found]:
    """`text` is folded."""
    taken: list[tuple[int, int]] = []
    for match in _TYPED.finditer(text) if "@" in text else ():
        if found := _mail(match, match["local"], match["host"], 0.99):
            taken.append((found.start, found.end))
            yield found
    for match in _SPOKEN.finditer(text):
        if match["local"] in _NOT_A_BOX or match["host"].startswith("www"):
            continue
        spelled = not any(start < match.end() and match.start() < end for start, end in taken)
        if spelled and (found := _mail(match, _unspoken(match["local"]), _unspoken(match["host"]), 0.95)):
            yield found


def _mail(match: re.Match[str], local: str, host: str, sure: float) -> Found | None:
    host = host.rstrip(".-")
    top = host.rsplit(".", 1)[-1].lower()
    address = f"{local}@{host}".lower()
    if len(local) > 64 or len(address) > _LONGEST or ".." in local:
        return None
    if "." not in host or top.isdigit() or len(top) < 2:
        return None
    if sure < 0.99 and "@" not in match[0] and not _COMMON.match(top):
        return None
    return Found("email", match.start(), match.end(), address, sure)


def _unspoken(words: str) -> str:
    words = re.sub(r" (underscore|dash|hyphen|minus|plus) ", lambda sign: _SIGNS[sign[1]], words)
    return re.sub(_DOT, ".", words).replace(" ", "")


def find_providers(text: str) -> Iterator[Found]:
    """ "jo at gmail": the well-known mail houses are said without their ending."""
    for match in _PROVIDER.finditer(text):
        if match["local"] not in _NOT_A_BOX:
            ending = ".me" if match["host"] == "proton" else ".com"
            yield Found(
                "email", match.start(), match.end(), f"{_unspoken(match['local'])}@{match['host']}{ending}", 0.7
            )
