"""Answers before questions: what the playbook knows, who is speaking, why something is asked."""

from collections.abc import Mapping

from qualification import cues
from qualification.playbook.knowledge import SURE, fits
from qualification.playbook.schema import Answer
from qualification.scene import Reply, Scene
from qualification.speech import CallToAction
from qualification.stages import BUYER_KINDS

_MAY_ASK_PRICES = (*BUYER_KINDS, "student", "partner", "press")
_SURE_WITHOUT_INTENT = 0.68
"""A message that was not recognised as a question has to fit a prepared wording better."""


def side_answers(scene: Scene, reply: Reply) -> Reply:
    """ "Are you a bot?", "who sees this?" and "why do you ask?" are always answered."""
    lines = scene.playbook.lines
    if scene.has("are_you_a_bot"):
        reply = reply.saying(scene.line(lines.bot))
    if cues.asks_who_sees(scene.heard.text) or _is_about_privacy(scene):
        return reply.saying(scene.line(lines.who_sees))
    return reply.saying(_why(scene)) if _asks_why(scene) else reply


def _is_about_privacy(scene: Scene) -> bool:
    """Privacy is on their mind, but nothing was asked to be deleted or shown, and no answer was prepared for it."""
    return scene.has("privacy_delete") and known_answer(scene) is None


def _asks_why(scene: Scene) -> bool:
    return scene.has("why_ask") and not (scene.has("are_you_a_bot") or known_answer(scene))


def _why(scene: Scene) -> str:
    asking = scene.before.asking
    question = scene.playbook.questions.get(asking) if asking else None
    return scene.line((question.why,)) if question else scene.line(scene.playbook.lines.why_general)


def knowledge_answer(scene: Scene, reply: Reply) -> Reply:
    """The prepared answer with its link, or honestly none."""
    if answer := known_answer(scene):
        cta = CallToAction(answer.link_label or "Read more", answer.link) if answer.link else None
        answered = tuple(dict.fromkeys((*reply.state.answered, answer.id)))
        return reply.saying(scene.line((answer.answer,)), cta=cta, answered=answered)
    return (
        reply.saying(scene.line(scene.playbook.lines.unknown_answer))
        if unanswered(scene) and not _may_offer(scene)
        else reply
    )


def offer_of_a_person(scene: Scene, reply: Reply) -> Reply:
    """Nothing prepared and nothing else open: somebody of the team could answer."""
    rung = next((rung for rung in scene.playbook.ladder if rung.meeting), None)
    if rung is None or not unanswered(scene) or not _may_offer(scene):
        return reply
    text = scene.line(scene.playbook.lines.unknown_answer_offer)
    offered = (*reply.state.ctas_offered, rung.id)
    return reply.saying(text, ("Yes, please", "No, thanks"), offered=rung.id, ctas_offered=offered, question=text)


def _may_offer(scene: Scene) -> bool:
    """Once per conversation, to somebody who buys, while no other question is open."""
    state = scene.before
    quiet = state.quiet or state.asking or state.offered or state.meeting != "none" or state.ctas_declined
    offered = any(rung.meeting and rung.id in state.ctas_offered for rung in scene.playbook.ladder)
    return scene.is_buyer and not quiet and not offered and not scene.heard.wants_meeting and state.language is None


def unanswered(scene: Scene) -> str | None:
    """The question nothing is known about: a gap of the playbook."""
    asked = scene.has("product_question", "pricing") and not _is_aside(scene)
    return scene.heard.text if asked and known_answer(scene) is None else None


def _is_aside(scene: Scene) -> bool:
    return scene.has("are_you_a_bot", "why_ask") or cues.asks_who_sees(scene.heard.text)


def known_answer(scene: Scene) -> Answer | None:
    """The prepared answer that fits best and well enough; one that is meant for an intent needs no fitting words."""
    found = fits(scene.playbook.answers, scene.heard.text)
    scores = {id: score for id, score in found.items() if _is_for(scene, id)}
    if not _is_question(scene):
        return _objection_answered(scene, scores)
    meant = [one.id for one in scene.playbook.knowledge if one.answers_intent and scene.has(one.answers_intent)]
    if scene.position.kind in _MAY_ASK_PRICES and not scene.heard.wants_meeting:
        scores = {id: max(scores.get(id, 0.0), SURE) for id in meant} | {
            id: score for id, score in scores.items() if id not in meant or score > SURE
        }
    needed = SURE if scene.has("product_question", "pricing", "support") else _SURE_WITHOUT_INTENT
    id = max(scores, key=lambda id: scores[id], default=None)
    return scene.playbook.answer(id) if id and scores[id] >= needed else None


def _is_for(scene: Scene, id: str) -> bool:
    """Customers are told nothing that was written for buyers: "who is it for" is not what they ask."""
    is_customer = scene.position.kind in ("support", "existing_customer")
    return not (is_customer and scene.playbook.answer(id).audience == "buyer")


def _objection_answered(scene: Scene, scores: Mapping[str, float]) -> Answer | None:
    """ "Too expensive for us" is no question and is answered all the same."""
    objections = [
        one for one in scene.playbook.knowledge if one.objection and scores.get(one.id, 0.0) >= _SURE_WITHOUT_INTENT
    ]
    return max(objections, key=lambda one: scores[one.id], default=None)


def _is_question(scene: Scene) -> bool:
    asked = scene.has("product_question", "pricing", "support") or cues.reads_as_question(scene.heard.text)
    return asked and not (_is_aside(scene) and not scene.has("product_question"))
