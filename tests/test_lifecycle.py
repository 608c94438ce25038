"""The lifecycle by the doors: every step of the table, what must hold for it, and what time does by itself."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from models.database import Database
from qualification.moves import TELLS_KIND
from qualification.sheet import Sheet
from qualification.stages import RETURN_CODES
from qualification.views import Person
from tests.salesfloor import ANN, BEN, MARA, QUALIFIED, Floor, policy

BANT = {"budget": "20k a year", "need": "yes, their hand-off leaks"}
DEAL = {"amount": 12_000.0, "currency": "USD", "next_step": "send the offer"}
LETTERS = {**BANT, "authority": "decides alone", "timing": "this quarter"}


@pytest.fixture
def floor(database: Database) -> Floor:
    return Floor(database)


def sheet(floor: Floor, **told: Any) -> Sheet:
    return Sheet(**{"day": floor.time.now.date(), **told})


def accepted(floor: Floor, by: Person = ANN, **fields: str) -> str:
    ref = floor.comes_by_form(**fields)
    assert floor.handoff.accept(floor.site, ref, by).done
    return ref


def stands(floor: Floor, ref: str) -> tuple[Any, ...]:
    view = floor.lead(ref)
    return (view.stage, view.status, view.handoff, view.cycle)


# --- to prospect


def test_accepted_lead_with_two_letters_of_bant_becomes_a_prospect(floor: Floor) -> None:
    ref = accepted(floor, **QUALIFIED, timeline="this month")
    done = floor.handoff.stage(floor.site, ref, ANN, "prospect")
    assert (done.done, done.code) == (True, "prospect")
    assert floor.log(ref)[-1] == ("sql", "prospect", "bant")
    assert {letter: one.by for letter, one in floor.lead(ref).bant.items()} == {
        "budget": "visitor",
        "timing": "visitor",
    }


def test_prospect_needs_an_accepted_lead_of_ones_own(floor: Floor) -> None:
    ref = floor.comes_by_form()
    for by, code in ((ANN, "not_accepted"), (BEN, "not_owner")):
        if by is BEN:
            floor.handoff.accept(floor.site, ref, ANN)
        refused = floor.handoff.stage(floor.site, ref, by, "prospect", Sheet(bant=BANT))
        assert (refused.done, refused.code) == (False, code)
    assert floor.handoff.stage(floor.site, ref, MARA, "prospect", Sheet(bant=BANT)).done, "a manager may"


def test_prospect_needs_the_ideal_profile_or_a_reason(floor: Floor) -> None:
    ref = accepted(floor, company_size="5000", budget="20k USD a year")
    refused = floor.handoff.stage(floor.site, ref, ANN, "prospect", Sheet(bant=BANT))
    assert (refused.done, refused.code) == (False, "needs_icp")
    over = Sheet(bant=BANT, icp_override="a partner asked us to")
    assert floor.handoff.stage(floor.site, ref, ANN, "prospect", over).done
    assert floor.lead(ref).sheet == over
    assert floor.steps(ref)[-1].data == {"sheet": {"bant": BANT, "icp_override": "a partner asked us to"}}


def test_an_unknown_profile_is_no_pass_and_no_agreed_profile_asks_for_none(floor: Floor) -> None:
    ref = floor.chats("Hi, I'm Ana, ana@northwind.io. I'd like a demo").ref
    floor.handoff.accept(floor.site, ref, ANN)
    assert floor.handoff.stage(floor.site, ref, ANN, "prospect", Sheet(bant=BANT)).code == "needs_icp"
    floor.policies[floor.site] = policy(icp=False)
    assert floor.handoff.stage(floor.site, ref, ANN, "prospect", Sheet(bant=BANT)).done


@pytest.mark.parametrize(
    ("told", "code", "missing"),
    [
        ({}, "needs_bant", ("authority", "need", "timing")),
        ({"need": "not sure yet"}, "needs_bant", ("authority", "need", "timing")),
        ({"need": "no need"}, "bant_no", ("need",)),
        ({"need": "No"}, "bant_no", ("need",)),
        ({"need": "yes", "budget": "none"}, "bant_no", ("budget",)),
    ],
)
def test_prospect_needs_two_letters_and_no_hard_no(
    floor: Floor, told: Any, code: str, missing: tuple[str, ...]
) -> None:
    ref = accepted(floor)  # its form told the budget
    refused = floor.handoff.stage(floor.site, ref, ANN, "prospect", Sheet(bant=told))
    assert (refused.done, refused.code, refused.missing) == (False, code, missing)
    assert floor.lead(ref).stage == "sql"
    assert not floor.lead(ref).sheet, "what was refused is not kept either"


# --- to opportunity and customer


def test_prospect_becomes_an_opportunity_with_amount_next_step_and_date_and_keeps_the_deal(floor: Floor) -> None:
    ref = accepted(floor)
    assert floor.handoff.stage(floor.site, ref, ANN, "prospect", Sheet(bant=BANT)).done
    deal = sheet(floor, bant=LETTERS, deal_id="hubspot:77", **DEAL)
    assert floor.handoff.stage(floor.site, ref, ANN, "opportunity", deal).done
    assert floor.log(ref)[-2:] == [("sql", "prospect", "bant"), ("prospect", "opportunity", "deal")]
    assert floor.lead(ref).sheet == deal


@pytest.mark.parametrize(
    ("told", "code", "missing"),
    [
        ({"bant": BANT, **DEAL}, "needs_all_bant", ("authority", "timing")),
        ({"bant": LETTERS}, "needs_deal", ("amount", "next")),
        ({"bant": BANT, "bant_waiver": "the board wants it"}, "needs_deal", ("amount", "next")),
        ({"bant": LETTERS, **DEAL, "amount": 0.0}, "needs_deal", ("amount",)),
        ({"bant": LETTERS, **DEAL, "amount": float("nan")}, "needs_deal", ("amount",)),
        ({"bant": LETTERS, **DEAL, "day": None}, "needs_deal", ("date",)),
        ({"bant": {**LETTERS, "timing": "never"}, **DEAL}, "bant_no", ("timing",)),
    ],
)
def test_an_opportunity_lacks_what_it_lacks(floor: Floor, told: Any, code: str, missing: tuple[str, ...]) -> None:
    ref = accepted(floor)
    assert floor.handoff.stage(floor.site, ref, ANN, "prospect", Sheet(bant=BANT)).done
    refused = floor.handoff.stage(floor.site, ref, ANN, "opportunity", sheet(floor, **told))
    assert (refused.done, refused.code, refused.missing) == (False, code, missing)


def test_letters_nobody_answered_can_be_waived_with_a_reason(floor: Floor) -> None:
    ref = accepted(floor)
    told = sheet(floor, bant=BANT, bant_waiver="the board wants it", **DEAL)
    assert floor.handoff.stage(floor.site, ref, ANN, "opportunity", told).done
    assert [step[1] for step in floor.log(ref)[-2:]] == ["prospect", "opportunity"], "no stage is left out"
    assert {cause for _, _, cause in floor.log(ref)[-2:]} == {"deal"}, "two rows, one cause"


def test_opportunity_is_won_and_its_deal_goes_nowhere_else(floor: Floor) -> None:
    ref = accepted(floor)
    floor.handoff.stage(floor.site, ref, ANN, "opportunity", sheet(floor, bant=LETTERS, **DEAL))
    assert floor.handoff.won(floor.site, ref, ANN).done
    assert stands(floor, ref) == ("customer", "won", "accepted", 1)
    assert floor.log(ref)[-1] == ("opportunity", "customer", "won")
    for again in (
        floor.handoff.won(floor.site, ref, ANN),
        floor.handoff.lost(floor.site, ref, ANN, "no_need"),
        floor.handoff.reopen(floor.site, ref, ANN),
    ):
        assert not again.done


def test_a_quick_deal_passes_through_every_stage_when_all_is_there(floor: Floor) -> None:
    ref = accepted(floor)
    assert floor.handoff.won(floor.site, ref, ANN).code == "needs_bant"
    assert floor.handoff.won(floor.site, ref, ANN, Sheet(bant=BANT)).missing == ("amount",)
    assert floor.handoff.stage(floor.site, ref, ANN, "customer", Sheet(bant=BANT, amount=9000)).code == "won"
    assert [step[1:] for step in floor.log(ref)[-3:]] == [
        ("prospect", "won"),
        ("opportunity", "won"),
        ("customer", "won"),
    ]
    assert floor.lead(ref).sheet == Sheet(bant=BANT, amount=9000), "kept is what the rep wrote"


def test_stages_do_not_go_down_by_command(floor: Floor) -> None:
    ref = accepted(floor)
    floor.handoff.stage(floor.site, ref, ANN, "opportunity", sheet(floor, bant=LETTERS, **DEAL))
    assert floor.handoff.stage(floor.site, ref, ANN, "prospect").code == "already_there"


def test_what_a_rep_knows_at_accepting_is_kept_and_added_to(floor: Floor) -> None:
    ref = floor.comes_by_form()
    floor.handoff.accept(floor.site, ref, ANN, Sheet(bant={"need": "leaks"}, next_step="call"))
    floor.handoff.stage(floor.site, ref, ANN, "prospect", Sheet(bant={"need": "leaks badly"}))
    assert floor.lead(ref).sheet == Sheet(bant={"need": "leaks badly"}, next_step="call")


# --- lost, disqualified, reopened


@pytest.mark.parametrize("step", ["lost", "disqualify"])
def test_closed_lead_keeps_its_stage_and_its_reason_and_nothing_moves_it_but_reopening(floor: Floor, step: str) -> None:
    ref = accepted(floor)
    close = getattr(floor.handoff, step)
    assert close(floor.site, ref, ANN, "nonsense").code == "needs_code"
    assert close(floor.site, ref, ANN, "other", "  ").code == "needs_text"
    assert close(floor.site, ref, BEN, "no_need").code == "not_owner"
    assert close(floor.site, ref, ANN, "bad_timing", "next year").done
    status = "lost" if step == "lost" else "disqualified"
    assert stands(floor, ref) == ("sql", status, "accepted", 1)
    assert floor.lead(ref).closed_code == "bad_timing"
    for wish in (
        lambda: floor.handoff.stage(floor.site, ref, ANN, "prospect", Sheet(bant=BANT)),
        lambda: floor.handoff.assign(floor.site, ref, ANN, BEN),
        lambda: floor.handoff.snooze(floor.site, ref, ANN, floor.time.now + timedelta(hours=1)),
        lambda: floor.handoff.claim(floor.site, ref, ANN),
        lambda: close(floor.site, ref, ANN, "no_need"),
    ):
        assert wish().code == "closed"
    assert floor.handoff.note(floor.site, ref, ANN, "may come back").done
    assert floor.handoff.reopen(floor.site, ref, ANN).done
    assert stands(floor, ref) == ("sql", "active", "accepted", 1)
    assert floor.lead(ref).closed_code is None


def test_rule_disqualifies_and_its_correction_lifts_it_both_in_the_audit(floor: Floor) -> None:
    ref = floor.comes_by_form()
    floor.handoff.claim(floor.site, ref, ANN)
    floor.tells(ref, job_title="intern")
    assert stands(floor, ref) == ("mql", "disqualified", "claimed", 1)
    assert floor.lead(ref).closed_code == "learner"
    assert floor.handoff.accept(floor.site, ref, ANN).code == "closed"
    chat_free = [(one.action, one.actor, one.code) for one in floor.steps(ref)]
    assert chat_free == [("claimed", ANN.id, None), ("disqualified", "system", "learner")]
    floor.policies[floor.site] = policy()
    with floor.database.begin() as session:
        from models import fact

        fact.retract(session, floor.site, 1, ["job_title"], floor.time.now)
    floor.looks(ref)
    assert stands(floor, ref) == ("mql", "active", "claimed", 1)
    assert floor.steps(ref)[-1].action == "requalified"
    assert floor.handoff.accept(floor.site, ref, ANN).done


def test_what_a_person_decided_no_rule_undoes(floor: Floor) -> None:
    ref = floor.comes_by_form()
    floor.tells(ref, job_title="intern")
    assert floor.lead(ref).status == "disqualified"
    assert floor.handoff.reopen(floor.site, ref, ANN).done
    floor.looks(ref)
    assert floor.lead(ref).status == "active", "a rep knows better than the rule"
    assert floor.handoff.disqualify(floor.site, ref, ANN, "spam").done
    floor.looks(ref, 4)
    assert floor.lead(ref).status == "disqualified"


def test_who_was_lost_before_sales_had_them_and_asks_to_buy_is_back(floor: Floor) -> None:
    chat = floor.chats("Hi, ana@northwind.io here")
    assert floor.handoff.lost(floor.site, chat.ref, ANN, "unreachable").done
    chat.says("we are about 120 people")
    assert floor.lead(chat.ref).status == "lost"
    floor.time.pass_(60)
    chat.says("I'd like a demo please")
    assert stands(floor, chat.ref) == ("sql", "active", "offered", 1)
    assert floor.cycles_alerted(chat.ref) == [1]


# --- back to marketing


@pytest.mark.parametrize("code", RETURN_CODES)
def test_returned_lead_is_nurtured_in_its_next_cycle_cooling_down(floor: Floor, code: Any) -> None:
    ref = accepted(floor)
    assert floor.handoff.return_(floor.site, ref, ANN, code, "as they said").done
    assert stands(floor, ref) == ("lead", "nurturing", "returned", 2)
    assert floor.lead(ref).owner is None
    assert floor.log(ref)[-1] == ("sql", "lead", f"returned:{code}")
    assert floor.lead(ref).kind == TELLS_KIND.get(code, "unknown")


def test_other_reason_needs_words_and_no_reason_is_no_reason(floor: Floor) -> None:
    ref = accepted(floor)
    assert floor.handoff.return_(floor.site, ref, ANN, "other", "").code == "needs_text"
    assert floor.handoff.return_(floor.site, ref, ANN, "because", "").code == "needs_code"  # type: ignore[arg-type]
    assert floor.lead(ref).stage == "sql"


def test_returned_lead_alerts_again_after_the_cool_down_with_an_alert_of_its_own(floor: Floor) -> None:
    ref = floor.comes_by_form(company_size="120", job_title="CEO", budget="20k USD")
    floor.handoff.return_(floor.site, ref, ANN, "bad_timing")
    floor.tells(ref, timeline="in two years")
    floor.pass_(29)
    assert stands(floor, ref)[0] == "lead"
    floor.policies[floor.site] = policy(floor=30)
    floor.pass_(2)
    assert stands(floor, ref) == ("mql", "active", "offered", 2)
    assert floor.cycles_alerted(ref) == [1, 2]
    revisions = [one["revision"] for one in floor.promised(ref)]
    assert revisions == sorted(revisions)


def test_new_evidence_ends_the_cool_down_and_old_evidence_does_not(floor: Floor) -> None:
    ref = floor.comes_by_form(**QUALIFIED, timeline="this month")
    floor.handoff.return_(floor.site, ref, ANN, "no_need")
    floor.pass_(1)
    floor.tells(ref, company_size="120")
    assert floor.lead(ref).stage == "lead", "the same again is no news"
    floor.looks(ref)
    assert stands(floor, ref) == ("mql", "active", "offered", 2), "a look worth points is"
    assert floor.cycles_alerted(ref) == [1, 2]


def test_a_lead_that_went_back_while_it_was_put_off_rings_nobody_when_that_time_is_over(floor: Floor) -> None:
    floor.policies[floor.site] = policy(ages=True)
    ref = floor.comes_by_form(company_size="120", budget="20k USD a year")
    floor.handoff.claim(floor.site, ref, ANN)
    floor.handoff.snooze(floor.site, ref, ANN, floor.time.now + timedelta(days=12))
    floor.time.pass_(40 * 86400)  # nobody did what was planned meanwhile
    floor.clockwork.run_due(floor.time.now)
    assert stands(floor, ref)[0] == "lead"
    assert floor.cycles_alerted(ref) == [1]


def test_a_look_is_news_however_many_points_have_aged_away_meanwhile(floor: Floor) -> None:
    """What it is worth today counts, not whether the score is higher than when somebody last looked."""
    ref = floor.comes_by_form(**QUALIFIED, timeline="this month")
    for _ in range(3):
        floor.looks(ref)
    floor.handoff.return_(floor.site, ref, ANN, "no_need")
    then = floor.lead(ref).assessment.score
    floor.time.pass_(20 * 86400)  # and nobody looks
    floor.looks(ref)
    assert floor.lead(ref).assessment.score < then
    assert stands(floor, ref) == ("mql", "active", "offered", 2)


def test_wish_to_buy_is_good_for_the_cycle_it_was_said_in(floor: Floor) -> None:
    chat = floor.chats("Hi, I'm Ana, ana@northwind.io. I'd like a demo")
    assert stands(floor, chat.ref) == ("sql", "active", "offered", 1)
    floor.handoff.return_(floor.site, chat.ref, ANN, "bad_timing")
    floor.time.pass_(60)
    chat.says("we are about 120 people")
    assert stands(floor, chat.ref)[0] == "lead", "what was handed back is not wished for anew by telling a size"
    chat.says("Could I see a demo after all?")
    assert stands(floor, chat.ref) == ("sql", "active", "offered", 2)
    assert floor.cycles_alerted(chat.ref) == [1, 2]


def test_who_was_returned_as_a_competitor_alerts_nobody_until_they_say_otherwise(floor: Floor) -> None:
    chat = floor.chats("Hi, I'm Ana, ana@northwind.io, CEO. We are 120 people, budget 20k USD a year, this month")
    assert floor.lead(chat.ref).stage == "mql"
    floor.handoff.return_(floor.site, chat.ref, ANN, "competitor")
    floor.pass_(31)
    assert floor.lead(chat.ref).stage == "lead"
    floor.time.pass_(60)
    chat.says("I'd like a demo for my team")
    assert floor.lead(chat.ref).stage == "sql"


def test_mql_whose_points_age_far_below_its_bar_goes_back_before_it_is_accepted(floor: Floor) -> None:
    floor.policies[floor.site] = policy(sla={"expire": "90d"})
    ref = floor.comes_by_form(company_size="120", budget="20k USD", timeline="this month")  # 30 and 40 that age
    floor.handoff.claim(floor.site, ref, ANN)
    floor.deliver()
    seen = []
    while floor.lead(ref).stage == "mql":
        seen.append(floor.lead(ref).assessment.score)  # type: ignore[union-attr]
        floor.pass_(1)
    assert seen[0] == 70
    assert min(seen) >= 35, "sticky until ten points below the bar of 45"
    assert floor.lead(ref).assessment.score < 35  # type: ignore[union-attr]
    assert stands(floor, ref) == ("lead", "nurturing", "returned", 2)
    assert floor.log(ref)[-1] == ("mql", "lead", "low_score")
    assert floor.steps(ref)[-1].actor == "system"
    assert "low_score" in floor.lines(ref)


def test_time_takes_no_accepted_lead_away(floor: Floor) -> None:
    floor.policies[floor.site] = policy(floor=60)
    ref = accepted(floor, company_size="120", budget="20k USD", timeline="this month")
    floor.deliver()
    floor.pass_(120)
    assert stands(floor, ref) == ("sql", "active", "accepted", 1)


def test_who_asked_to_buy_is_never_taken_away_by_points(floor: Floor) -> None:
    floor.policies[floor.site] = policy(sla={"expire": "90d"})
    ref = floor.chats("I'm Ana, ana@northwind.io, 120 people, 20k USD budget, this month. A demo please!").ref
    floor.deliver()
    floor.pass_(60)
    assert stands(floor, ref) == ("sql", "active", "offered", 1)


# --- expiry


def test_lead_nobody_accepted_in_five_working_days_goes_back(floor: Floor) -> None:
    ref = floor.comes_by_form()  # on a Monday at nine
    floor.handoff.claim(floor.site, ref, ANN)
    floor.deliver()
    floor.pass_(6.9)
    assert stands(floor, ref) == ("mql", "active", "claimed", 1)
    floor.pass_(0.2)
    assert stands(floor, ref) == ("lead", "nurturing", "expired", 2)
    assert (floor.log(ref)[-1], floor.lines(ref)[-1]) == (("mql", "lead", "expired"), "expired")
    assert floor.steps(ref)[-1].action == "expired"


def test_patience_is_the_team_files(floor: Floor) -> None:
    floor.policies[floor.site] = policy(sla={"expire": "4h"})
    ref = floor.comes_by_form()
    floor.deliver()
    floor.pass_(3.9 / 24)
    assert floor.lead(ref).handoff == "offered"
    floor.pass_(0.2 / 24)
    assert floor.lead(ref).handoff == "expired"


def test_nothing_expires_before_sales_was_told(floor: Floor) -> None:
    floor.policies[floor.site] = policy(floor=40)
    ref = floor.comes_by_form(company_size="120", job_title="CEO")
    floor.pass_(20)
    assert floor.lead(ref).handoff == "offered", "Slack was away: nobody has ignored it"
    floor.deliver()
    floor.pass_(6.5)
    assert floor.lead(ref).handoff == "offered"
    floor.pass_(7.5)
    assert floor.lead(ref).handoff == "expired"


def test_expired_lead_can_still_be_taken_and_has_an_alert_of_its_own_then(floor: Floor) -> None:
    ref = floor.comes_by_form()
    floor.deliver()
    floor.pass_(8)
    assert floor.lead(ref).handoff == "expired"
    assert floor.handoff.claim(floor.site, ref, BEN).done
    assert stands(floor, ref) == ("mql", "active", "claimed", 2)
    assert floor.log(ref)[-1] == ("lead", "mql", "claimed")
    assert floor.cycles_alerted(ref) == [1, 2]
    floor.deliver()
    floor.pass_(3)
    assert floor.lead(ref).handoff == "claimed"
    floor.pass_(6)
    assert floor.lead(ref).handoff == "expired", "and expires anew"
    assert floor.lead(ref).cycle == 3


def test_returned_by_mistake_is_taken_back(floor: Floor) -> None:
    ref = accepted(floor)
    floor.handoff.return_(floor.site, ref, ANN, "spam")
    assert floor.handoff.reopen(floor.site, ref, ANN).done
    assert stands(floor, ref) == ("mql", "active", "claimed", 2)
    assert floor.lead(ref).kind == "unknown"
    assert floor.handoff.accept(floor.site, ref, ANN).done
    assert floor.handoff.reopen(floor.site, ref, ANN).code == "not_closed"


# --- among reps


def test_lead_is_assigned_to_a_colleague_who_then_owns_it(floor: Floor) -> None:
    ref = floor.comes_by_form()
    assert floor.handoff.assign(floor.site, ref, ANN, BEN).done
    assert (floor.lead(ref).handoff, floor.lead(ref).owner) == ("claimed", Person(BEN.id, BEN.name))
    assert floor.handoff.assign(floor.site, ref, ANN, ANN).code == "not_owner"
    assert floor.handoff.assign(floor.site, ref, MARA, BEN).code == "already_theirs"
    assert floor.handoff.accept(floor.site, ref, BEN).done
    assert floor.handoff.assign(floor.site, ref, MARA, ANN).done
    assert (floor.lead(ref).handoff, floor.lead(ref).owner) == ("accepted", Person(ANN.id, ANN.name))
    approver = Person("U0DANA", "Dana", role="approver")
    assert floor.handoff.assign(floor.site, ref, ANN, approver).code == "not_a_rep"


def test_whom_sales_never_had_has_no_card_whatever_is_noted_of_them(floor: Floor) -> None:
    ref = floor.comes_by_form(company_size="120")
    assert floor.handoff.note(floor.site, ref, ANN, "met them once").done
    assert floor.handoff.lost(floor.site, ref, ANN, "no_need").done
    assert floor.handoff.reopen(floor.site, ref, ANN).done
    assert (floor.promised(ref), floor.lines(ref)) == ([], [])


def test_what_is_noted_of_a_returned_lead_stands_in_the_thread_of_its_card(floor: Floor) -> None:
    ref = accepted(floor)
    floor.handoff.return_(floor.site, ref, ANN, "no_need")
    floor.handoff.note(floor.site, ref, ANN, "asks again in spring")
    assert floor.cycles_alerted(ref) == [1]
    assert [(one["line"], one["cycle"]) for one in floor.promised(ref, "line")][-1] == ("noted", 1)


def test_snoozed_lead_wakes_once_and_whoever_goes_on_wakes_it_sooner(floor: Floor) -> None:
    ref, other = accepted(floor), accepted(floor)
    until = floor.time.now + timedelta(hours=30)
    for one in (ref, other):
        assert floor.handoff.snooze(floor.site, one, ANN, until).done
        assert floor.lead(one).snoozed_until == until
    assert floor.handoff.note(floor.site, ref, ANN, "on holiday").done
    assert floor.handoff.stage(floor.site, other, ANN, "prospect", Sheet(bant=BANT)).done
    assert floor.lead(other).snoozed_until is None
    floor.pass_(3)
    assert floor.lead(ref).snoozed_until is None
    assert [floor.lines(one).count("snooze_over") for one in (ref, other)] == [1, 0]


@pytest.mark.parametrize("hours", [-1, 0, 91 * 24])
def test_snooze_ends_in_the_next_ninety_days(floor: Floor, hours: int) -> None:
    ref = accepted(floor)
    until = floor.time.now + timedelta(hours=hours)
    assert floor.handoff.snooze(floor.site, ref, ANN, until).code == "bad_time"


def test_every_step_is_in_the_audit_with_who_when_and_from_where(floor: Floor) -> None:
    ref = floor.comes_by_form()
    floor.handoff.claim(floor.site, ref, ANN)
    floor.time.pass_(60)
    floor.handoff.assign(floor.site, ref, MARA, BEN)
    floor.handoff.return_(floor.site, ref, BEN, "no_need", "they said so")
    told = [(one.action, one.actor, one.via, one.code, one.text, one.data) for one in floor.steps(ref)]
    assert told == [
        ("claimed", ANN.id, "command", None, None, None),
        ("assigned", MARA.id, "form", None, None, {"to": BEN.id}),
        ("returned", BEN.id, "press", "no_need", "they said so", None),
    ]
    assert floor.steps(ref)[1].at - floor.steps(ref)[0].at == timedelta(seconds=60)


def test_erased_lead_is_moved_by_nobody(floor: Floor) -> None:
    ref = accepted(floor)
    with floor.database.begin() as session:
        from models import lead as leads

        leads.change(session, floor.site, leads.id_of(ref) or 0, status="erased")
    before, door = stands(floor, ref), floor.handoff
    steps: list[Callable[[], Any]] = [
        lambda: door.claim(floor.site, ref, ANN),
        lambda: door.accept(floor.site, ref, ANN),
        lambda: door.return_(floor.site, ref, ANN, "spam"),
        lambda: door.won(floor.site, ref, ANN),
        lambda: door.stage(floor.site, ref, ANN, "prospect"),
        lambda: door.lost(floor.site, ref, ANN, "spam"),
        lambda: door.reopen(floor.site, ref, ANN),
        lambda: door.note(floor.site, ref, ANN, "hello"),
        lambda: door.assign(floor.site, ref, ANN, BEN),
    ]
    assert [step().code for step in steps] == ["erased"] * len(steps)
    floor.pass_(10)
    assert stands(floor, ref) == before


# --- other criteria


def test_other_criteria_judge_leads_and_leave_mqls_alone(floor: Floor) -> None:
    mql, lead = floor.comes_by_form(), floor.comes_by_form(company_size="120")
    floor.policies[floor.site] = policy(version=2, floor=20)
    floor.review("v2")
    assert (floor.lead(mql).stage, floor.lead(lead).stage) == ("mql", "mql")
    assert floor.lead(lead).assessment.criteria_version == 2  # type: ignore[union-attr]
    floor.policies[floor.site] = policy(version=3, floor=90)
    floor.review("v3")
    assert (floor.lead(mql).stage, floor.lead(lead).stage) == ("mql", "mql")
    assert floor.lead(mql).assessment.criteria_version == 1, "an MQL keeps the version that made it"  # type: ignore[union-attr]


def test_a_date_that_comes_near_makes_an_mql_by_itself(floor: Floor) -> None:
    floor.policies[floor.site] = policy(ages=False)
    ref = floor.comes_by_form(company_size="120", timeline="in 150 days")
    floor.pass_(59)
    assert floor.lead(ref).stage == "lead"
    floor.pass_(2)
    assert stands(floor, ref) == ("mql", "active", "offered", 1)
    assert floor.cycles_alerted(ref) == [1]


def test_nothing_is_planned_for_a_lead_that_time_cannot_move(floor: Floor) -> None:
    ref = floor.comes_by_form(company_size="120")
    floor.pass_(2)
    with floor.database.read() as session:
        from models import schedule

        far = floor.time.now + timedelta(days=1000)
        assert schedule.due(session, floor.handoff.kinds, far, 10) == []
    assert floor.lead(ref).stage == "lead"


def test_lists_by_time_do_not_move_for_points_that_age(floor: Floor) -> None:
    ref = floor.comes_by_form(budget="20k USD", timeline="this month")
    before = floor.lead(ref)
    floor.pass_(5)
    after = floor.lead(ref)
    assert after.assessment.score < before.assessment.score  # type: ignore[union-attr]
    assert (after.updated_at, after.revision) == (before.updated_at, before.revision)


def test_sales_sees_until_when_to_act_and_what_to_send(floor: Floor) -> None:
    ref = floor.comes_by_form(**QUALIFIED, use_case="we lose leads between marketing and sales")
    shown = floor.lead(ref)
    assert shown.offered_at is not None
    assert shown.claim_by is not None
    assert shown.accept_by is not None
    assert shown.offered_at < shown.claim_by < shown.accept_by
    assert shown.reading is not None
    assert "checklist" in shown.reading.title
    floor.handoff.claim(floor.site, ref, ANN)
    assert floor.lead(ref).claim_by is None
    floor.handoff.accept(floor.site, ref, ANN)
    assert floor.lead(ref).accept_by is None
