"""Two leads that are one person: joined by the host's word or a rep's, never by what was typed, and undone at will."""

import json

import pytest

from qualification.criteria import load_criteria
from qualification.enquiry import ListFilter
from qualification.views import Person
from tests.signals import CRITERIA, browser, points, send, tell, view
from tests.two_sites import two_sites

ANN = {"sub": "u-1", "email": "ann.bell@northwind.io", "name": "Ann Bell"}
REP = Person("U0ANN000001", "Ann Weber")
BEN = Person("U0BEN000001", "Ben Okafor")
WISH = "Hello, I am {name}, {title} at {company}, 80 people, can I see a demo? {email}"


@pytest.fixture
def house(database_url, tmp_path):
    criteria = tmp_path / "criteria.yaml"
    criteria.write_text(CRITERIA)
    with two_sites(database_url, criteria_file=str(criteria)) as deployment:
        yield deployment


def handoff(house):
    return house.web.house.handoff


def merge(house, one, other, by=REP):
    outcome = handoff(house).merge(house.web.house.site_id, one, other, by)
    assert outcome.code == "merged", outcome
    return outcome.lead.ref


def part(house, ref, by=REP):
    outcome = handoff(house).part(house.web.house.site_id, ref, by)
    assert outcome.code == "parted", outcome


def claim(house, ref, by):
    assert handoff(house).claim(house.web.house.site_id, ref, by).done


def lead(house, ref):
    return house.lead("default", ref)


def card(house, ref):
    [found] = [one for one in house.alerts() if one["metadata"]["event_payload"]["lead"] == ref]
    return json.dumps(found, ensure_ascii=False)


def says(house, words, token=None):
    visitor = browser(house, token)
    visitor.says(words)
    return visitor


def wish(name="Ann Bell", email="ann.bell@northwind.io", title="VP Sales", company="Northwind"):
    return WISH.format(name=name, email=email, title=title, company=company)


def test_a_merge_keeps_the_furthest_stage_all_evidence_and_the_earliest_first_touch(house):
    newsletter = send(house, email="ann@private.org", source={"channel": "newsletter", "name": "weekly"})
    house.clock.pass_(days=1)
    chatted = says(house, wish(), tell(house, view(landing="/pricing", utm_source="ad")))
    assert merge(house, newsletter, chatted.ref) == chatted.ref, "the one that is further on speaks for both"
    both = lead(house, newsletter)
    assert (both["lead_ref"], both["merged_into"], both["stage"]) == (chatted.ref, chatted.ref, "sql")
    assert [one["lead_ref"] for one in both["merged"]] == [newsletter]
    assert {touch["type"] for touch in both["touchpoints"]} == {"newsletter", "page_view"}
    assert points(both)["letter"] == 10
    assert both["source"]["first"]["channel"] == "newsletter"
    assert both["source"]["last"]["utm_source"] == "ad"
    assert lead(house, chatted.ref)["merged_into"] is None


def test_a_merge_is_undone_to_exactly_the_state_before(house):
    newsletter = send(house, email="ann@private.org", source={"channel": "newsletter"})
    chatted = says(house, wish()).ref
    claim(house, chatted, REP)
    before = [lead(house, ref) for ref in (newsletter, chatted)]
    merge(house, newsletter, chatted)
    part(house, newsletter)
    after = [lead(house, ref) for ref in (newsletter, chatted)]
    for one, other in zip(before, after, strict=True):
        assert {**one, "deliveries": None} == {**other, "deliveries": None}


def test_what_came_since_stays_where_it_was_told(house):
    newsletter = send(house, email="ann@private.org", source={"channel": "newsletter"})
    chatted = says(house, wish())
    merge(house, newsletter, chatted.ref)
    send(house, email="ann@private.org", source={"channel": "event"}, fields={"budget": "20k"})
    chatted.says("our budget is 50k a year")
    assert points(lead(house, newsletter))["expo"] == 10
    part(house, chatted.ref)
    alone = lead(house, newsletter)
    assert (alone["lead_ref"], alone["facts"]["budget"]["value"]["min"]) == (newsletter, 20000)
    assert points(alone) == {"letter": 10, "expo": 10}
    assert lead(house, chatted.ref)["facts"]["budget"]["value"]["min"] == 50000


def test_a_merge_alerts_nobody_again_and_the_other_card_leads_on(house):
    one, other = (says(house, wish(email=email)).ref for email in (ANN["email"], "ann@private.org"))
    house.deliver()
    claim(house, other, BEN)
    house.deliver()
    assert merge(house, one, other) == other, "a rep has this one"
    house.deliver()
    assert len(house.alerts()) == 2
    assert f"merged into `{other}`" in card(house, one)
    assert "lead_claim" not in card(house, one)
    assert f"Merged into this lead: `{one}`" in card(house, other)
    part(house, one)
    house.deliver()
    assert len(house.alerts()) == 2
    assert "lead_claim" in card(house, one), "it is on offer again"
    assert "Merged" not in card(house, other)


def test_a_rep_who_has_one_of_them_has_the_person(house):
    says_more = says(house, wish())  # asks for a demo: further on, and nobody has it
    mql = send(
        house,
        email="ann@private.org",
        source={"channel": "newsletter"},
        fields={"company_size": "80", "job_title": "VP Sales"},
    )
    assert lead(house, mql)["stage"] == "mql"
    claim(house, mql, BEN)
    house.deliver()
    merge(house, says_more.ref, mql)
    together = house.web.house.enquiry.lead(house.web.house.site_id, mql)
    assert (together.ref, together.stage, together.handoff) == (says_more.ref, "sql", "claimed")
    assert (together.owner.id, together.owner.name) == (BEN.id, BEN.name)
    part(house, mql)
    view_of = house.web.house.enquiry.lead
    assert [view_of(house.web.house.site_id, ref).handoff for ref in (says_more.ref, mql)] == ["offered", "claimed"]
    assert view_of(house.web.house.site_id, says_more.ref).owner is None


def test_two_halves_that_only_together_reach_the_bar_ring_once_and_are_taken_back(house):
    size = send(house, email="ann@private.org", source={"channel": "newsletter"}, fields={"company_size": "80"})
    boss = send(house, email="ann@work.org", source={"channel": "event"}, fields={"job_title": "VP Sales"})
    assert {lead(house, ref)["stage"] for ref in (size, boss)} == {"lead"}
    merge(house, size, boss)
    house.deliver()
    [alert] = house.alerts()
    assert alert["metadata"]["event_payload"]["lead"] == size
    part(house, size)
    house.deliver()
    assert [(lead(house, ref)["stage"], lead(house, ref)["handoff"]) for ref in (size, boss)] == [("lead", "none")] * 2
    assert "lead_claim" not in json.dumps(house.alerts())
    merge(house, boss, size)
    house.deliver()
    assert len(house.alerts()) == 2, "a new cycle, a new alert"


def test_a_replay_knows_what_a_merge_brought_together_from_then_on(house):
    size = send(house, email="ann@private.org", source={"channel": "newsletter"}, fields={"company_size": "80"})
    boss = send(house, email="ann@work.org", source={"channel": "event"}, fields={"job_title": "VP Sales"})
    begun = house.clock()
    house.clock.pass_(days=3)
    merge(house, size, boss)
    merged = house.clock()
    house.clock.pass_(days=1)
    of, agreement = house.web.house, house.web.house.agreement
    again = agreement.replay(of.site_id, load_criteria(CRITERIA), begun, house.clock())
    assert [(one.lead, one.was, one.would) for one in again.cases] == [(size, merged, merged)]


def test_a_returned_lead_does_not_ring_again_for_being_merged(house):
    chatted = says(house, wish())
    house.deliver()
    claim(house, chatted.ref, REP)
    assert handoff(house).return_(house.web.house.site_id, chatted.ref, REP, "bad_timing", "").done
    newsletter = send(house, email="ann@private.org", source={"channel": "newsletter"})
    assert merge(house, newsletter, chatted.ref) == chatted.ref
    house.deliver()
    assert len(house.alerts()) == 1
    assert lead(house, chatted.ref)["stage"] == "lead"


def test_presses_on_the_old_card_act_on_the_lead_that_speaks_for_both(house):
    refs = {says(house, wish(email=email)).ref for email in (ANN["email"], "ann@private.org")}
    into = merge(house, *refs)
    [gone] = refs - {into}
    outcome = handoff(house).claim(house.web.house.site_id, gone, BEN)
    assert (outcome.done, outcome.lead.ref) == (True, into)


def test_chains_are_followed_and_come_apart_in_any_order(house):
    refs = [send(house, email=f"ann{number}@private.org", name=f"Ann {number}") for number in range(3)]
    before = [lead(house, ref) for ref in refs]
    merge(house, refs[1], refs[2])
    assert merge(house, refs[0], refs[2]) == refs[0]
    assert {lead(house, ref)["lead_ref"] for ref in refs} == {refs[0]}
    assert len(lead(house, refs[2])["touchpoints"]) == 3
    assert handoff(house).merge(house.web.house.site_id, refs[1], refs[2], REP).code == "already_one"
    part(house, refs[1])
    assert [lead(house, ref)["lead_ref"] for ref in refs] == [refs[0], refs[1], refs[1]]
    part(house, refs[1])
    assert [{**lead(house, ref), "deliveries": None} for ref in refs] == [{**one, "deliveries": None} for one in before]
    assert handoff(house).part(house.web.house.site_id, refs[1], REP).code == "not_merged"


def test_lists_and_searches_know_each_person_once(house):
    enquiry, site = house.web.house.enquiry, house.web.house.site_id
    one = send(house, email="ann@private.org", name="Private Ann")
    other = send(house, email="ann.bell@northwind.io", name="Ann Bell")
    into = merge(house, one, other)
    assert [row.ref for row in enquiry.list(site, ListFilter())] == [into]
    assert enquiry.counts(site) == {"lead": 1}
    for words in ("ann@private.org", "ANN.BELL@northwind.io", "Bell", one, other):
        assert enquiry.status(site, words).ref == into, words


def test_no_merge_across_sites_nor_with_nobody(house):
    here = send(house, email="ann@private.org")
    there = send(house, "other", email="ann@private.org")
    unnamed = browser(house)
    unnamed.says("hello there")
    hidden = "L-1003"
    for ref in (there, hidden, "L-9999", "nonsense"):
        assert handoff(house).merge(house.web.house.site_id, here, ref, REP).code == "not_found"
    assert handoff(house).merge(house.web.house.site_id, here, here, REP).code == "already_one"


# --- what is joined by itself, and what is not


def test_the_hosts_word_joins_what_forms_brought(house):
    form = send(house, email="Ann.Bell@northwind.io", company="Northwind", fields={"company_size": "80"})
    visitor = browser(house)
    visitor.identify(**ANN)
    visitor.says("we lose leads between marketing and sales")
    assert visitor.ref == form or lead(house, form)["lead_ref"] == visitor.ref
    assert lead(house, form)["facts"]["company_size"]["value"]["min"] == 80
    assert [one["cause"] for one in lead(house, form)["merged"]] == ["verified"]
    assert "company_size" not in visitor.known()["asked"], "and they are not asked again"


def test_a_form_after_the_hosts_word_is_the_same_person_and_overwrites_nothing(house):
    visitor = browser(house)
    visitor.identify(**ANN)
    visitor.says("we are 80 people and lose leads")
    form = send(house, email="ANN.BELL@northwind.io", name="Somebody Else", fields={"company_size": "3"})
    assert form == visitor.ref
    facts = lead(house, form)["facts"]
    assert (facts["person_name"]["value"], facts["company_size"]["value"]["min"]) == ("Ann Bell", 80)


def test_two_leads_of_one_browser_become_one_when_the_host_names_the_person(house):
    first = browser(house)
    first.identify(**ANN)
    first.says(wish())
    second = says(house, "I need 20 licences, ann.bell@northwind.io")
    typed = second.ref
    second.identify(**ANN)
    assert lead(house, typed)["lead_ref"] == first.ref
    assert [one["cause"] for one in lead(house, first.ref)["merged"]] == ["verified"]


def test_whoever_typed_a_known_address_stays_apart_and_both_cards_say_so(house):
    ann = browser(house)
    ann.identify(**ANN)
    ann.says(wish())
    house.deliver()
    eve = says(house, "I am Eve and want a demo, ann.bell+x@northwind.io")
    house.deliver()
    assert eve.ref != ann.ref
    assert f"May be the same person as `{eve.ref}`" in card(house, ann.ref)
    assert f"May be the same person as `{ann.ref}`" in card(house, eve.ref)
    assert "the same e-mail address, not checked" in card(house, eve.ref)


def test_a_reps_word_shows_a_stranger_nothing(house):
    """A rep may be talked into a merge: whoever only typed an address still hears only what they said themselves."""
    ann = browser(house)
    ann.identify(**ANN)
    ann.says("we lose leads between 6 reps; our budget is 77k a year; call +49 151 55557777")
    eve = says(house, "I am Eve, ann.bell@northwind.io")
    merge(house, ann.ref, eve.ref)
    heard = [eve.says(words).text for words in ("hello", "what is my budget?", "do you know my name and number?")]
    house.clock.pass_(hours=30)
    heard += eve.open()
    heard += [eve.says("we are 300 people").text, eve.reads().text]
    for word in ("77k", "77,000", "55557777", "Ann", "6 reps", "lose leads"):
        assert word not in " ".join(heard), word
    assert points(lead(house, ann.ref))["size"] == 20, "while what she says counts for the person"
    for word in ("300",):
        assert word not in " ".join([*ann.open(), ann.says("hello again").text])


def test_a_stranger_who_logs_in_after_somebody_else_gets_nothing_of_theirs(house):
    eve = says(house, wish(name="Eve Vil", email="eve@evil.de"), tell(house, view()))
    evil = eve.ref
    eve.identify(**ANN)
    assert not any("Eve" in text for text in eve.open())
    eve.says("we are 20 people")
    assert eve.ref != evil
    assert lead(house, eve.ref)["facts"]["email"]["value"] == ANN["email"]
    assert lead(house, eve.ref)["touchpoints"] == []
    assert lead(house, evil)["facts"]["email"]["value"] == "eve@evil.de"


def test_a_page_view_with_the_earlier_token_belongs_to_the_person_who_was_named(house):
    token = tell(house, view())
    visitor = browser(house, token)
    visitor.identify(**ANN)
    visitor.says("hello")
    tell(house, view("/docs"), token=token)
    assert len(lead(house, visitor.ref)["touchpoints"]) == 2


# --- two people on one browser


def test_somebody_else_at_the_same_screen_gets_a_lead_of_their_own(house):
    visitor = says(house, wish(), tell(house, view()))
    ann = visitor.ref
    before = lead(house, ann)
    answer = visitor.says("Hello, I'm Bob Stone from Acme, bob@acme.com, what does it cost?")
    bob = visitor.ref
    assert bob != ann
    assert lead(house, ann) == before
    facts = lead(house, bob)["facts"]
    assert (facts["email"]["value"], facts["person_name"]["value"]) == ("bob@acme.com", "Bob Stone")
    assert "company_size" not in facts
    assert "Ann" not in answer.text
    assert lead(house, bob)["touchpoints"] == []
    house.deliver()
    assert f"May be the same person as `{bob}`: the same browser" in card(house, ann).replace(" not with sales", "")
    enquiry, site = house.web.house.enquiry, house.web.house.site_id
    assert all("Bob" not in line.text for line in enquiry.transcript(site, ann))
    assert all("Ann" not in line.text for line in enquiry.transcript(site, bob))


def test_another_address_on_another_day_is_somebody_else(house):
    visitor = says(house, wish())
    ann = visitor.ref
    house.clock.pass_(days=2)
    visitor.open()
    visitor.says("please send me the price list: bob@acme.com")
    assert visitor.ref != ann


def test_whoever_is_logged_in_is_who_they_are_whatever_address_they_type(house):
    visitor = browser(house)
    visitor.identify(**ANN)
    visitor.says("hello, we lose leads between marketing and sales")
    ann = visitor.ref
    for hours in (0, 2, 30):
        house.clock.pass_(hours=hours)
        visitor.open()
        visitor.says("Hello, I'm Bob Stone, please send the price list to bob@acme.com")
        assert visitor.ref == ann


@pytest.mark.parametrize(
    "words",
    [
        "sorry, I meant ann.bell@northwind.com",
        "please use my private address instead, ann@private.org",
        "you can also write to my colleague Bob, bob@northwind.io",
        "ann.bell+demo@northwind.io is fine too",
        "My name is Ann Bell, better write to ann@private.org",
    ],
)
def test_a_correction_or_a_second_address_is_the_same_person(house, words):
    visitor = says(house, wish())
    ann = visitor.ref
    visitor.says(words)
    assert visitor.ref == ann


# --- colleagues


def test_leads_of_the_same_company_are_shown_beside_each_other(house):
    one = says(house, wish())
    claim(house, one.ref, REP)
    two = says(house, wish(name="Bob Stone", email="bob@northwind.io", company="Northwind Ltd."))
    three = send(house, email="cy@gmail.com", company="NORTHWIND", fields={"demo": "yes"})
    send(house, email="dan@gmail.com", company="Southwind", fields={"demo": "yes"})
    house.deliver()
    shown = card(house, two.ref)
    assert "2 others at Northwind" in shown
    assert f"`{one.ref}` claimed by" in shown
    assert f"`{three}` not claimed yet" in shown
    assert "Southwind" not in shown
