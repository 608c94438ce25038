"""What happens while nobody claims a lead: a reminder, the managers, another rep, the whole channel. Each once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from models import conversation as conversations
from models import handoff as steps
from models import lead as leads
from models import lead_merge, outbox, rep_mute, schedule
from models.lead import Lead
from qualification import moves, sla
from qualification.keeping.announcing import announce_direct, announce_line
from qualification.keeping.evidence import facts_of
from qualification.keeping.planning import GIVE, NUDGE, about, plan_nudge, span_of, waits_for_sales
from qualification.keeping.reps import At, Written, keep
from qualification.keeping.standing import by_system
from qualification.moves import Move
from qualification.policy import Policy
from qualification.promises import Tick
from qualification.routing import routed
from qualification.stages import SYSTEM
from qualification.team import STEPS, Role, TeamMember
from qualification.views import Person

A_MOMENT = timedelta(seconds=1)
FOYER = Person(SYSTEM, "Foyer", role="manager", via="sla")
ROUTE = replace(FOYER, via="route")


def do_nudge(session: Session, tick: Tick, policy: Policy, now: datetime) -> None:
    """One step, when its working time is over since sales was told; the next one is planned with it."""
    lead = leads.locked(session, tick.site_id, int(tick.payload["lead"]))
    if lead is None or not _is_meant(tick, lead):
        schedule.take(session, tick.site_id, tick.key, now)
        return
    step = str(tick.payload["step"])
    due = _due(session, lead, tick, policy, step, now)
    if due > now:
        schedule.postpone(session, tick.site_id, tick.key, due)
    elif schedule.take(session, tick.site_id, tick.key, now):
        _DO[step](At(session, lead, policy, now))
        if step in STEPS:
            steps.append(session, lead.site_id, lead.id, by_system(lead.cycle, f"sla_{step}", None, now))
        _plan_next(session, lead, tick, policy, now)


def _is_meant(tick: Tick, lead: Lead) -> bool:
    offered = lead.offered_at is not None and about(lead.offered_at) == tick.payload["of"]
    return offered and lead.handoff == "offered" and waits_for_sales(lead)


def _due(session: Session, lead: Lead, tick: Tick, policy: Policy, step: str, now: datetime) -> datetime:
    """The clock starts when the alert arrived, or when it was released again; a rest holds it back.

    Before it has arrived no step is due, however short its span.
    """
    told = outbox.told_at(session, lead.site_id, f"lead:{lead.id}", lead.cycle) or now
    since = max(told, datetime.fromisoformat(tick.payload["since"]))
    due = sla.after(since, span_of(policy.team, step) or A_MOMENT, policy.team.hours)
    return max(due, lead.snoozed_until) if lead.snoozed_until else due


def _plan_next(session: Session, lead: Lead, tick: Tick, policy: Policy, now: datetime) -> None:
    step = tick.payload["step"]
    place = STEPS.index(step) + 1 if step in STEPS else 0
    if place < len(STEPS) and lead.handoff == "offered":
        since = datetime.fromisoformat(tick.payload["since"])
        plan_nudge(session, lead, policy, since, STEPS[place])


def _give(at: At) -> None:
    """To one of those its route names, as in `_among`. Where none of them can, it waits for anybody."""
    if rep := _among(at, _routed_to(at)):
        _assign(at, rep, ROUTE)


def _routed_to(at: At) -> tuple[TeamMember, ...]:
    lead, assessment = at.lead, at.lead.assessment or {}
    ids = lead_merge.family(at.session, lead.site_id, lead)
    talk = conversations.latest_of(at.session, lead.site_id, ids)
    segment = at.policy.criteria.segment(assessment.get("segment"))
    known = facts_of(at.session, lead.site_id, ids)
    what = (segment.label if segment else None, assessment.get("score"), lead.source, lead.kind)
    return at.policy.team.people_for(routed(*what, talk.locale if talk else None, known))


def _assign(at: At, rep: TeamMember, by: Person) -> None:
    to = Person(str(rep.slack), rep.name, rep.email)
    done = moves.assign(at.position, by, to)
    if isinstance(done, Move):
        keep(at, done, by, Written(to=to))


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
    if rep := next_rep(at):
        _assign(at, rep, FOYER)
    else:
        _say(at, "sla_nobody")


def _broadcast(at: At) -> None:
    _say(at, "sla_broadcast", broadcast=True)


def next_rep(at: At) -> TeamMember | None:
    """Of those the lead's route names, or of all when none of them can."""
    return _among(at, _routed_to(at)) or _among(at, at.policy.team.people)


def _among(at: At, people: Sequence[TeamMember]) -> TeamMember | None:
    """The listed rep at work with the fewest open leads, and room for another; of equals the one who waited longest."""
    reps = [one for one in _present(at, "rep") if one in people]
    load = leads.open_by_owner(at.session, at.lead.site_id, [str(one.slack) for one in reps])
    free = [one for one in reps if load.get(str(one.slack), (0, ""))[0] < at.policy.team.open_leads_per_rep]
    return min(free, key=lambda one: load.get(str(one.slack), (0, "")), default=None)


def _present(at: At, role: Role) -> list[TeamMember]:
    """Who has that role and a Slack id, is at work today and not muted."""
    team, muted = at.policy.team, rep_mute.muted(at.session, at.lead.site_id, at.now)
    today = at.now.astimezone(ZoneInfo(team.hours.zone)).date()
    people = [one for one in team.people if role in one.roles and one.is_at_work(today)]
    return [one for one in people if one.slack and one.slack not in muted]


_DO: Mapping[str, Callable[[At], None]] = {
    GIVE: _give,
    "remind": _remind,
    "escalate": _escalate,
    "reassign": _reassign,
    "broadcast": _broadcast,
}
KINDS = (NUDGE,)
