"""A refusal as Slack words it."""

from typing import Any


class SlackError(Exception):
    """`code` becomes the answer's `error`; details are further fields of the answer."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code, self.details = code, details

    def answer(self) -> dict[str, Any]:
        return {"ok": False, "error": self.code, **self.details}


def wrong_blocks(problems: list[str]) -> SlackError:
    messages = [f"[ERROR] {one}" for one in problems]
    return SlackError("invalid_blocks", errors=problems, response_metadata={"messages": messages})


def wrong_arguments(messages: list[str]) -> SlackError:
    return SlackError("invalid_arguments", response_metadata={"messages": messages})
