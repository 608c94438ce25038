"""The ladder of next steps: read, learn more, talk to somebody, see it. Offered by interest, never twice after a no."""

import re
from collections.abc import Iterable
from dataclasses import replace

from rapidfuzz.distance import DamerauLevenshtein

from qualification.facts import Understanding
from qualification.listening import OfferReply, names
from qualification.playbook.schema import Content, Playbook, Rung
from qualification.scene import Reply, Scene
from qualification.speech import CallToAction, DialogueState

MISTYPED_FROM = 4
"""Letters a word has more of that is still known with one of them wrong."""
_NEGATED = r"\b(?:not?|don'?t|rather than|without|instead of|skip)\b[^.,;!?]{0,15}"


def reply_to_offer(
    playbook: Playbook, state: DialogueState, understanding: Understanding, text: str
) -> OfferReply | None:
    """What the message says to the open offer, if there is one: a yes counts only then."""
    if state.offered is None or state.offered not in {rung.id for rung in playbook.ladder}:
        return None
    rung = playbook.rung(state.offered)
    if _says(rung.instead, text) and not _says_both(rung, text):
        return "instead"
    if _says(rung.accept, text) or (
        understanding.has("affirm", "demo", "talk_to_sales", "purchase_intent") and not _refuses(understanding)
    ):
        return "accepted"
    return "declined" if _refuses(understanding) or understanding.has("just_looking", "goodbye", "opt_out") else None


def as_chosen(understanding: Understanding, reply: OfferReply | None, text: str) -> Understanding:
    """ "Just the guide please" chooses what was offered beside the meeting; it asks for no price."""
    if reply is None or names(text, "pricing"):
        return understanding
    return replace(understanding, intents=tuple(one for one in understanding.intents if one != "pricing"))


def _refuses(understanding: Understanding) -> bool:
    return understanding.has("deny", "refusal") and not understanding.has("demo", "talk_to_sales", "purchase_intent")


def _says_both(rung: Rung, text: str) -> bool:
    return bool(re.search(r"\bboth\b", text, re.IGNORECASE)) or (
        _says(rung.accept, text) and not _starts_with(rung.instead, text)
    )


def _starts_with(words: Iterable[str], text: str) -> bool:
    return any(text.casefold().strip().startswith(word.casefold()) for word in words)


def _says(words: Iterable[str], text: str) -> bool:
    """One of the words, standing by itself and not turned down ("not the guide"); a long one may be mistyped."""
    folded = _spelled(words, text.casefold())
    return any(
        re.search(rf"(?<!\w){re.escape(word.casefold())}(?!\w)", folded)
        and not re.search(rf"{_NEGATED}(?<!\w){re.escape(word.casefold())}(?!\w)", folded)
        for word in words
    )


def _spelled(words: Iterable[str], text: str) -> str:
    """ "the giude" as "the guide"."""
    long = [word.casefold() for word in words if len(word) > MISTYPED_FROM and word.isalpha()]
    for typed in re.findall(r"[^\W\d_]{4,12}", text):
        meant = next((word for word in long if DamerauLevenshtein.distance(typed, word, score_cutoff=1) == 1), None)
        text = text.replace(typed, meant) if meant else text
    return text


def answered_offer(scene: Scene, reply: Reply) -> Reply:
    """The words after an offer was accepted, turned down, or the content beside it chosen."""
    offered = scene.before.offered
    if offered is None or scene.heard.offer_reply is None:
        return reply
    rung = scene.playbook.rung(offered)
    declined = (*reply.state.ctas_declined, offered)
    match scene.heard.offer_reply:
        case "accepted":
            return reply.noting(offered=None, meeting="wanted" if rung.meeting else reply.state.meeting)
        case "instead" if rung.content:
            return show_content(scene, reply, rung.content).noting(offered=None, ctas_declined=declined)
    return reply.saying(scene.line(scene.playbook.lines.offer_declined), offered=None, ctas_declined=declined)


def show_content(scene: Scene, reply: Reply, id: str, anyway: bool = False) -> Reply:
    """The link of a prepared content, shown right here."""
    content = scene.playbook.content_by_id(id)
    lines = scene.playbook.lines
    text = scene.line(lines.content_anyway if anyway else lines.content, 0, content=content.short)
    shown = tuple(dict.fromkeys((*reply.state.content_shown, id)))
    return reply.saying(text, cta=_link(content), content_shown=shown, promised=None)


def open_offer_again(scene: Scene, reply: Reply) -> Reply:
    """After a question in between, the open offer once more; then it is let go."""
    offered = scene.before.offered
    if offered is None or scene.heard.offer_reply is not None:
        return reply
    moved_on = scene.heard.wants_meeting or scene.heard.learned_slots()
    if scene.before.ctas_offered.count(offered) > 1 or moved_on:
        return reply.noting(offered=None)
    rung = scene.playbook.rung(offered)
    text = scene.line(rung.again or rung.offer, 0)
    return reply.saying(
        text, rung.quick_replies, ctas_offered=(*reply.state.ctas_offered, offered), offered=offered, question=text
    )


def next_offer(scene: Scene, reply: Reply) -> Reply:
    """The highest step their interest reaches that was not offered yet; after a no only things to read."""
    rung = next((rung for rung in _reached(scene) if _is_new(scene, reply.state, rung)), None)
    if rung is None:
        return reply
    offered = (*reply.state.ctas_offered, rung.id)
    if not rung.meeting and rung.content:
        return show_rung(scene, reply, rung).noting(ctas_offered=offered)
    text = scene.line(rung.offer, 0)
    return reply.saying(text, rung.quick_replies, offered=rung.id, ctas_offered=offered, question=text)


def show_rung(scene: Scene, reply: Reply, rung: Rung) -> Reply:
    content = scene.playbook.content_by_id(str(rung.content))
    shown = tuple(dict.fromkeys((*reply.state.content_shown, content.id)))
    text = scene.line(rung.offer, 0, content=content.short)
    return reply.saying(text, cta=_link(content), content_shown=shown)


def _link(content: Content) -> CallToAction:
    return CallToAction(content.title, content.url, content.about)


def _reached(scene: Scene) -> list[Rung]:
    share = scene.assessment.score / max(scene.assessment.threshold, 1)
    return sorted(
        (r for r in scene.playbook.ladder if r.interest <= max(share, 0)), key=lambda r: r.interest, reverse=True
    )


def _is_new(scene: Scene, state: DialogueState, rung: Rung) -> bool:
    if rung.id in state.ctas_offered or (rung.content in state.content_shown and not rung.meeting):
        return False
    if rung.meeting and scene.assessment.verdict in ("not_mql", "disqualified"):
        return False
    turned_down = bool(state.ctas_declined) or any(
        r.meeting and r.id in state.ctas_offered for r in scene.playbook.ladder
    )
    return not (rung.meeting and turned_down)
