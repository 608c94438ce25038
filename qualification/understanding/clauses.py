"""A message in its clauses: each can want something else than the others."""

import re

MOST = 24
"""Nobody has more to say in one message than a reader would follow; the rest is read as one clause."""
_END = re.compile(
    r"[.!?;…。！？]+(?=[\s\"')\]]|$)[\"')\]]*|[。！？]|\n+| [-–—/|]+ "
    r"|, ?(?=(?:but|so|and|then|however|otherwise|though)\b)"
    r"| (?=(?:but|however|although|though|because|except|whereas|aber|sondern|weil|mais|pero|mas|porém)\b)"
    r"| (?=and (?:i|i'd|i'm|we|we'd|we're|please|can|could|would|then|maybe|perhaps|just|my|also|do|does|is|how"
    r"|what)\b)"
    r"| (?=(?:und (?:ich|wir|bitte)|et (?:je|nous)|y (?:quiero|queremos|me)|e (?:quero|queremos|gostaria))\b)",
    re.IGNORECASE,
)
_ABBREVIATED = re.compile(
    r"(?:^|[\s(])(?:[a-z]|mr|mrs|ms|dr|prof|ca|approx|inc|ltd|co|st|no|e\.g|i\.e|z\.b|nr|tel|sr|sra)$", re.I
)


def clauses(text: str) -> tuple[tuple[int, int], ...]:
    """Start and end of each clause that holds a word; their order is that of the text."""
    found, start = [], 0
    for match in _END.finditer(text):
        if match[0].strip() == "." and _ABBREVIATED.search(text, max(start, match.start() - 8), match.start()):
            continue
        found.append((start, match.end()))
        start = match.end()
        if len(found) == MOST:
            break
    found.append((start, len(text)))
    return tuple((first, last) for first, last in found if any(c.isalnum() for c in text[first:last]))
