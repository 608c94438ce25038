"""The person at Slack's end: types commands, presses buttons and fills in modals."""

from collections.abc import Mapping
from typing import Any

from tryout.standin import payloads
from tryout.standin.acks import notice, take_command_answer, take_view_answer
from tryout.standin.inputs import find_element, left_empty, picked, state_of
from tryout.standin.payloads import FORM
from tryout.standin.people import LEADS, User
from tryout.standin.sending import Ack
from tryout.standin.state import Json, ResponseUrl
from tryout.standin.voice import Voice


class Client(Voice):
    """`user` is an id or a handle everywhere; `channel` an id or a name. Each act returns the app's Ack.

    `**fields` of an act override the payload's own (a foreign `team_id`, a tampered `actions` ...)."""

    # --- commands

    def command(self, user: str, line: str, channel: str = LEADS, link: bool = False, **fields: str) -> Ack:
        """`/lead status L-1001` as typed; @handles and #channels become references as with should_escape."""
        who, where = self._who(user), self._where(channel)
        address = ResponseUrl(who.id, where.id, self.workspace.clock())
        ids = {"trigger_id": self.workspace.issue_trigger(who.id), "response_url": self._address(address)}
        text = payloads.escaped(self.workspace, line, link, named=True)
        form = payloads.command_form(self.workspace, who, where, text, ids) | fields
        ack = self.sender.send(payloads.form_body(form), FORM)
        return take_command_answer(self.workspace, address, form["command"], ack)

    # --- buttons, menus and pickers

    def press(
        self,
        user: str,
        message_ts: str,
        action_id: str,
        choice: Any = None,
        *,
        block_id: str | None = None,
        message: Json | None = None,
        **fields: Any,
    ) -> Ack:
        """A press in a message, ephemeral ones too. `choice`: the option's value, or the picked user, date ...
        `message` presses in an older copy of the message, as a screen not yet refreshed would."""
        who = self._who(user)
        channel, now_shown = self._message(message_ts, who)
        shown = message or now_shown
        block, element = find_element(shown.get("blocks", []), action_id, block_id)
        place = payloads.in_message(channel, shown, state_of(shown.get("blocks", []), {}))
        address = ResponseUrl(who.id, channel.id, self.workspace.clock(), original=message_ts)
        payload = self._pressed(who, block, element, choice) | place | {"response_url": self._address(address)}
        ack = self.sender.send(payloads.payload_body(payload | fields), FORM)
        if ack.problem:
            notice(self.workspace, who.id, channel.id, f"That did not work ({ack.problem}). Please try again.")
        return ack

    def press_in_view(
        self,
        user: str,
        action_id: str,
        choice: Any = None,
        *,
        view_id: str | None = None,
        block_id: str | None = None,
        values: Mapping[str, Any] | None = None,
        **fields: Any,
    ) -> Ack:
        """A press in the topmost modal, or in the view named (the home tab); `values` are the inputs so far."""
        who = self._who(user)
        view = self._view(who, view_id)
        block, element = find_element(view["blocks"], action_id, block_id)
        payload = self._pressed(who, block, element, choice)
        payload |= payloads.in_view(view, state_of(view["blocks"], values or {}))
        return self.sender.send(payloads.payload_body(payload | fields), FORM)

    def _pressed(self, who: User, block: Json, element: Json, choice: Any) -> Json:
        trigger = self.workspace.issue_trigger(who.id)
        action = payloads.action(block, element, picked(element, choice), self.workspace.next_ts())
        return payloads.interaction(self.workspace, "block_actions", who, trigger) | {"actions": [action]}

    def options(self, user: str, action_id: str, typed: str, view_id: str | None = None) -> Ack:
        """What the app offers for an external_select while somebody types."""
        who = self._who(user)
        view = self._view(who, view_id)
        block, element = find_element(view["blocks"], action_id)
        payload = payloads.interaction(self.workspace, "block_suggestion", who)
        payload |= payloads.in_view(view, state_of(view["blocks"], {}))
        asked = {"action_id": element["action_id"], "block_id": block["block_id"], "value": typed}
        return self.sender.send(payloads.payload_body(payload | asked), FORM)

    # --- modals and the home tab

    def submit(
        self,
        user: str,
        values: Mapping[str, Any] | None = None,
        view_id: str | None = None,
        check: bool = True,
        **fields: Any,
    ) -> Ack:
        """Submits the topmost modal. Required inputs left empty are refused here, as Slack's client does,
        with status 0 and nothing sent, unless `check` is off."""
        who = self._who(user)
        view = self._view(who, view_id)
        state = state_of(view["blocks"], values or {})
        if check and (errors := left_empty(view["blocks"], state)):
            return Ack(0, b"", 0.0, b"", {}, errors=errors)
        payload = payloads.interaction(self.workspace, "view_submission", who, self.workspace.issue_trigger(who.id))
        payload |= {"view": payloads.in_view(view, state)["view"], "response_urls": []}
        ack = self.sender.send(payloads.payload_body(payload | fields), FORM)
        return take_view_answer(self.workspace, view, ack)

    def close(self, user: str, view_id: str | None = None, everything: bool = False) -> Ack | None:
        """Closes the topmost modal or the whole stack; the app hears of it where it asked to be notified."""
        who = self._who(user)
        view = self._view(who, view_id)
        with self.workspace.changing():
            stack = self.workspace.stored.stacks.get(who.id, [])
            closed = list(stack) if everything or view["clear_on_close"] else [view["id"]]
            for one in closed:
                stack.remove(one)
                self.workspace.stored.views.pop(one, None)
        if not view["notify_on_close"]:
            return None
        payload = payloads.interaction(self.workspace, "view_closed", who)
        payload |= {"view": payloads.in_view(view, view["state"])["view"], "is_cleared": len(closed) > 1}
        return self.sender.send(payloads.payload_body(payload), FORM)

    def open_home(self, user: str) -> Ack:
        who = self._who(user)
        event: Json = {"type": "app_home_opened", "user": who.id, "channel": f"D{who.id[1:]}", "tab": "home"}
        home = self.workspace.home_of(who.id)
        shown = {} if home is None else {"view": payloads.in_view(home, home["state"])["view"]}
        return self.event(event | shown | {"event_ts": self.workspace.next_ts()})

    def shortcut(self, user: str, callback_id: str, message_ts: str | None = None) -> Ack:
        """A global shortcut, or one on a message."""
        who = self._who(user)
        trigger = self.workspace.issue_trigger(who.id)
        if message_ts is None:
            payload = payloads.interaction(self.workspace, "shortcut", who, trigger)
            payload |= {"callback_id": callback_id, "action_ts": self.workspace.next_ts()}
        else:
            payload = self._message_shortcut(who, trigger, callback_id, message_ts)
        return self.sender.send(payloads.payload_body(payload), FORM)

    def _message_shortcut(self, who: User, trigger: str, callback_id: str, message_ts: str) -> Json:
        channel, message = self._message(message_ts, who)
        place = payloads.in_message(channel, message, {})
        own = {name: place[name] for name in ("channel", "message")} | {"message_ts": message_ts}
        address = self._address(ResponseUrl(who.id, channel.id, self.workspace.clock(), original=message_ts))
        payload = payloads.interaction(self.workspace, "message_action", who, trigger)
        return payload | own | {"callback_id": callback_id, "response_url": address}
