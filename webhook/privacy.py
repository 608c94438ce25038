"""What a visitor holds a right to, by their token alone: to see everything we hold, and to have it erased."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, jsonify

from webhook.answers import time_json
from webhook.errors import not_here
from webhook.gate import Gate
from webhook.rooms import Rooms


@dataclass(frozen=True, slots=True)
class Own:
    rooms: Rooms
    gate: Gate

    def export_me(self) -> Response:
        self.gate.spend("chat")
        caller = self.gate.visitor("chat")
        found = self.rooms.privacy.export_own(caller.site_id, caller.visitor)
        if found is None:
            raise not_here()
        return jsonify({table: [_plain(row) for row in rows] for table, rows in found.items()})

    def erase_me(self) -> tuple[str, int]:
        """Who is erased already, or never was, is unknown like anybody else."""
        self.gate.spend("chat")
        caller = self.gate.visitor("chat")
        if self.rooms.privacy.erase_own(caller.site_id, caller.visitor) is None:
            raise not_here()
        return "", 204


def _plain(row: Any) -> Any:
    if not isinstance(row, Mapping):
        return row
    return {name: time_json(value) if isinstance(value, datetime) else value for name, value in row.items()}
