"""The one question of a turn: what can still change the verdict, in the usual order, at most twice, never the known."""

from collections.abc import Iterator

from qualification.facts import Slot, value_to_json
from qualification.offers import next_offer, open_offer_again
from qualification.scene import Reply, Scene
from qualification.voice import read_back

_SETTLED_AGAINST = ("not_mql", "disqualified")


def ask_next(scene: Scene, reply: Reply) -> Reply:
    """The next question, offer or closing line; nothing for somebody who only looks around."""
    reply = reply.noting(asking=None, question=None, confirming=None)
    if scene.heard.wants_meeting or reply.state.meeting in ("wanted", "asked", "asked_again"):
        return _set_up_meeting(scene, reply)
    if reply.state.quiet or scene.heard.offer_reply == "declined":
        return reply
    if reply.state.meeting == "set":
        return _last_question(scene, reply)
    if _only_thanks(scene):
        return reply
    if _only_says_no(scene) or (_is_ignored_twice(scene, reply) and reply.says):
        return reply.noting(offered=None)
    for step in (_confirm, open_offer_again, _ask_slot, _offer, _close):
        asked = step(scene, reply)
        if asked.says != reply.says:
            return asked
        reply = asked
    return reply


def _set_up_meeting(scene: Scene, reply: Reply) -> Reply:
    """Where to reach them, then when; both at most twice."""
    reply = reply.noting(offered=None, quiet=False)
    if reply.state.meeting == "set":
        return reply
    if not scene.contact and _may_ask(scene, reply, "email"):
        text = scene.line(scene.playbook.next_step.reach, reply.state.asked.count("email"))
        return _asked(reply, "email", text).noting(meeting="wanted")
    return _ask_when(scene, reply)


def _ask_when(scene: Scene, reply: Reply) -> Reply:
    step = scene.playbook.next_step
    if reply.state.meeting in ("asked", "asked_again"):
        again = reply.state.meeting == "asked"
        text = scene.line(step.again, 0) if again else ""
        return reply.saying(
            text, step.quick_replies_asked, question=text or None, meeting="asked_again" if again else "set"
        )
    if scene.heard.offer_reply == "accepted" and scene.contact:
        text = scene.line(step.accepted, 0)
        return reply.saying(text, step.quick_replies_accepted, meeting="asked", question=text)
    text = scene.line(step.asked if scene.contact else step.asked_unreachable, 0)
    return reply.saying(text, step.quick_replies_asked, meeting="asked", question=text)


def noted_meeting(scene: Scene, reply: Reply) -> Reply:
    """The answer to "Thursday or Friday?" is passed on; a question in between leaves it open."""
    if scene.before.meeting not in ("asked", "asked_again"):
        return reply
    if scene.has("product_question", "pricing", "why_ask", "are_you_a_bot") and not scene.has("affirm", "inform"):
        return reply
    step = scene.playbook.next_step
    if scene.has("deny", "refusal"):
        return reply.saying(scene.line(scene.playbook.lines.offer_declined), meeting="set")
    return reply.saying(
        scene.line(step.noted if scene.contact else step.noted_unreachable, 0), meeting="set", settled=True
    )


def _confirm(scene: Scene, reply: Reply) -> Reply:
    """A fact that is not sure is read back in passing."""
    fact = scene.heard.doubtful
    if fact is None or fact.slot in reply.state.declined:
        return reply
    value = read_back(fact.value if isinstance(fact.value, str) else fact.text)
    if not value:
        return reply
    text = scene.line(scene.playbook.lines.confirm, value=value)
    return reply.saying(text, ("Yes", "No"), confirming=fact, asking=fact.slot, question=text)


def _ask_slot(scene: Scene, reply: Reply) -> Reply:
    slot = next(_candidates(scene, reply), None)
    if slot is None:
        return reply
    question = scene.playbook.questions[slot]
    times = reply.state.asked.count(slot)
    content = _fitting_content(scene, reply) if slot == "email" else None
    blanks = {"content": scene.playbook.content_by_id(content).short} if content else {}
    reasoned = scene.has("why_ask")  # the reason was just given
    text = scene.line(question.again if times and not reasoned else question.ask, 0, **blanks)
    promised = content if content and blanks["content"] in text else reply.state.promised
    return _asked(reply, slot, text, question.quick_replies).noting(promised=promised)


def _asked(reply: Reply, slot: Slot, text: str, quick_replies: tuple[str, ...] = ()) -> Reply:
    return reply.saying(text, quick_replies, asking=slot, question=text, asked=(*reply.state.asked, slot))


def _candidates(scene: Scene, reply: Reply) -> Iterator[Slot]:
    """Slots worth a question, in the playbook's order. A verdict against them, or enough questions, ends the asking."""
    if scene.assessment.verdict in _SETTLED_AGAINST or not scene.is_buyer:
        return
    wanted = {*scene.use.wanted, *scene.playbook.always}
    for slot in scene.playbook.order:
        if slot in wanted and _may_ask(scene, reply, slot) and _has_patience(scene, reply, slot):
            yield slot


def _may_ask(scene: Scene, reply: Reply, slot: Slot) -> bool:
    if slot == "email" and scene.contact:
        return False
    if slot == "email" and "phone" in reply.state.declined and "email" in reply.state.declined:
        return False
    return slot not in scene.facts and slot not in reply.state.declined and reply.state.asked.count(slot) < 2


def _has_patience(scene: Scene, reply: Reply, slot: Slot) -> bool:
    """What they told unasked was as good as asked, except before an answer that could decide the verdict alone."""
    asked = set(reply.state.asked)
    patience = scene.playbook.patience
    most = patience.in_all if reply.state.ctas_offered else patience.before_offer
    needed = slot in scene.playbook.always or slot in scene.use.decisive
    spent = asked if needed else asked | _told(scene)
    return slot in asked or len(spent) < most


def _told(scene: Scene) -> set[str]:
    """What they said that is worth a question."""
    return {slot for slot in scene.use.worth if (fact := scene.facts.get(slot)) and fact.source == "said"}


def _is_ignored_twice(scene: Scene, reply: Reply) -> bool:
    """They passed over the question twice and only ask themselves: this turn only answers."""
    pending = scene.before.asking
    told = scene.heard.learned_slots() or scene.heard.declined
    return pending is not None and pending not in scene.facts and reply.state.asked.count(pending) > 1 and not told


def _only_says_no(scene: Scene) -> bool:
    """A no to nothing that was asked: a hint to leave them in peace for now."""
    told = scene.heard.learned or scene.heard.declined or scene.has("product_question", "pricing", "correction")
    return scene.has("deny", "refusal") and not told and scene.before.confirming is None and not scene.before.asking


def _only_thanks(scene: Scene) -> bool:
    """Thanks with nothing open end it: no question is pulled out of the drawer for them."""
    told = scene.heard.learned or scene.heard.declined or scene.has("product_question", "pricing", "correction")
    return scene.has("thanks") and not told and not scene.before.asking and not scene.before.offered


def _fitting_content(scene: Scene, reply: Reply) -> str | None:
    need = scene.facts.get("use_case")
    found = scene.playbook.content_for(str(value_to_json(need.value))) if need else None
    return found.id if found and found.id not in reply.state.content_shown else None


def something_to_read(scene: Scene, reply: Reply) -> str | None:
    """What fits their need, or else the content of the lowest rung; None when all of it was shown."""
    rungs = sorted((rung for rung in scene.playbook.ladder if rung.content), key=lambda rung: rung.interest)
    general = next((rung.content for rung in rungs if rung.content not in reply.state.content_shown), None)
    return _fitting_content(scene, reply) or general


def _offer(scene: Scene, reply: Reply) -> Reply:
    """Nothing more to ask: the next step, unless one is already under way or was turned down."""
    if reply.state.meeting != "none" or scene.interested or scene.assessment.verdict == "disqualified":
        return reply
    return next_offer(scene, reply) if scene.heard.learned_slots() or scene.before.asking else reply


def _close(scene: Scene, reply: Reply) -> Reply:
    """The last word, once: who gets back to them, or that the door stays open."""
    if reply.state.settled or not (scene.heard.learned_slots() or scene.heard.declined):
        return reply
    lines = scene.playbook.lines
    promised = scene.position.stage not in (None, "visitor", "lead") and scene.contact
    return reply.saying(scene.line(lines.closing if promised else lines.closing_open, 0), settled=True)


def _last_question(scene: Scene, reply: Reply) -> Reply:
    """With a meeting set, the need is asked once when it was never told: it is what the colleague prepares."""
    if scene.before.meeting == "set" or not _may_ask(scene, reply, "use_case"):
        return reply
    return _asked(reply, "use_case", scene.line(scene.playbook.next_step.last_question, 0))
