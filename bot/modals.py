"""The modals: transcript, reply, reasons, note, assign, snooze, won. private_metadata holds ids only. Pure."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot import blocks
from bot.blocks import Block
from bot.escape import literal
from bot.words import RETURN_WORDS
from qualification.stages import RETURN_CODES
from qualification.views import Line

LONGEST_NOTE = 2000
MOST_LINES = 40  # blocks of a view are limited, and so is what anybody reads in a modal
MOST_VIEW_TEXT = 60_000
RESTS = (
    ("An hour", "1h"),
    ("Four hours", "4h"),
    ("Tomorrow morning", "tomorrow"),
    ("Monday morning", "monday"),
    ("A week", "7d"),
    ("Two weeks", "14d"),
    ("A month", "30d"),
)


def _modal(callback: str, title: str, shown: Sequence[Block], submit: str | None = None, **more: Any) -> Block:
    also = {"submit": blocks.plain_text(submit, blocks.MODAL_TITLE)} if submit else {}
    return {
        "type": "modal",
        "callback_id": callback,
        "title": blocks.plain_text(title, blocks.MODAL_TITLE),
        "close": blocks.plain_text("Cancel" if submit else "Close", blocks.MODAL_TITLE),
        "blocks": list(shown)[: blocks.MOST_VIEW_BLOCKS],
        **also,
        **more,
    }


def where(ref: str, channel: str | None) -> str:
    """What a modal remembers: the lead and where the button was pressed, nothing personal."""
    return json.dumps({"lead": ref[:40], "channel": (channel or "")[:40]})


def remembered(metadata: str) -> tuple[str, str | None]:
    """The lead's reference and the channel; ("", None) when the metadata is not ours."""
    try:
        data = json.loads(metadata)
        return str(data["lead"]), str(data["channel"]) or None
    except (ValueError, KeyError, TypeError):
        return "", None


def return_modal(ref: str, channel: str | None) -> Block:
    about = f"`{ref}` goes back to marketing and is nurtured. The reason improves the criteria."
    return _reason_modal("return", "Return", about, ref, channel)


def lost_modal(ref: str, channel: str | None) -> Block:
    return _reason_modal("lost", "Lost", f"`{ref}` is over. Reopening takes that back.", ref, channel)


def _reason_modal(verb: str, title: str, about: str, ref: str, channel: str | None) -> Block:
    reasons = [(RETURN_WORDS[code], code) for code in RETURN_CODES]
    shown = [
        blocks.section(about),
        _input_block("code", "Reason", _select("code", "Choose a reason", reasons)),
        _input_block("text", "In a few words (needed for “Other reason”)", _lines("text"), optional=True),
    ]
    return _modal(f"lead_{verb}", f"{title} {ref}", shown, title, private_metadata=where(ref, channel))


def _input_block(name: str, label: str, element: Block, optional: bool = False) -> Block:
    shown = {"type": "input", "block_id": name, "label": blocks.plain_text(label, 75), "element": element}
    return {**shown, "optional": True} if optional else shown


def _select(name: str, placeholder: str, choices: Sequence[tuple[str, str]]) -> Block:
    """Choices as (text, value)."""
    options = [{"text": blocks.plain_text(text, 75), "value": value} for text, value in choices]
    shown = {"type": "static_select", "action_id": name, "placeholder": blocks.plain_text(placeholder, 75)}
    return {**shown, "options": options}


def _lines(name: str) -> Block:
    return {"type": "plain_text_input", "action_id": name, "multiline": True, "max_length": LONGEST_NOTE}


def note_modal(ref: str, channel: str | None) -> Block:
    shown = [_input_block("text", "Note, seen by sales only", _lines("text"))]
    return _modal("lead_note", f"Note on {ref}", shown, "Save", private_metadata=where(ref, channel))


REPLY_HINT = (
    "The visitor reads this with your name. It is held back for five seconds, in which you can undo it. The assistant "
    "steps back while you talk."
)


def reply_modal(ref: str, channel: str | None, lines: Sequence[Line]) -> Block:
    said = [_spoken(line, 600) for line in lines[-4:]]
    box = {**_lines("text"), "placeholder": blocks.plain_text("What you want to say", 75)}
    shown = [*said, _input_block("text", "To the visitor", box), blocks.context([REPLY_HINT])]
    return _modal("lead_reply", f"Reply {ref}", shown, "Send", private_metadata=where(ref, channel))


def find_modal() -> Block:
    return _modal(
        "lead_find", "Find a lead", [_input_block("lead", "Name, company, address or number", _search())], "Show"
    )


def note_on_modal(text: str, channel: str | None) -> Block:
    """The message may be changed before it is kept."""
    note = {**_lines("text"), "initial_value": literal(text, LONGEST_NOTE)} if text.strip() else _lines("text")
    shown = [_input_block("lead", "On which lead?", _search()), _input_block("text", "Note, seen by sales only", note)]
    return _modal("lead_note_on", "Add as lead note", shown, "Save", private_metadata=where("", channel))


def _search() -> Block:
    placeholder = blocks.plain_text("Type two letters or more", 75)
    return {"type": "external_select", "action_id": "lead", "placeholder": placeholder, "min_query_length": 2}


def assign_modal(ref: str, channel: str | None) -> Block:
    people = {"type": "users_select", "action_id": "to", "placeholder": blocks.plain_text("Choose a colleague", 75)}
    shown = [_input_block("to", "Who takes it on?", people)]
    return _modal("lead_assign", f"Give {ref}", shown, "Give", private_metadata=where(ref, channel))


def snooze_modal(ref: str, channel: str | None) -> Block:
    shown = [_input_block("until", "Until when?", _select("until", "Choose a time", RESTS))]
    return _modal("lead_snooze", f"Let {ref} rest", shown, "Rest", private_metadata=where(ref, channel))


def won_modal(ref: str, channel: str | None) -> Block:
    amount = {"type": "plain_text_input", "action_id": "amount", "max_length": 60}
    shown = [
        _input_block("amount", "For how much? Like 12k EUR", amount, optional=True),
        _input_block("text", "In a few words", _lines("text"), optional=True),
    ]
    return _modal("lead_won", f"Won {ref}", shown, "Won", private_metadata=where(ref, channel))


def waiting_modal(title: str) -> Block:
    return _modal("lead_info", title, [blocks.section("Loading …")])


def text_modal(title: str, text: str) -> Block:
    return _modal("lead_info", title, [blocks.section(text)])


def blocks_modal(title: str, shown: Sequence[Block]) -> Block:
    return _modal("lead_info", title, shown)


def transcript_modal(ref: str, lines: Sequence[Line]) -> Block:
    """The latest lines, oldest first, as far as they fit."""
    if not lines:
        return text_modal(f"Transcript {ref}", "Nothing was said yet.")
    shown = [_line(line, 1500) for line in lines[-MOST_LINES:]]
    while len(shown) > 1 and blocks.size(shown) > MOST_VIEW_TEXT:
        shown.pop(0)
    left_out = len(lines) - len(shown)
    note = [blocks.context([f"The first {left_out} messages are not shown."])] if left_out else []
    return _modal("lead_info", f"Transcript {ref}", [*note, *shown])


def _line(line: Line, limit: int) -> Block:
    return blocks.rich_text(
        blocks.rich_line(blocks.ours(f"{literal(_plain_speaker(line), 40)} · {line.at:%d %b %H:%M} UTC", bold=True)),
        blocks.rich_line(blocks.said(line.text, limit)),
    )


def _plain_speaker(line: Line) -> str:
    return line.name or "Rep" if line.author == "rep" else line.author.capitalize()


def transcript_reply(lines: Sequence[Line]) -> tuple[str, list[Block]]:
    """The first reply in an alert's thread: the last turns, literally."""
    last = lines[-20:]
    shown: list[Block] = [blocks.section(f"*The conversation so far* ({len(last)} messages)")]
    shown += [_spoken(line, _room(len(last))) for line in last]
    return f"The conversation so far, {len(last)} messages.", shown


def _room(count: int) -> int:
    """Characters per message so that all of them together stay well under Slack's limit."""
    return min(1000, 7000 // max(1, count))


def _spoken(line: Line, limit: int) -> Block:
    speaks = blocks.ours(f"{literal(_plain_speaker(line), 40)}: ", bold=True)
    return blocks.rich_text(blocks.rich_line(speaks, blocks.said(line.text, limit)))


def problems_of_return(values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with a submitted return, by block."""
    code, text = chosen(values), typed(values)
    if code not in RETURN_CODES:
        return {"code": "Choose one of the reasons."}
    if code == "other" and not text:
        return {"text": "Say in a few words why, as the reason is “Other”."}
    return {"text": f"At most {LONGEST_NOTE} characters."} if len(text) > LONGEST_NOTE else {}


def chosen(values: Mapping[str, Any], name: str = "code") -> str:
    picked = _input(values, name).get("selected_option")
    return str(picked.get("value", "")) if isinstance(picked, dict) else ""


def picked_user(values: Mapping[str, Any]) -> str:
    return str(_input(values, "to").get("selected_user") or "")


def typed(values: Mapping[str, Any], name: str = "text") -> str:
    return str(_input(values, name).get("value") or "").strip()


def _input(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    block = values.get(name)
    found = block.get(name) if isinstance(block, dict) else None
    return found if isinstance(found, dict) else {}
