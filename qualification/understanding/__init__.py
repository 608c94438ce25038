"""What a visitor's message says: intents and facts, found offline and the same way every time."""

from dataclasses import replace

from qualification.facts import Entity, Understanding, Utterance
from qualification.understanding.certainty import calibrated
from qualification.understanding.encoder import encode, encoder
from qualification.understanding.entities import find_entities, in_original
from qualification.understanding.intents import find_intents, settle
from qualification.understanding.model import Weights, tag, weights
from qualification.understanding.phone import warm_phones
from qualification.understanding.reading import Reading, read
from qualification.understanding.retraction import retracted_slots
from qualification.understanding.text import MASK, Composed, composed
from qualification.understanding.web import warm_sites


def understand(utterance: Utterance, model: Weights | None = None) -> Understanding:
    """`model` stands in for the weights that are shipped."""
    found = understand_unsure(utterance, model)
    sure = tuple(replace(one, confidence=calibrated(one.confidence)) for one in found.entities)
    return replace(found, entities=sure)


def understand_unsure(utterance: Utterance, model: Weights | None = None) -> Understanding:
    """The same with the confidences as the extractors give them, to be compared with how often they are right."""
    whole = composed(utterance.text)
    if whole is None:
        return _understood(utterance, model or weights())
    found = _understood(replace(utterance, text=whole.text), model or weights())
    return replace(found, entities=tuple(_as_typed(one, whole, utterance.text) for one in found.entities))


def _as_typed(entity: Entity, whole: Composed, text: str) -> Entity:
    """The words and offsets as they were typed; the value keeps its letters whole."""
    start, end = whole.places[entity.start], whole.places[entity.end]
    return replace(entity, text=text[start:end], start=start, end=end)


def _understood(utterance: Utterance, model: Weights) -> Understanding:
    reading = read(utterance)
    seen = encode(reading, encoder()) if _has_words(reading) else None
    tagged = tag(reading, model, seen)
    scores = find_intents(reading, tagged, model, seen)
    entities = find_entities(reading, tagged, scores)
    shown = tuple(in_original(utterance.text, entity) for entity in entities)
    taken_back = retracted_slots(reading, shown)
    return Understanding(settle(scores, shown, reading, taken_back), shown, taken_back)


def _has_words(reading: Reading) -> bool:
    """Anything that the recognisers of addresses and numbers do not explain by themselves."""
    return any(token.text != MASK for token in reading.tokens)


def warm_up() -> None:
    """Loads what is loaded once: weights, suffix list, numbering plans."""
    weights()
    encoder()
    warm_sites()
    warm_phones()


__all__ = ["understand", "understand_unsure", "warm_up"]
