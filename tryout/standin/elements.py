"""The parts inside Block Kit blocks: texts, options, confirmations and interactive elements, with Slack's limits."""

from typing import Any

from tryout.standin.schema import (
    Check,
    Problems,
    boolean,
    by_type,
    exactly_one,
    integer,
    items,
    one_of,
    problem,
    record,
    string,
)

IDENTIFIER = string(255)
URL = string(3000, pattern=r"https?://\S+")
DATE = string(10, pattern=r"\d{4}-\d{2}-\d{2}")
TIME = string(5, pattern=r"([01]\d|2[0-3]):[0-5]\d")
USER = string(20, pattern=r"[UW][A-Z0-9]+")
CONVERSATION = string(20, pattern=r"[CDGUW][A-Z0-9]+")


def plain(longest: int) -> Check:
    return by_type({"plain_text": record({"text": string(longest)}, {"emoji": boolean})})


def text(longest: int) -> Check:
    """A text object, plain or with Slack's markup."""
    return by_type(texts(longest))


def texts(longest: int) -> dict[str, Check]:
    """`emoji` belongs to plain text and `verbatim` to markup."""
    return {
        "plain_text": record({"text": string(longest)}, {"emoji": boolean}),
        "mrkdwn": record({"text": string(longest)}, {"verbatim": boolean}),
    }


CONFIRM = record(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
OPTION = record({"text": plain(75), "value": string(150)}, {"description": plain(75)})
MENU_OPTION = record({"text": plain(75), "value": string(150)}, {"description": plain(75), "url": URL})
RICH_OPTION = record({"text": text(75), "value": string(150)}, {"description": text(75)})
OPTION_GROUP = record({"label": plain(75), "options": items(OPTION, most=100)})
FILTER = record(
    {},
    {
        "include": items(one_of("im", "mpim", "private", "public")),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)
DISPATCH = record({}, {"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), most=2)})


def _offered(value: dict[str, Any]) -> list[Any]:
    groups = value.get("option_groups") or [{"options": value.get("options", [])}]
    return [option for group in groups if isinstance(group, dict) for option in group.get("options") or []]


def initial_is_offered(value: Any, at: str) -> Problems:
    offered = _offered(value)
    chosen = [value["initial_option"]] if "initial_option" in value else []
    for option in [*chosen, *(value.get("initial_options") or [])]:
        if option not in offered:
            yield problem("initial option must be one of the options", at)


def element(takes: dict[str, Check], needs: dict[str, Check] | None = None, *also: Check) -> Check:
    """Anything a person can press or fill in; Slack makes up a missing action_id."""
    return record(needs or {}, {"action_id": IDENTIFIER, **takes}, *also)


ASKS = {"placeholder": plain(150), "focus_on_load": boolean}
CHOICE = {**ASKS, "confirm": CONFIRM}
LISTED = {"options": items(OPTION, most=100), "option_groups": items(OPTION_GROUP, most=100)}
MANY = {"max_selected_items": integer(1)}
ONE_LIST = exactly_one("options", "option_groups")
TYPED = {**ASKS, "dispatch_action_config": DISPATCH, "initial_value": string(3000, 0)}

BUTTON = element(
    {
        "url": URL,
        "value": string(2000),
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
    {"text": plain(75)},
)
OVERFLOW = element({"confirm": CONFIRM}, {"options": items(MENU_OPTION, most=5)})
IMAGE = record(
    {"alt_text": string(2000)},
    {"image_url": URL, "slack_file": record({}, {"id": IDENTIFIER, "url": URL}, exactly_one("id", "url"))},
    exactly_one("image_url", "slack_file"),
)

SELECTS = {
    "static_select": element({**CHOICE, **LISTED, "initial_option": OPTION}, {}, ONE_LIST, initial_is_offered),
    "external_select": element({**CHOICE, "initial_option": OPTION, "min_query_length": integer(0)}),
    "users_select": element({**CHOICE, "initial_user": USER}),
    "conversations_select": element(
        {
            **CHOICE,
            "initial_conversation": CONVERSATION,
            "default_to_current_conversation": boolean,
            "response_url_enabled": boolean,
            "filter": FILTER,
        }
    ),
    "channels_select": element({**CHOICE, "initial_channel": CONVERSATION, "response_url_enabled": boolean}),
}
MULTI_SELECTS = {
    "multi_static_select": element(
        {**CHOICE, **LISTED, **MANY, "initial_options": items(OPTION, most=100)}, {}, ONE_LIST, initial_is_offered
    ),
    "multi_external_select": element(
        {**CHOICE, **MANY, "initial_options": items(OPTION, most=100), "min_query_length": integer(0)}
    ),
    "multi_users_select": element({**CHOICE, **MANY, "initial_users": items(USER)}),
    "multi_conversations_select": element(
        {
            **CHOICE,
            **MANY,
            "initial_conversations": items(CONVERSATION),
            "default_to_current_conversation": boolean,
            "filter": FILTER,
        }
    ),
    "multi_channels_select": element({**CHOICE, **MANY, "initial_channels": items(CONVERSATION)}),
}
PICKERS = {
    "datepicker": element({**CHOICE, "initial_date": DATE}),
    "timepicker": element({**CHOICE, "initial_time": TIME, "timezone": string(64)}),
    "radio_buttons": element(
        {"confirm": CONFIRM, "focus_on_load": boolean, "initial_option": RICH_OPTION},
        {"options": items(RICH_OPTION, most=10)},
        initial_is_offered,
    ),
    "checkboxes": element(
        {"confirm": CONFIRM, "focus_on_load": boolean, "initial_options": items(RICH_OPTION, most=10)},
        {"options": items(RICH_OPTION, most=10)},
        initial_is_offered,
    ),
}
DATETIME = {
    "datetimepicker": element({"confirm": CONFIRM, "focus_on_load": boolean, "initial_date_time": integer(10**9)})
}
INPUTS = {
    "plain_text_input": element(
        {**TYPED, "multiline": boolean, "min_length": integer(0, 3000), "max_length": integer(1, 3000)}
    ),
    "email_text_input": element(TYPED),
    "url_text_input": element(TYPED),
    "number_input": element(
        {**TYPED, "min_value": string(50), "max_value": string(50)}, {"is_decimal_allowed": boolean}
    ),
}
