"""The peer: botbuilder-python's waterfall form for the same visitor, in memory, behind the same Flask server."""

import asyncio
from itertools import count
from typing import Any

from flask import Flask, Response, jsonify, request

QUESTIONS = {
    "use_case": "What would you like to get done?",
    "email": "What is the best address to reach you at?",
    "company_size": "How many people work there?",
    "timeline": "Is there a date you're working to?",
    "meeting": "Shall I set up a call?",
}


def create_peer(_url: str) -> Flask:
    from botbuilder.core import BotAdapter, ConversationState, MemoryStorage, TurnContext
    from botbuilder.dialogs import DialogSet, DialogTurnStatus, WaterfallDialog, WaterfallStepContext
    from botbuilder.dialogs.prompts import PromptOptions, TextPrompt
    from botbuilder.schema import Activity, ChannelAccount, ConversationAccount, ResourceResponse

    class Said(BotAdapter):  # type: ignore[misc]
        """Keeps what the bot says, as a direct-line adapter does."""

        async def send_activities(self, context: Any, activities: Any) -> Any:
            context.turn_state.setdefault("said", []).extend(one.text for one in activities)
            return [ResourceResponse(id="1") for _ in activities]

        async def update_activity(self, context: Any, activity: Any) -> None: ...

        async def delete_activity(self, context: Any, reference: Any) -> None: ...

    state = ConversationState(MemoryStorage())
    dialogs = DialogSet(state.create_property("dialogs"))
    profile = state.create_property("profile")

    def step_for(slot: str, before: str | None) -> Any:
        async def step(context: WaterfallStepContext) -> Any:
            if before:
                (await profile.get(context.context, dict))[before] = context.result
            return await context.prompt("text", PromptOptions(prompt=_message(Activity, QUESTIONS[slot])))

        return step

    async def last(context: WaterfallStepContext) -> Any:
        (await profile.get(context.context, dict))["meeting"] = context.result
        await context.context.send_activity(_message(Activity, "Thanks, a colleague will be in touch."))
        return await context.end_dialog()

    slots = list(QUESTIONS)
    steps = [step_for(slot, slots[place - 1] if place else None) for place, slot in enumerate(slots)]
    dialogs.add(TextPrompt("text"))
    dialogs.add(WaterfallDialog("form", [*steps, last]))

    async def bot(turn: TurnContext) -> None:
        context = await dialogs.create_context(turn)
        result = await context.continue_dialog()
        if result.status in (DialogTurnStatus.Empty,):
            await context.begin_dialog("form")
        await state.save_changes(turn)

    async def receive(conversation: str, text: str) -> list[str]:
        account, where = ChannelAccount(id="visitor"), ConversationAccount(id=conversation)
        activity = Activity(
            type="message", text=text, channel_id="web", from_property=account, recipient=account, conversation=where,
            service_url="http://127.0.0.1",
        )  # fmt: skip
        turn = TurnContext(adapter, activity)
        await adapter.run_pipeline(turn, bot)
        return list(turn.turn_state.get("said", []))

    adapter, app, numbers = Said(), Flask("peer"), count(1)

    @app.post("/open")
    def open_() -> Response:
        return jsonify(conversation_id=next(numbers))

    @app.post("/say/<conversation>")
    def say(conversation: str) -> Response:
        said = asyncio.run(receive(conversation, request.get_json()["text"]))
        return jsonify(messages=[{"author": "assistant", "text": text} for text in said])

    return app


def _message(kind: Any, text: str) -> Any:
    return kind(type="message", text=text)
