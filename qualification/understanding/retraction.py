"""Slots a visitor takes back without a new value: "drop my phone number", "forget the budget I gave"."""

import re

from qualification.facts import Entity, Slot
from qualification.understanding.reading import Reading

_NAMES: dict[Slot, str] = {
    "phone": (
        r"phone(?: number)?|mobile(?: number)?|cell(?: number)?|number|telefonnummer|nummer|numéro"
        r"|teléfono|número"
    ),
    "email": r"e-?mail(?: address)?|mail(?: address)?|e-?mail-?adresse|correo|courriel",
    "budget": r"budget|price range|presupuesto",
    "company_size": r"headcount|company size|team size|number of employees",
    "timeline": r"timeline|deadline|start date|date i gave",
    "website": r"website|web address|url",
    "location": r"location|address|city",
    "person_name": r"name",
    "company": r"company(?: name)?",
    "job_title": r"(?:job )?title|role",
}
_TAKEN_BACK = {
    slot: re.compile(
        rf"(?<!\w)(?:drop|remove|delete|forget|scratch|erase|ignore|take out|disregard|strike"
        rf"|lösch\w{{0,3}}|streich\w{{0,3}}|supprimez?|oubliez?|borra|olvida) (?:(?:about|out) "
        rf")?(?:my|the|that|our|meine?|die|mon|le|mi|el) (?:\w{{1,12}} )?(?:{names})(?!\w)"
    )
    for slot, names in _NAMES.items()
}


def retracted_slots(reading: Reading, entities: tuple[Entity, ...]) -> tuple[Slot, ...]:
    new = {entity.label for entity in entities}
    return tuple(slot for slot, pattern in _TAKEN_BACK.items() if slot not in new and pattern.search(reading.low))
