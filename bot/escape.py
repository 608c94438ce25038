"""Other people's text made safe for Slack: no mention, no masked link, no broken layout, nothing cut in half."""

import re
import unicodedata

LONGEST_READ = 20_000  # characters looked at before anything is cut; nothing we show is longer
MARKS_IN_A_ROW = 4
_BREAKS = re.compile("\r\n|[\r\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\u2800\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_EMOJI = "\U0001f000-\U0001faff\u203c\u2049\u20e3\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\u3030\u303d\u3297\u3299"
_LONE_JOINER = re.compile(f"(?<![{_EMOJI}\ufe0f])\u200d|\u200d(?![{_EMOJI}])")
_LONE_SELECTOR = re.compile(f"(?<![{_EMOJI}0-9#*©®™ℹ])\ufe0f")
_EDGE_UNDERSCORE = re.compile(r"(?<![^\W_])_+|_+(?![^\W_])")
_ENTITY = re.compile(r"&(?=(?:lt|gt|amp|#\d{1,7}|#x[0-9a-f]{1,6});)", re.IGNORECASE)
_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LOOKALIKES = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ"})
_ANGLES = str.maketrans({"<": "‹", ">": "›"})
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def clean(text: str) -> str:
    """The text without what hides, reorders or piles up: controls, bidi overrides, invisible letters, stacked marks."""
    text = _BREAKS.sub("\n", text[:LONGEST_READ]).replace("\t", " ")
    text = _INVISIBLE.sub("", _CONTROLS.sub("", text))
    text = _LONE_SELECTOR.sub("", _LONE_JOINER.sub("", unicodedata.normalize("NFC", text)))
    return _unstacked(text)


def _unstacked(text: str) -> str:
    kept, marks = [], 0
    for letter in text:
        marks = marks + 1 if unicodedata.category(letter) in ("Mn", "Me") else 0
        if marks <= MARKS_IN_A_ROW:
            kept.append(letter)
    return "".join(kept)


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


def cut(text: str, limit: int) -> str:
    """At most `limit` code points, ended by an ellipsis when shortened; never inside an emoji or an accented letter."""
    return text if len(text) <= limit else text[: _boundary(text, limit - 1)].rstrip() + "…"


def _boundary(text: str, end: int) -> int:
    while end > 0 and _is_inside(text, end):
        end -= 1
    return end


def _is_inside(text: str, end: int) -> bool:
    """Whether cutting before `end` would tear apart what is seen as one sign."""
    following = text[end]
    if following in "\u200d\ufe0f\u20e3" or "\U0001f3fb" <= following <= "\U0001f3ff" or text[end - 1] == "\u200d":
        return True
    return unicodedata.category(following).startswith("M") or _flag_letters_before(text, end) % 2 == 1


def _flag_letters_before(text: str, end: int) -> int:
    """Regional indicators come in pairs: an odd number before the cut and one behind it is half a flag."""
    if not "\U0001f1e6" <= text[end] <= "\U0001f1ff":
        return 0
    start = end
    while start > 0 and "\U0001f1e6" <= text[start - 1] <= "\U0001f1ff":
        start -= 1
    return end - start


def literal(text: str, limit: int) -> str:
    """For rich text elements, where Slack parses nothing: cleaned and cut, line breaks kept. Never empty."""
    return cut(clean(text).strip(), limit) or "–"


def plain(text: str, limit: int) -> str:
    """For plain_text objects, on one line; angle brackets and entities become look-alikes. Never empty."""
    line = _ENTITY.sub("＆", one_line(text).translate(_ANGLES))
    return cut(line, limit) or "–"


def mrkdwn(text: str, limit: int) -> str:
    """For mrkdwn, on one line: shown letter by letter, at most `limit` characters after escaping. Never empty."""
    line = _EDGE_UNDERSCORE.sub(lambda found: "＿" * len(found[0]), one_line(text).translate(_LOOKALIKES))
    line = "›" + line[1:] if line.startswith(">") else line  # at the start of a line Slack makes it a quotation
    if len(_escaped(line)) <= limit:
        return _escaped(line) or "–"
    return _escaped(line[: _boundary(line, _fitting(line, limit - 1))].rstrip()) + "…"


def _escaped(line: str) -> str:
    return "".join(_ENTITIES.get(letter, letter) for letter in line)


def _fitting(line: str, room: int) -> int:
    for index, letter in enumerate(line):
        room -= len(_ENTITIES.get(letter, letter))
        if room < 0:
            return index
    return len(line) - 1


def isolated(text: str) -> str:
    """A right-to-left name in a left-to-right line keeps to itself."""
    return f"\u2068{text}\u2069" if _RTL.search(text) else text


def address(email: str) -> str:
    """An e-mail address; a domain in foreign letters is shown with its real name too, as it may imitate another."""
    local, at, domain = one_line(email).rpartition("@")
    if domain.isascii():
        return f"{local}{at}{domain}"
    try:
        return f"{local}{at}{domain} ({domain.encode('idna').decode()})"
    except UnicodeError:
        return f"{local}{at}{domain} (no valid domain)"
