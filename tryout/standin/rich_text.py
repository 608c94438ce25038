"""Rich text blocks: sections, lists, quotes and preformatted text made of literal pieces."""

from tryout.standin.elements import CONVERSATION, URL, USER
from tryout.standin.schema import boolean, by_type, integer, items, one_of, record, string

STYLE = record({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline"), boolean))
STYLED = {"style": STYLE}
LITERAL = {
    "text": record({"text": string()}, STYLED),
    "link": record({"url": URL}, {"text": string(), "unsafe": boolean, **STYLED}),
}
INLINE = {
    **LITERAL,
    "user": record({"user_id": USER}, STYLED),
    "usergroup": record({"usergroup_id": string(20, pattern="S[A-Z0-9]+")}, STYLED),
    "channel": record({"channel_id": CONVERSATION}, STYLED),
    "emoji": record({"name": string(100)}, {"unicode": string(100), "skin_tone": integer(1, 6), **STYLED}),
    "broadcast": record({"range": one_of("here", "channel", "everyone")}),
    "color": record({"value": string(7, pattern="#[0-9A-Fa-f]{6}")}),
    "date": record({"timestamp": integer(), "format": string(200)}, {"url": URL, "fallback": string(), **STYLED}),
}
# An empty section is how Slack writes an empty line.
SECTION = record({"elements": items(by_type(INLINE), fewest=0)})
LIST = record(
    {"style": one_of("bullet", "ordered"), "elements": items(by_type({"rich_text_section": SECTION}))},
    {"indent": integer(0, 8), "offset": integer(0), "border": integer(0, 1)},
)
PARTS = {
    "rich_text_section": SECTION,
    "rich_text_list": LIST,
    "rich_text_preformatted": record(
        {"elements": items(by_type(LITERAL))}, {"border": integer(0, 1), "language": string(50)}
    ),
    "rich_text_quote": record({"elements": items(by_type(INLINE))}, {"border": integer(0, 1)}),
}
RICH_TEXT_ELEMENTS = items(by_type(PARTS))
