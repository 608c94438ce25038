"""When a lead is looked at again: planned in the transaction it follows from, each moment by a key of its own."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from models import outbox, schedule
from models.conversation import Conversation
from models.lead import Lead
from qualification import sla
from qualification.policy import Policy
from qualification.team import STEPS, Team

EXPIRE, REASSESS, COOL_DOWN_OVER, SNOOZE_OVER, REVIEW = "expire", "reassess", "cool_down_over", "snooze_over", "review"
NUDGE, GIVE = "nudge", "give"
CONVERSATION_OVER = "conversation_over"
IDLE = timedelta(hours=24)  # after which a visitor who comes back begins a new conversation
A_DAY = timedelta(days=1)


def plan_ahead(session: Session, lead: Lead, policy: Policy, now: datetime) -> None:
    """What can come of a lead by time alone: it ages, expires, cools down. Planned already is planned."""
    if waits_for_sales(lead) and lead.offered_at:
        _plan(
            session,
            lead,
            EXPIRE,
            lead.offered_at,
            sla.after(lead.offered_at, policy.team.sla.expire, policy.team.hours),
        )
        if now - lead.offered_at < A_DAY:  # steps that were taken long ago are forgotten, and not taken again
            plan_nudge(session, lead, policy, lead.offered_at, GIVE if policy.team.gives else STEPS[0])
    if lead.cool_until:
        _plan(session, lead, COOL_DOWN_OVER, lead.cool_until, lead.cool_until)
    if can_age(lead):
        tomorrow = now + A_DAY
        key = f"{REASSESS}:{lead.id}:{tomorrow.date().isoformat()}"
        schedule.plan(session, lead.site_id, key, REASSESS, {"lead": lead.id}, tomorrow)


def expires_at(session: Session, lead: Lead, policy: Policy, now: datetime) -> datetime:
    """Patience begins when sales was told: an alert that has not arrived yet has not been ignored by anybody."""
    told = outbox.told_at(session, lead.site_id, f"lead:{lead.id}", lead.cycle) or now
    since = max(told, lead.offered_at or told)
    return sla.after(since, policy.team.sla.expire, policy.team.hours)


def waits_for_sales(lead: Lead) -> bool:
    return lead.handoff in ("offered", "claimed") and lead.status in ("active", "nurturing")


def can_age(lead: Lead) -> bool:
    """Only whom time may bring to sales, or take away from them before anybody accepted."""
    judged = lead.status in ("active", "nurturing", "disqualified") and lead.handoff != "accepted"
    return judged and (lead.stage == "lead" or lead.handoff in ("offered", "claimed"))


def plan_nudge(session: Session, lead: Lead, policy: Policy, since: datetime, step: str = STEPS[0]) -> None:
    """The step that comes when so much working time is over since then, and nobody has claimed it."""
    if lead.handoff != "offered" or lead.offered_at is None:
        return
    at = sla.after(since, span_of(policy.team, step), policy.team.hours)
    told = {"lead": lead.id, "of": about(lead.offered_at), "since": about(since), "step": step}
    schedule.plan(session, lead.site_id, f"{NUDGE}:{lead.id}:{about(since)}:{step}", NUDGE, told, at)


def span_of(team: Team, step: str) -> timedelta:
    """Working time before a step; giving a lead to whom its route names comes at once."""
    span: timedelta = timedelta(0) if step == GIVE else getattr(team.sla, step)
    return span


def plan_snooze(session: Session, lead: Lead, until: datetime) -> None:
    _plan(session, lead, SNOOZE_OVER, until, until)


def plan_end(session: Session, conversation: Conversation, lead: Lead, policy: Policy, now: datetime) -> None:
    """Only where somebody wants to hear of it."""
    if any(listener.hears_events for listener in policy.listeners):
        key, about_it = f"{CONVERSATION_OVER}:{conversation.id}", {"conversation": conversation.id, "lead": lead.id}
        schedule.plan(session, conversation.site_id, key, CONVERSATION_OVER, about_it, now + IDLE)


def review(session: Session, site_id: int, cause: str, at: datetime) -> None:
    """Then all leads that wait for the criteria's word, or for sales, are looked at anew."""
    schedule.plan(session, site_id, f"{REVIEW}:{cause}:0", REVIEW, {"cause": cause, "after": 0}, at)


def _plan(session: Session, lead: Lead, kind: str, of: datetime, at: datetime) -> None:
    """`of` is the moment the tick is about: whoever finds another one on the lead later knows that it is stale."""
    key = f"{kind}:{lead.id}:{about(of)}"
    schedule.plan(session, lead.site_id, key, kind, {"lead": lead.id, "of": about(of)}, at)


def about(moment: datetime) -> str:
    """The same after any database has kept it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
