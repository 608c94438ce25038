"""What is done when a planned moment has come: nothing at all, when the lead has moved on meanwhile."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from models import conversation as conversations
from models import handoff as steps
from models import lead as leads
from models import schedule
from models.lead import Lead
from qualification import stages
from qualification.keeping import planning
from qualification.keeping.announcing import announce_card, announce_change, announce_ended, announce_line
from qualification.keeping.judging import cool, look_again
from qualification.keeping.planning import plan_ahead
from qualification.keeping.standing import by_system, has_card, log, move, position_of, version_of
from qualification.policy import Policy
from qualification.promises import Tick

PAGE = 500
Do = Callable[[Session, Lead, Policy, datetime], None]


def do_tick(session: Session, tick: Tick, policy: Policy, now: datetime) -> None:
    """Takes the tick and does what it is for; what another one has taken, or what is not due yet, is left alone."""
    if tick.kind == planning.REVIEW:
        _review(session, tick, now)
        return
    if tick.kind == planning.CONVERSATION_OVER:
        _end(session, tick, policy, now)
        return
    lead = leads.locked(session, tick.site_id, int(tick.payload["lead"]))
    if lead is not None and tick.kind == planning.EXPIRE and _is_meant(tick, lead):
        until = planning.expires_at(session, lead, policy, now)
        if until > now:
            schedule.postpone(session, tick.site_id, tick.key, until)
            return
    if schedule.take(session, tick.site_id, tick.key, now) and lead is not None and _is_meant(tick, lead):
        _DO[tick.kind](session, lead, policy, now)


def _is_meant(tick: Tick, lead: Lead) -> bool:
    """Whether the lead still stands where it stood when this was planned."""
    moments = {
        planning.EXPIRE: lead.offered_at if planning.waits_for_sales(lead) else None,
        planning.COOL_DOWN_OVER: lead.cool_until,
        planning.SNOOZE_OVER: lead.snoozed_until,
    }
    if tick.kind == planning.REASSESS:
        return planning.can_age(lead)
    moment = moments[tick.kind]
    return moment is not None and planning.about(moment) == tick.payload["of"]


def _expire(session: Session, lead: Lead, policy: Policy, now: datetime) -> None:
    cycle, moved = lead.cycle, stages.expired(position_of(lead), now)
    if moved is None:
        return
    position, changes = moved
    log(session, lead, position.cycle, stages.scored(changes, lead.score, version_of(lead)), now)
    steps.append(session, lead.site_id, lead.id, by_system(cycle, "expired", None, now))
    move(session, lead, position, now, owner_name=None, return_code=None, snoozed_until=None, held_at=None)
    announce_change(session, lead, policy.listeners, changes, now)
    announce_card(session, lead, cycle, now)
    announce_line(session, lead, cycle, "expired", "once", now)
    plan_ahead(session, lead, policy, now)


def _wake(session: Session, lead: Lead, policy: Policy, now: datetime) -> None:
    leads.change(session, lead.site_id, lead.id, snoozed_until=None, revision=lead.revision + 1)
    if has_card(session, lead, lead.cycle):  # it may have gone back meanwhile
        announce_card(session, lead, lead.cycle, now)
        announce_line(session, lead, lead.cycle, "snooze_over", f"{lead.revision}", now)


_DO: Mapping[str, Do] = {
    planning.EXPIRE: _expire,
    planning.REASSESS: look_again,
    planning.COOL_DOWN_OVER: cool,
    planning.SNOOZE_OVER: _wake,
}
KINDS = (*_DO, planning.REVIEW, planning.CONVERSATION_OVER)


def _end(session: Session, tick: Tick, policy: Policy, now: datetime) -> None:
    """A conversation is over when nobody has said anything in it for so long that a new one would begin."""
    conversation = conversations.get(session, tick.site_id, int(tick.payload["conversation"]))
    over_at = conversation.last_at + planning.IDLE
    if over_at > now:
        schedule.postpone(session, tick.site_id, tick.key, over_at)
    elif schedule.take(session, tick.site_id, tick.key, now):
        announce_ended(session, conversation, policy.listeners, now)


def _review(session: Session, tick: Tick, now: datetime) -> None:
    """Plans a look at every lead that criteria or time can move, page by page."""
    if not schedule.take(session, tick.site_id, tick.key, now):
        return
    cause, after = tick.payload["cause"], int(tick.payload["after"])
    page = leads.undecided(session, tick.site_id, after, PAGE)
    for lead_id in page:
        key = f"{planning.REASSESS}:{lead_id}:{cause}"
        schedule.plan(session, tick.site_id, key, planning.REASSESS, {"lead": lead_id}, now)
    if len(page) == PAGE:
        further = {"cause": cause, "after": page[-1]}
        schedule.plan(session, tick.site_id, f"{planning.REVIEW}:{cause}:{page[-1]}", planning.REVIEW, further, now)
