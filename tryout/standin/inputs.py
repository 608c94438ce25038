"""What a person picks or types, in the shapes Slack reports it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tryout.standin.blockkit import interactive
from tryout.standin.state import Json

_SINGLE = {
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
}
_ONE_OPTION = ("static_select", "external_select", "radio_buttons", "overflow")
_OPTIONS = ("multi_static_select", "multi_external_select", "checkboxes")


def picked(element: Json, choice: Any) -> Json:
    """The field that carries the choice: an option by its value, a user by id, text as typed."""
    kind = element["type"]
    if kind == "button":
        return {"text": element["text"], **{name: element[name] for name in ("value", "style") if name in element}}
    if kind in _ONE_OPTION:
        return {"selected_option": None if choice is None else option(element, choice)}
    if kind in _OPTIONS:
        return {"selected_options": [option(element, one) for one in choice or []]}
    return {_SINGLE.get(kind, "value"): choice}


def option(element: Json, value: str | Json) -> Json:
    """The offered option with this value; one from an external source is given whole or made up."""
    if isinstance(value, dict):
        return value
    groups = element.get("option_groups") or [{"options": element.get("options", [])}]
    offered: list[Json] = [one for group in groups for one in group["options"]]
    for one in offered:
        if one.get("value") == value:
            return one
    if "external" in element["type"]:
        return {"text": {"type": "plain_text", "text": value, "emoji": True}, "value": value}
    raise LookupError(f"no option {value}; there are {[one.get('value') for one in offered]}")


def initial(element: Json) -> Json:
    """What an element holds before anybody touches it."""
    kind = element["type"]
    if kind in _ONE_OPTION:
        return {"selected_option": element.get("initial_option")}
    if kind in _OPTIONS:
        return {"selected_options": element.get("initial_options", [])}
    name = _SINGLE.get(kind, "value")
    return {name: element.get(name.replace("selected", "initial") if name != "value" else "initial_value")}


def state_of(blocks: list[Json], filled: Mapping[str, Any]) -> Json:
    """`state.values` for blocks, with `filled` by "block_id.action_id", or by either id alone where that is plain."""
    values: dict[str, Json] = {}
    unused = set(filled)
    for block, element in _stateful(blocks):
        names = (f"{block['block_id']}.{element['action_id']}", block["block_id"], element["action_id"])
        name = next((one for one in names if one in filled), None)
        unused.discard(name or "")
        content = initial(element) if name is None else picked(element, filled[name])
        values.setdefault(block["block_id"], {})[element["action_id"]] = {"type": element["type"], **content}
    if unused:
        raise LookupError(
            f"no such input: {sorted(unused)}; there are {[f'{b}.{a}' for b in values for a in values[b]]}"
        )
    return {"values": values}


def _stateful(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    for block in blocks:
        for element in interactive(block):
            if element["type"] not in ("button", "overflow"):
                yield block, element


def left_empty(blocks: list[Json], state: Json) -> dict[str, str]:
    """What Slack's own client says before it sends a modal, by block id."""
    return {
        block["block_id"]: words
        for block in blocks
        if block["type"] == "input"
        and (words := _complaint(block, state["values"][block["block_id"]][block["element"]["action_id"]]))
    }


def _complaint(block: Json, content: Json) -> str:
    element = block["element"]
    value = next((value for name, value in content.items() if name != "type"), None)
    if value in (None, "", []):
        return "" if block.get("optional") else "Please complete this required field."
    if isinstance(value, str) and len(value) > element.get("max_length", 3000):
        return f"Must be at most {element.get('max_length', 3000)} characters."
    if isinstance(value, str) and len(value) < element.get("min_length", 0):
        return f"Must be at least {element['min_length']} characters."
    if element["type"] == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.\w+", value):
        return "Please enter a valid email address."
    return ""


def find_element(blocks: list[Json], action_id: str, block_id: str | None = None) -> tuple[Json, Json]:
    """The block and element with this action id; LookupError names those that are there."""
    there = [(block, element) for block in blocks for element in interactive(block)]
    for block, element in there:
        if element["action_id"] == action_id and block_id in (None, block["block_id"]):
            return block, element
    raise LookupError(f"no {action_id} here; there are {[element['action_id'] for _, element in there]}")
