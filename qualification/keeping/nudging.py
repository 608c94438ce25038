"""What happens while nobody claims a lead: a reminder, the managers, another rep, the whole channel. Each once."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from models import handoff as steps
from models import lead as leads
from models import outbox, rep_mute, schedule
from models.lead import Lead
from qualification import moves, sla
from qualification.keeping.announcing import announce_direct, announce_line
from qualification.keeping.planning import NUDGE, about, plan_nudge, waits_for_sales
from qualification.keeping.reps import At, Written, keep
from qualification.keeping.standing import by_system
from qualification.moves import Move
from qualification.policy import Policy
from qualification.promises import Tick
from qualification.stages import SYSTEM
from qualification.team import STEPS, Role, Step, Team, TeamMember
from qualification.views import Person

FOYER = Person(SYSTEM, "Foyer", role="manager", via="sla")


def do_nudge(session: Session, tick: Tick, policy: Policy, now: datetime) -> None:
    """One step, when its working time is over since sales was told; the next one is planned with it."""
    lead = leads.locked(session, tick.site_id, int(tick.payload["lead"]))
    if lead is None or not _is_meant(tick, lead):
        schedule.take(session, tick.site_id, tick.key, now)
        return
    step: Step = tick.payload["step"]
    due = _due(session, lead, tick, policy, step, now)
    if due > now:
        schedule.postpone(session, tick.site_id, tick.key, due)
    elif schedule.take(session, tick.site_id, tick.key, now):
        _DO[step](At(session, lead, policy, now))
        steps.append(session, lead.site_id, lead.id, by_system(lead.cycle, f"sla_{step}", None, now))
        _plan_next(session, lead, tick, policy, now)


def _is_meant(tick: Tick, lead: Lead) -> bool:
    offered = lead.offered_at is not None and about(lead.offered_at) == tick.payload["of"]
    return offered and lead.handoff == "offered" and waits_for_sales(lead)


def _due(session: Session, lead: Lead, tick: Tick, policy: Policy, step: Step, now: datetime) -> datetime:
    """The clock starts when the alert arrived, or when it was released again; a rest holds it back."""
    told = outbox.told_at(session, lead.site_id, f"lead:{lead.id}", lead.cycle) or now
    since = max(told, datetime.fromisoformat(tick.payload["since"]))
    due = sla.after(since, _span(policy.team, step), policy.team.hours)
    return max(due, lead.snoozed_until) if lead.snoozed_until else due


def _span(team: Team, step: Step) -> timedelta:
    span: timedelta = getattr(team.sla, step)
    return span


def _plan_next(session: Session, lead: Lead, tick: Tick, policy: Policy, now: datetime) -> None:
    place = STEPS.index(tick.payload["step"]) + 1
    if place < len(STEPS) and lead.handoff == "offered":
        since = datetime.fromisoformat(tick.payload["since"])
        plan_nudge(session, lead, policy, since, STEPS[place])


def _remind(at: At) -> None:
    """In the thread, to the rep whose turn it is."""
    rep = next_rep(at)
    _say(at, "sla_remind", to=rep.slack if rep else None)


def _say(at: At, code: str, **said: object) -> None:
    waits = at.lead.offered_at.isoformat() if at.lead.offered_at else ""
    announce_line(at.session, at.lead, at.lead.cycle, code, f"{waits}:{at.lead.revision}", at.now, **said)


def _escalate(at: At) -> None:
    """To each manager in person, and to the thread."""
    managers = _present(at, "manager")
    for one in managers:
        announce_direct(at.session, at.lead, str(one.slack), "sla_escalate", at.now)
    _say(at, "sla_escalate", to=[one.slack for one in managers] or None)


def _reassign(at: At) -> None:
    """To the rep at work who carries least; where nobody can be given it, the thread is told again."""
    rep = next_rep(at)
    if rep is None or rep.slack is None:
        _say(at, "sla_nobody")
        return
    to = Person(rep.slack, rep.name, rep.email)
    done = moves.assign(at.position, FOYER, to)
    if isinstance(done, Move):
        keep(at, done, FOYER, Written(to=to))


def _broadcast(at: At) -> None:
    _say(at, "sla_broadcast", broadcast=True)


def next_rep(at: At) -> TeamMember | None:
    """The listed rep at work with the fewest open leads, and room for another; of equals the one who waited longest."""
    team = at.policy.team
    reps = _present(at, "rep")
    load = leads.open_by_owner(at.session, at.lead.site_id, [str(one.slack) for one in reps])
    free = [one for one in reps if load.get(str(one.slack), (0, ""))[0] < team.open_leads_per_rep]
    return min(free, key=lambda one: load.get(str(one.slack), (0, "")), default=None)


def _present(at: At, role: Role) -> list[TeamMember]:
    """Who has that role and a Slack id, is at work today and not muted."""
    team, muted = at.policy.team, rep_mute.muted(at.session, at.lead.site_id, at.now)
    today = at.now.astimezone(ZoneInfo(team.hours.zone)).date()
    people = [one for one in team.people if role in one.roles and one.is_at_work(today)]
    return [one for one in people if one.slack and one.slack not in muted]


_DO: Mapping[Step, Callable[[At], None]] = {
    "remind": _remind,
    "escalate": _escalate,
    "reassign": _reassign,
    "broadcast": _broadcast,
}
KINDS = (NUDGE,)
