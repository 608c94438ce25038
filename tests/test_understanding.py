"""What a visitor writes is read for what it says, and nothing more."""

from datetime import UTC, datetime

import pytest

from qualification.facts import Horizon, Intent, Money, Size, Slot, Understanding, Utterance, Value
from qualification.understanding import understand, warm_up

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def heard(text: str, asked: Slot | None = None, region: str = "US") -> Understanding:
    return understand(Utterance(text, NOW, asked, region=region))


def facts(text: str, asked: Slot | None = None, region: str = "US") -> dict[str, Value]:
    return {entity.label: entity.value for entity in heard(text, asked, region).entities}


def test_visitor_who_says_everything_at_once_is_understood() -> None:
    text = (
        "Hi, I'm Tom Becker, ops lead at Vollmer GmbH (250 ppl). Need a demo this month, budget ~20k/yr, tom@vollmer.de"
    )
    assert facts(text) == {
        "person_name": "Tom Becker",
        "job_title": "ops lead",
        "company": "Vollmer GmbH",
        "company_size": Size(250, 250),
        "timeline": Horizon(0, 7),
        "budget": Money(20000, 20000, None, "year"),
        "email": "tom@vollmer.de",
    }
    assert heard(text).has("greeting")
    assert heard(text).has("demo")
    assert heard(text).has("inform")


def test_need_is_heard_and_its_six_reps_are_no_company_size() -> None:
    assert facts("we lose leads between marketing and our 6 reps") == {
        "use_case": "lose leads between marketing and our 6 reps"
    }


def test_bare_number_belongs_to_the_size_that_was_asked() -> None:
    assert facts("about 120, mostly Lisbon", "company_size") == {"company_size": Size(120, 120), "location": "Lisbon"}
    assert facts("120") == {}


@pytest.mark.parametrize("text", ["250-1000", "250 - 1000", "250\u20131000", "100-5000"])
def test_a_range_that_looks_like_a_short_number_to_call_is_a_size_when_that_was_asked(text: str) -> None:
    assert facts(text, "company_size").keys() == {"company_size"}
    assert facts(text, "phone").keys() == {"phone"}


def test_date_before_a_quarter_ends_with_the_day_before_it() -> None:
    assert facts("before Q1", "timeline") == {"timeline": Horizon(0, 38)}


def test_product_question_names_no_company() -> None:
    understanding = heard("do you integrate with HubSpot?")
    assert understanding.entities == ()
    assert understanding.has("product_question")


def test_show_me_asks_for_the_demo() -> None:
    assert heard("show me").has("demo", "affirm")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("ana at acme dot com", "ana@acme.com"),
        ("my email is Jo.Hart @ gmail.com.", "jo.hart@gmail.com"),
        ("tomasz+trial@pierogarnia.pl", "tomasz+trial@pierogarnia.pl"),
        ("sam underscore lee at north-pole dot co dot uk", "sam_lee@north-pole.co.uk"),
        ("ana@gmial.com, not gmial, gmail", "ana@gmail.com"),
        ("ana@old-mill.com no wait, ana@newmill.com", "ana@newmill.com"),
    ],
)
def test_email_is_read_however_it_is_written(text: str, address: str) -> None:
    assert facts(text, "email") == {"email": address}


def test_phone_is_read_with_the_country_named_and_without_extension() -> None:
    assert facts("07400 123 182 (uk mobile)", "phone")["phone"] == "+447400123182"
    assert facts("020 7946 0921 ext. 14", "phone", "GB")["phone"] == "+442079460921"


@pytest.mark.parametrize("text", ["order 4155550137 hasn't arrived", "4111 1111 1111 1111", "founded 1998, moved 2004"])
def test_other_digits_are_no_phone(text: str) -> None:
    assert "phone" not in facts(text)


def test_domain_of_the_mail_is_no_website() -> None:
    assert set(facts("ana.silva@northwind.io")) == {"email"}
    assert facts("thedailyloaf.shop", "website") == {"website": "thedailyloaf.shop"}


def test_friend_elsewhere_is_not_the_visitor() -> None:
    assert "company" not in facts("my friend at IBM wants a demo")


@pytest.mark.parametrize("text", ["skip", "john doe", "anonymous", "why do you want to know?"])
def test_refusal_or_joke_is_no_name(text: str) -> None:
    assert facts(text, "person_name") == {}


def test_placeholder_address_is_not_kept() -> None:
    assert facts("test@test.com", "email") == {}


def test_number_taken_back_is_told_apart_from_an_erasure_request() -> None:
    understanding = heard("drop my phone number")
    assert understanding.retracted == ("phone",)
    assert not understanding.has("privacy_delete")
    assert heard("delete all my data").has("privacy_delete")


def test_looking_for_a_tool_is_neither_a_name_nor_an_application() -> None:
    understanding = heard("I am looking for a CRM")
    assert [entity.label for entity in understanding.entities] == ["use_case"]
    assert not understanding.has("job_seeker")


def test_offsets_point_into_the_text_as_it_was_typed() -> None:
    text = "  \u00a0I’m “Tom Becker” 🙂 — tom＠vollmer.de，250 ppl"
    for entity in heard(text).entities:
        assert text[entity.start : entity.end] == entity.text


@pytest.mark.parametrize("text", ["", " ", "\ud800", "\x00", "🙂" * 5000, "(" * 50_000, "İİİ", "\u202e\u0301" * 99])
def test_any_text_is_survived(text: str) -> None:
    heard(text)


def test_warming_up_twice_is_harmless() -> None:
    warm_up()
    warm_up()


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("purchasing manager", "job_title"),
        ("marketing manager", "email"),
        ("senior buyer for packaging", "job_title"),
        ("$500 a month", "budget"),
        ("lead scoring", "use_case"),
        ("we're in Cochabamba", "location"),
        ("euros, per year", None),
    ],
)
def test_an_answer_that_is_nothing_but_facts_means_nothing_else(text: str, asked: Slot | None) -> None:
    assert heard(text, asked).intents == ("inform",)


@pytest.mark.parametrize(
    "text",
    [
        "our handoff is a mess",
        "half the inquiries from the website never get answered",
        "the reps cherry pick",
        "honestly, chaos between the two teams",
        "our CRM is full of dead contacts",
        "no visibility into what happens after handover",
    ],
)
def test_a_complaint_answers_what_they_would_use_it_for(text: str) -> None:
    assert facts(text, "use_case").keys() == {"use_case"}


@pytest.mark.parametrize(
    "text",
    [
        "long story",
        "not your concern",
        "I'd rather keep that to myself",
        "what do others use it for?",
        "we have 35 seats",
    ],
)
def test_an_evasion_is_no_need(text: str) -> None:
    assert "use_case" not in facts(text, "use_case")


@pytest.mark.parametrize(
    ("text", "asked", "not_meant"),
    [
        ("our newsletter signups never turn into anything", None, "opt_out"),
        ("sales never follows up on what marketing sends them", "use_case", "opt_out"),
        ("Acme Robotics", "company", "are_you_a_bot"),
        ("my name is Al but everyone calls me Big Al", None, "support"),
    ],
)
def test_nobody_is_sent_away_for_how_a_word_looks(text: str, asked: Slot | None, not_meant: Intent) -> None:
    assert not heard(text, asked).has(not_meant)


@pytest.mark.parametrize(
    "text",
    [
        "we have 15 sales guys and get maybe 200 leads a month",
        "we've got 8 sales reps",
        "we have a sales rep",
        "I have sales calls every day",
    ],
)
def test_their_own_sales_people_are_nobody_they_want_to_talk_to(text: str) -> None:
    assert "talk_to_sales" not in heard(text).intents


@pytest.mark.parametrize(
    "text",
    ["can we have a sales rep call us", "I want a sales rep to call me", "do you have a sales rep I can talk to"],
)
def test_a_sales_rep_of_ours_is(text: str) -> None:
    assert "talk_to_sales" in heard(text).intents


@pytest.mark.parametrize(
    "text",
    ["When can we start?", "how soon can we go live", "we are looking to switch this year", "we want to switch from X"],
)
def test_wanting_it_in_place_is_a_wish_to_buy(text: str) -> None:
    assert "purchase_intent" in heard(text).intents


@pytest.mark.parametrize(
    "text",
    ["how do I switch tools in the widget", "I want to switch from English to Spanish", "we don't want to switch"],
)
def test_switching_something_else_or_not_at_all_is_none(text: str) -> None:
    assert "purchase_intent" not in heard(text).intents


@pytest.mark.parametrize(
    "text", ["is my data safe with you?", "is what I write here encrypted?", "are you GDPR compliant?"]
)
def test_whether_data_is_safe_is_a_question_and_no_request_to_delete_it(text: str) -> None:
    assert "privacy_delete" not in heard(text).intents
    assert "product_question" in heard(text).intents


@pytest.mark.parametrize("text", ["delete my data, it's not secure", "what data do you have on me and is it safe?"])
def test_a_request_beside_the_question_is_still_one(text: str) -> None:
    assert "privacy_delete" in heard(text).intents


def test_who_chose_a_competitor_is_none() -> None:
    assert heard("we signed a contract with your competitor last week").intents == ("deny",)
    assert "competitor" in heard("I work for one of your competitors").intents


def test_no_interest_with_thanks_is_a_no_all_the_same() -> None:
    assert "refusal" in heard("not interested thanks").intents


def test_a_cousins_company_is_not_theirs() -> None:
    assert facts("Nah it's not for me, it's for my cousin's company, they have 500 employees") == {}


def test_who_asks_for_a_person_sells_nothing_by_that() -> None:
    assert heard("Can you get our CFO on a call with your team?").intents == ("talk_to_sales",)


@pytest.mark.parametrize(
    "text",
    ["ich schreibe meine Bachelorarbeit über Lead Scoring", "mi tesis trata de esto", "j'écris mon mémoire là-dessus"],
)
def test_who_writes_a_thesis_is_a_student_in_any_of_our_languages(text: str) -> None:
    assert "student" in heard(text).intents


def test_whose_work_it_is_makes_nobody_a_student() -> None:
    assert "student" not in heard("das ist meine Arbeit, ich leite den Vertrieb").intents
