"""The stand-in takes what Block Kit allows up to its limits and refuses one more."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tryout.standin.blockkit import block_problems, metadata_error, too_much_text, view_problems, view_too_large

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def button(number: int = 0, **more: Any) -> Json:
    return {"type": "button", "action_id": f"a{number}", "text": plain("Claim"), **more}


def section(**more: Any) -> Json:
    return {"type": "section", "text": mrkdwn("hello"), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def options(count: int, value: str = "v") -> list[Json]:
    return [{"text": plain(f"option {n}"), "value": f"{value}{n}"} for n in range(count)]


def menu(count: int = 2, **more: Any) -> Json:
    return {"type": "overflow", "action_id": "more", "options": options(count), **more}


def select(kind: str = "static_select", **more: Any) -> Json:
    return {"type": kind, "action_id": "pick", **more}


def asking(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain("Reason"), "element": element, **more}


def modal(blocks: list[Json] | None = None, **more: Any) -> Json:
    shape = {"type": "modal", "title": plain("Return"), "submit": plain("Return"), "blocks": blocks or []}
    return {**shape, **more}


def typed(**more: Any) -> Json:
    return {"type": "plain_text_input", "action_id": "text", **more}


def image(**more: Any) -> Json:
    return {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a chart", **more}


def rich(*inline: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(inline)}]}


def nested(pointer: str, problems: list[str]) -> bool:
    return any(f"[json-pointer:{pointer}]" in one for one in problems)


BLOCK_LIMITS = [
    ("header", 150, lambda n: {"type": "header", "text": plain("x" * n)}, "/blocks/0/text/text"),
    ("section text", 3000, lambda n: section(text=mrkdwn("x" * n)), "/blocks/0/text/text"),
    ("field", 2000, lambda n: section(fields=[mrkdwn("x" * n)]), "/blocks/0/fields/0/text"),
    ("fields", 10, lambda n: section(fields=[mrkdwn("x")] * n), "/blocks/0/fields"),
    ("actions", 25, lambda n: actions(*(button(i) for i in range(n))), "/blocks/0/elements"),
    ("context", 10, lambda n: {"type": "context", "elements": [mrkdwn("x")] * n}, "/blocks/0/elements"),
    ("button text", 75, lambda n: actions(button(text=plain("x" * n))), "/blocks/0/elements/0/text/text"),
    ("button value", 2000, lambda n: actions(button(value="x" * n)), "/blocks/0/elements/0/value"),
    (
        "accessibility label",
        75,
        lambda n: actions(button(accessibility_label="x" * n)),
        "/blocks/0/elements/0/accessibility_label",
    ),
    ("overflow", 5, lambda n: section(accessory=menu(n)), "/blocks/0/accessory/options"),
    (
        "option value",
        150,
        lambda n: section(accessory=menu(options=[{"text": plain("x"), "value": "v" * n}])),
        "/blocks/0/accessory/options/0/value",
    ),
    (
        "option text",
        75,
        lambda n: section(accessory=menu(options=[{"text": plain("x" * n), "value": "v"}])),
        "/blocks/0/accessory/options/0/text/text",
    ),
    ("select options", 100, lambda n: actions(select(options=options(n))), "/blocks/0/elements/0/options"),
    (
        "placeholder",
        150,
        lambda n: actions(select("users_select", placeholder=plain("x" * n))),
        "/blocks/0/elements/0/placeholder/text",
    ),
    ("block id", 255, lambda n: section(block_id="x" * n), "/blocks/0/block_id"),
    ("action id", 255, lambda n: actions(button(action_id="x" * n)), "/blocks/0/elements/0/action_id"),
    ("alt text", 2000, lambda n: image(alt_text="x" * n), "/blocks/0/alt_text"),
    ("image address", 3000, lambda n: image(image_url="https://x.io/".ljust(n, "x")), "/blocks/0/image_url"),
    (
        "confirm title",
        100,
        lambda n: actions(button(confirm=confirm(title=plain("x" * n)))),
        "/blocks/0/elements/0/confirm/title/text",
    ),
    ("markdown", 12_000, lambda n: {"type": "markdown", "text": "x" * n}, "/blocks/0/text"),
    (
        "radio buttons",
        10,
        lambda n: actions(select("radio_buttons", options=options(n))),
        "/blocks/0/elements/0/options",
    ),
]
VIEW_LIMITS = [
    ("title", 24, lambda n: modal(title=plain("x" * n)), "/view/title/text"),
    ("submit", 24, lambda n: modal(submit=plain("x" * n)), "/view/submit/text"),
    ("close", 24, lambda n: modal(close=plain("x" * n)), "/view/close/text"),
    ("private metadata", 3000, lambda n: modal(private_metadata="x" * n), "/view/private_metadata"),
    ("callback id", 255, lambda n: modal(callback_id="x" * n), "/view/callback_id"),
    ("blocks", 100, lambda n: modal([{"type": "divider"}] * n), "/view/blocks"),
    ("home blocks", 100, lambda n: {"type": "home", "blocks": [{"type": "divider"}] * n}, "/view/blocks"),
    ("label", 2000, lambda n: modal([asking(typed(), label=plain("x" * n))]), "/view/blocks/0/label/text"),
    ("max_length", 3000, lambda n: modal([asking(typed(max_length=n))]), "/view/blocks/0/element/max_length"),
]


def confirm(**more: Any) -> Json:
    return {"title": plain("Sure?"), "text": mrkdwn("Really"), "confirm": plain("Yes"), "deny": plain("No"), **more}


@pytest.mark.parametrize(
    ("limit", "build", "pointer"), [row[1:] for row in BLOCK_LIMITS], ids=[r[0] for r in BLOCK_LIMITS]
)
def test_block_at_its_limit_is_taken_and_one_more_refused(limit: int, build: Any, pointer: str) -> None:
    assert block_problems([build(limit)]) == []
    assert nested(pointer, block_problems([build(limit + 1)]))


@pytest.mark.parametrize(
    ("limit", "build", "pointer"), [row[1:] for row in VIEW_LIMITS], ids=[r[0] for r in VIEW_LIMITS]
)
def test_view_at_its_limit_is_taken_and_one_more_refused(limit: int, build: Any, pointer: str) -> None:
    assert view_problems(build(limit)) == []
    assert nested(pointer, view_problems(build(limit + 1)))


def test_message_has_at_most_fifty_blocks() -> None:
    assert block_problems([{"type": "divider"}] * 50) == []
    assert block_problems([{"type": "divider"}] * 51) == ["no more than 50 items allowed [json-pointer:/blocks]"]


def test_all_text_together_stays_under_the_undocumented_total() -> None:
    even = [section(text=mrkdwn("x" * 3000)) for _ in range(4)] + [section(text=mrkdwn("x" * 1200))]
    assert not too_much_text(even)
    assert too_much_text([*even, section(text=mrkdwn("x"))])


def test_view_ends_at_250_kb() -> None:
    assert not view_too_large(modal(private_metadata="x" * 3000))
    assert view_too_large(modal([section(text=mrkdwn("é" * 2999)) for _ in range(50)]))


WRONG_BLOCKS = [
    ("unknown block", {"type": "sektion"}, "/blocks/0/type"),
    ("no type", {"text": mrkdwn("x")}, "/blocks/0"),
    ("unknown field", section(colour="red"), "/blocks/0"),
    ("empty section", {"type": "section"}, "/blocks/0"),
    ("bare string for a text", section(text="hello"), "/blocks/0/text"),
    ("empty text", section(text=mrkdwn("")), "/blocks/0/text/text"),
    ("markup in a header", {"type": "header", "text": mrkdwn("x")}, "/blocks/0/text/type"),
    ("markup on a button", actions(button(text=mrkdwn("x"))), "/blocks/0/elements/0/text/type"),
    ("emoji flag on markup", section(text={**mrkdwn("x"), "emoji": True}), "/blocks/0/text"),
    ("verbatim flag on plain text", section(text={**plain("x"), "verbatim": True}), "/blocks/0/text"),
    ("no actions", actions(), "/blocks/0/elements"),
    ("no overflow options", section(accessory=menu(0)), "/blocks/0/accessory/options"),
    ("image without alt text", {"type": "image", "image_url": "https://example.com/a.png"}, "/blocks/0"),
    ("image without address", {"type": "image", "alt_text": "x"}, "/blocks/0"),
    ("script address", actions(button(url="javascript:alert(1)")), "/blocks/0/elements/0/url"),
    ("third style", actions(button(style="warning")), "/blocks/0/elements/0/style"),
    ("text input among actions", actions(typed()), "/blocks/0/elements/0/type"),
    ("button in a context", {"type": "context", "elements": [button()]}, "/blocks/0/elements/0/type"),
    ("button as input", asking(button()), "/blocks/0/element/type"),
    ("input without label", {"type": "input", "element": typed()}, "/blocks/0"),
    ("options and groups", actions(select(options=options(1), option_groups=[])), "/blocks/0/elements/0"),
    ("neither options nor groups", actions(select()), "/blocks/0/elements/0"),
    (
        "initial option not offered",
        actions(select(options=options(2), initial_option=options(3)[2])),
        "/blocks/0/elements/0",
    ),
    ("number as value", actions(button(value=7)), "/blocks/0/elements/0/value"),
    ("half a confirm", actions(button(confirm={"title": plain("x")})), "/blocks/0/elements/0/confirm"),
    ("date out of shape", actions(select("datepicker", initial_date="1.2.2026")), "/blocks/0/elements/0/initial_date"),
    (
        "loose rich text",
        {"type": "rich_text", "elements": [{"type": "text", "text": "x"}]},
        "/blocks/0/elements/0/type",
    ),
    ("empty rich text piece", rich({"type": "text", "text": ""}), "/blocks/0/elements/0/elements/0/text"),
    (
        "unknown rich style",
        rich({"type": "text", "text": "x", "style": {"blink": True}}),
        "/blocks/0/elements/0/elements/0/style",
    ),
    (
        "user in preformatted text",
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_preformatted", "elements": [{"type": "user", "user_id": "U1"}]}],
        },
        "/blocks/0/elements/0/elements/0/type",
    ),
]


@pytest.mark.parametrize(("block", "pointer"), [row[1:] for row in WRONG_BLOCKS], ids=[row[0] for row in WRONG_BLOCKS])
def test_wrong_block_is_refused_where_it_is_wrong(block: Json, pointer: str) -> None:
    assert nested(pointer, block_problems([block]))


def test_block_ids_are_unique_in_a_message_and_action_ids_in_a_block() -> None:
    assert nested("/blocks/1/block_id", block_problems([section(block_id="b"), section(block_id="b")]))
    assert nested("/blocks/0", block_problems([actions(button(1), button(1))]))
    assert block_problems([actions(button(1)), actions(button(1))]) == []


def test_everything_a_lead_card_uses_is_taken() -> None:
    inline = [
        {"type": "text", "text": "literal <!channel>", "style": {"bold": True, "code": False}},
        {"type": "link", "url": "https://example.com", "text": "page"},
        {"type": "user", "user_id": "U0ANN000001"},
        {"type": "emoji", "name": "tada"},
        {"type": "date", "timestamp": 1700000000, "format": "{date} at {time}", "fallback": "then"},
    ]
    bullets = [{"type": "rich_text_section", "elements": inline}]
    card = [
        {"type": "header", "text": {**plain("MQL 82: Dana at Acme"), "emoji": False}},
        section(accessory=menu(5, confirm=confirm(style="danger")), block_id="state"),
        section(fields=[mrkdwn("*Role*\nCTO"), plain("x")]),
        {
            "type": "rich_text",
            "elements": [
                {"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": bullets},
                {"type": "rich_text_quote", "elements": inline},
                {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "a\nb"}], "border": 0},
            ],
        },
        actions(button(1, style="primary", value="L-1", accessibility_label="Claim"), button(2, style="danger")),
        {"type": "context", "elements": [mrkdwn("<!date^1700000000^{time}|then>"), image()]},
        {"type": "divider"},
        image(title=plain("x")),
    ]
    assert block_problems(card) == []


def test_modal_with_inputs_needs_a_submit_button() -> None:
    view = modal([asking(typed(multiline=True), hint=plain("why"), optional=True)])
    assert view_problems(view) == []
    del view["submit"]
    assert view_problems(view) == ["missing required field: submit [json-pointer:/view]"]


def test_home_tab_has_no_title_and_a_modal_must_have_one() -> None:
    assert nested("/view", view_problems({"type": "home", "title": plain("x"), "blocks": []}))
    assert nested("/view", view_problems({"type": "modal", "blocks": []}))
    assert nested("/view/type", view_problems({"type": "sheet", "blocks": []}))


def test_only_one_input_takes_the_focus() -> None:
    both = [asking(typed(focus_on_load=True)), asking(typed(focus_on_load=True))]
    assert view_problems(modal(both[:1])) == []
    assert nested("/view/blocks", view_problems(modal(both)))


@pytest.mark.parametrize("kind", ["users_select", "external_select", "conversations_select", "channels_select"])
def test_menus_without_own_options_are_taken_as_input_and_action(kind: str) -> None:
    assert block_problems([actions(select(kind))]) == []
    assert view_problems(modal([asking(select(kind))])) == []


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ({"event_type": "mql_alert", "event_payload": {"lead": "L-1", "revision": 3}}, None),
        ({"event_type": "mql_alert"}, "invalid_metadata_format"),
        ({"event_type": "", "event_payload": {}}, "invalid_metadata_format"),
        ({"event_type": "x", "event_payload": []}, "invalid_metadata_format"),
        ({"event_type": "x", "event_payload": {}, "more": 1}, "invalid_metadata_format"),
        ({"event_type": "x", "event_payload": {"a": "b" * 8_000}}, "metadata_too_large"),
    ],
)
def test_metadata_has_a_type_a_payload_and_a_size(metadata: Json, error: str | None) -> None:
    assert metadata_error(metadata) == error


NAMES = st.sampled_from(["type", "text", "blocks", "elements", "accessory", "options", "element", "block_id"])
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
TYPES = st.sampled_from(["section", "actions", "input", "rich_text", "context", "header", "image", "modal", "home"])


@given(TYPES, st.dictionaries(st.sampled_from(["text", "elements", "accessory", "element", "label"]), ANY_JSON))
def test_no_block_however_odd_breaks_the_check(kind: str, fields: Json) -> None:
    assert isinstance(block_problems([{**fields, "type": kind}]), list)


@given(ANY_JSON)
def test_nothing_that_is_no_list_of_blocks_passes(anything: Any) -> None:
    assert block_problems(anything) == [] if anything == [] else isinstance(block_problems(anything), list)
    assert view_problems(anything) != []
