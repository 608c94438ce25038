"""How a company talks: the playbook file, its schema, and which prepared answer fits a question."""

from qualification.playbook.load import PlaybookError, load_playbook, playbook_json_schema
from qualification.playbook.schema import Playbook

__all__ = ["Playbook", "PlaybookError", "load_playbook", "playbook_json_schema"]
