"""What to say and ask next."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from qualification import cues
from qualification.answers import knowledge_answer, known_answer, offer_of_a_person, side_answers, unanswered
from qualification.asking import ask_next, noted_meeting, something_to_read
from qualification.facts import Facts, Intent
from qualification.languages import language_of
from qualification.offers import answered_offer, show_content
from qualification.playbook import Playbook
from qualification.scene import Reply, Scene
from qualification.speech import CallToAction, DialogueState, Say, state_from_json, state_to_json
from qualification.voice import known_words, line

__all__ = ["CallToAction", "DialogueState", "Say", "greet", "respond", "state_from_json", "state_to_json", "unanswered"]

Moment = Callable[[Scene, Reply], Reply]
_SAYS_SOMETHING: tuple[Intent, ...] = (
    *("product_question", "pricing", "demo", "talk_to_sales", "purchase_intent", "affirm", "deny", "why_ask"),
    *("are_you_a_bot", "refusal", "correction", "goodbye", "thanks", "just_looking", "opt_out"),
)


def greet(playbook: Playbook, facts: Facts | None = None, url: str = "") -> tuple[Say, ...]:
    """The first bubble of a conversation; somebody known is welcomed back, others by the page they are on."""
    words = known_words(playbook, facts or {})
    if facts:
        return (Say(line(playbook.greeting.back, words), playbook.greeting.quick_replies),)
    here = playbook.greeting.at(urlsplit(url).path)
    return (Say(line(here.says, words), here.quick_replies),)


def respond(scene: Scene) -> tuple[DialogueState, tuple[Say, ...]]:
    """The answer to one message: what comes before everything else, or the conversation."""
    state = replace(_remembered(scene), turns=scene.before.turns + 1, closed=False)
    start = Reply(state)
    reply = next((said for moment in _MOMENTS if (said := moment(scene, start)) is not start), None) or _converse(
        scene, start
    )
    return reply.state, _joined(reply.says)


def _remembered(scene: Scene) -> DialogueState:
    """The state with what this message declines, and without what it tells after all."""
    declined = dict.fromkeys((*scene.before.declined, *scene.heard.declined))
    told = scene.heard.learned_slots()
    kept = tuple(slot for slot in declined if slot not in told)
    return replace(scene.before, declined=kept, language=language_of(scene.heard.text, scene.before.language))


def _crisis(scene: Scene, reply: Reply) -> Reply:
    if not cues.is_crisis(scene.heard.text):
        return reply
    return reply.saying(
        scene.line(scene.playbook.lines.crisis, 0), quiet=True, asking=None, offered=None, confirming=None
    )


def _opt_out(scene: Scene, reply: Reply) -> Reply:
    if not scene.has("opt_out") or scene.heard.wants_meeting:
        return reply
    calm = reply.noting(quiet=True, asking=None, offered=None, confirming=None, meeting="none")
    return calm.saying(scene.line(scene.playbook.lines.opt_out))


def _other_door(scene: Scene, reply: Reply) -> Reply:
    """People who are not buying: a helpful answer, the right address, and nothing asked."""
    door = _door(scene)
    people = scene.playbook.for_people(door) if door else None
    if door is None or people is None:
        return reply
    reply = reply.noting(asking=None, question=None, offered=None, confirming=None)
    if scene.has("goodbye", "thanks") and not scene.heard.learned_slots():
        return _small_talk(scene, reply)
    reply = side_answers(scene, knowledge_answer(scene, reply) if known_answer(scene) else reply)
    if reply.says and door in scene.before.answered:
        return reply
    cta = CallToAction(people.link_label or "Open", people.link) if people.link else None
    text = scene.line(people.again if door in scene.before.answered else people.says)
    return reply.saying(text, cta=cta, answered=(*reply.state.answered, door))


def _door(scene: Scene) -> str | None:
    """Their kind, or where the criteria send somebody who is disqualified."""
    if not scene.is_buyer:
        return scene.position.kind
    return scene.assessment.route if scene.assessment.verdict == "disqualified" else None


def _noise(scene: Scene, reply: Reply) -> Reply:
    """Nothing to work with: a polite line; the open question stays open and is not pressed."""
    lines = scene.playbook.lines
    if scene.heard.learned or scene.heard.declined or scene.before.meeting == "asked":
        return reply
    if _is_wordless(scene):
        return reply.saying(scene.line(lines.empty))
    if scene.has(*_SAYS_SOMETHING):
        return reply
    if scene.heard.masked:
        return reply.saying(scene.line(lines.masked, 0))
    for intent, wordings in (("abuse", lines.abuse), ("off_topic", lines.off_topic), ("gibberish", lines.unclear)):
        if scene.has(intent):  # type: ignore[arg-type]
            return reply.saying(scene.line(wordings))
    return reply


def _is_wordless(scene: Scene) -> bool:
    """Empty, dots or emoji, unless it is a thumb up or down."""
    meant = scene.has("affirm", "deny", "thanks", "goodbye")
    return not meant and not any(char.isalnum() for char in scene.heard.text)


def _foreign(scene: Scene, reply: Reply) -> Reply:
    """Fixed lines in the visitor's language, the answer if there is one, and where to reach them."""
    lines = scene.playbook.foreign(reply.state.language)
    if lines is None:
        return reply
    reply = reply.noting(asking=None, question=None, offered=None, confirming=None)
    if scene.before.language != reply.state.language:
        reply = reply.saying(scene.line(lines.hello, 0))
    elif scene.heard.declined:
        reply = reply.saying(scene.line(lines.declined, 0))
    elif scene.heard.wants_meeting:
        reply = reply.saying(scene.line(lines.meeting, 0))
    elif scene.heard.learned_slots() or not known_answer(scene):
        reply = reply.saying(scene.line(lines.thanks, 0))
    reply = knowledge_answer(scene, reply) if known_answer(scene) else reply
    if scene.contact or "email" in reply.state.declined or reply.state.asked.count("email") > 1:
        return reply
    text = scene.line(lines.reach, reply.state.asked.count("email"))
    return reply.saying(text, asking="email", question=text, asked=(*reply.state.asked, "email"))


def _leaving(scene: Scene, reply: Reply) -> Reply:
    """Goodbye and "just looking": no pushing. What was told or asked on the way out still counts."""
    lines = scene.playbook.lines
    if scene.heard.wants_meeting or not scene.has("goodbye", "just_looking"):
        return reply
    told = _acknowledge(scene, knowledge_answer(scene, side_answers(scene, reply)))
    told = told.noting(asking=None, question=None, offered=None, confirming=None)
    if scene.has("goodbye"):
        return told.saying(scene.line(lines.goodbye), closed=True)
    return told.saying(scene.line(lines.just_looking), quiet=not scene.heard.learned_slots())


_MOMENTS: tuple[Moment, ...] = (_crisis, _opt_out, _other_door, _noise, _foreign, _leaving)


def _converse(scene: Scene, reply: Reply) -> Reply:
    """Answers first, then a short sign that it was heard, then one question."""
    reply = reply.noting(quiet=reply.state.quiet and not (scene.heard.learned_slots() or scene.heard.wants_meeting))
    for part in (_masked, side_answers, knowledge_answer, _to_read, answered_offer, noted_meeting, _acknowledge):
        reply = part(scene, reply)
    asked = offer_of_a_person(scene, reply.noting(asking=None))
    if asked.says == reply.says:
        asked = _hello(scene, reply) or ask_next(scene, reply)
    return asked if asked.says else _small_talk(scene, asked)


def _masked(scene: Scene, reply: Reply) -> Reply:
    return reply.saying(scene.line(scene.playbook.lines.masked, 0)) if scene.heard.masked else reply


def _to_read(scene: Scene, reply: Reply) -> Reply:
    """Who asks for something to read gets it at once, by what they need or else about everything."""
    if not cues.asks_to_read(scene.heard.text) or scene.heard.wants_meeting or scene.heard.offer_reply:
        return reply
    content = reply.state.promised or something_to_read(scene, reply)
    return show_content(scene, reply, content) if content and not known_answer(scene) else reply


def _acknowledge(scene: Scene, reply: Reply) -> Reply:
    """A short sign that it was heard, and the content that was promised for it."""
    heard, lines, state = scene.heard, scene.playbook.lines, reply.state
    if state.promised and "email" in heard.learned_slots():
        return show_content(scene, reply, state.promised)
    if state.promised and "email" in heard.declined:
        return show_content(scene, reply, state.promised, anyway=True)
    if heard.retracted and not heard.learned_slots():
        return reply.saying(scene.line(lines.removed))
    if heard.declined and not heard.learned_slots():
        return reply if reply.says else reply.saying(scene.line(lines.declined))
    return reply.saying(_thanks(scene)) if heard.learned_slots() and not _will_be_thanked(scene, reply) else reply


def _thanks(scene: Scene) -> str:
    told, lines = scene.heard.learned_slots(), scene.playbook.lines
    if scene.heard.corrected:
        return scene.line(lines.corrected)
    if len(told) > 1:
        return scene.line(lines.acknowledge_several)
    question = scene.playbook.questions.get(told[0])  # type: ignore[call-overload]
    return scene.line(question.acknowledge if question and question.acknowledge else lines.acknowledge)


def _will_be_thanked(scene: Scene, reply: Reply) -> bool:
    """The next step for a wished meeting thanks by itself; noting the time does too."""
    wanted = scene.heard.wants_meeting or reply.state.meeting == "wanted"
    return (wanted and bool(scene.contact)) or reply.state.meeting != scene.before.meeting


def _hello(scene: Scene, reply: Reply) -> Reply | None:
    """A bare greeting is greeted back with the open door, which asks for the need."""
    if not scene.has("greeting") or reply.says or reply.state.asked or scene.facts or scene.heard.wants_meeting:
        return None
    text = scene.line(scene.playbook.lines.hello, 0)
    return reply.saying(text, asking="use_case", question=text, asked=("use_case",))


def _small_talk(scene: Scene, reply: Reply) -> Reply:
    lines = scene.playbook.lines
    if scene.has("goodbye"):
        return reply.saying(scene.line(lines.goodbye), closed=True)
    if scene.has("thanks"):
        return reply.saying(scene.line(lines.thanks))
    if scene.has("deny", "refusal") and not scene.heard.learned:
        return reply.saying(scene.line(lines.offer_declined))
    denied = any(fact.value is False for fact in scene.heard.learned)
    return reply.saying(scene.line(lines.not_buying if denied else lines.noted))


def _joined(says: tuple[Say, ...]) -> tuple[Say, ...]:
    """Short parts become one bubble; a link or quick replies end it."""
    bubbles: list[Say] = []
    for say in says:
        if (
            bubbles
            and bubbles[-1].cta is None
            and not bubbles[-1].quick_replies
            and len(bubbles[-1].text) + len(say.text) < 220
        ):
            bubbles[-1] = replace(say, text=f"{bubbles[-1].text} {say.text}")
        else:
            bubbles.append(say)
    return tuple(bubbles)


def privacy_line(playbook: Playbook, request: str, state: DialogueState) -> tuple[DialogueState, tuple[Say, ...]]:
    """The answer to a privacy request; nothing else is said or asked."""
    lines = playbook.lines.privacy_erase if request == "erase" else playbook.lines.privacy_access
    quiet = replace(state, asking=None, question=None, offered=None, confirming=None, quiet=True, turns=state.turns + 1)
    return quiet, (Say(line(lines, known_words(playbook, {}))),)
