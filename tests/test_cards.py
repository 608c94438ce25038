"""The card in each of its states, judged by the stand-in's own Block Kit rules."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import blocks
from bot.cards import alert_card, status_card
from bot.lines import line
from bot.lists import choice_card, list_card, unknown_lead
from bot.modals import note_modal, return_modal, transcript_modal, transcript_reply
from qualification.stages import RETURN_CODES
from qualification.views import LeadView, Line, Person, Reading
from tests.slackdesk import ASSESSED, START, fact, lead, reason, row_of
from tryout.standin.blockkit import block_problems, too_much_text, view_problems, view_too_large

ANN = Person("U0ANN000001", "Ann Weber")
STATES: dict[str, LeadView] = {
    "offered": lead(),
    "claimed": lead(handoff="claimed", owner=ANN, claimed_at=START),
    "accepted": lead(handoff="accepted", owner=ANN, accepted_at=START, stage="sql"),
    "returned": lead(handoff="returned", return_code="no_budget", stage="lead", status="nurturing"),
    "expired": lead(handoff="expired"),
    "closed": lead(handoff="accepted", status="lost"),
    "erased": lead(status="erased"),
}
BUTTONS = {
    "offered": ["lead_claim", "lead_return", "lead_transcript"],
    "claimed": ["lead_accept", "lead_reply", "lead_return", "lead_release", "lead_transcript"],
    "accepted": ["lead_reply", "lead_return", "lead_transcript"],
    "returned": ["lead_reopen", "lead_transcript"],
    "expired": ["lead_claim", "lead_transcript"],
    "closed": ["lead_reopen", "lead_transcript"],
    "erased": [],
}
WORDS = {
    "offered": "nobody has claimed it",
    "claimed": "Claimed by",
    "accepted": "Accepted by",
    "returned": "Returned: No budget",
    "expired": "Expired",
    "closed": "Closed: lost",
    "erased": "erased",
}


def buttons(shown: Any) -> list[Any]:
    return [one for block in shown if block["type"] == "actions" for one in block["elements"]]


@pytest.mark.parametrize("state", STATES)
def test_r30_each_state_says_itself_in_words_and_offers_what_works(state):
    card = alert_card(STATES[state])
    assert [one["action_id"] for one in buttons(card.blocks)] == BUTTONS[state]
    assert WORDS[state] in card.text
    assert WORDS[state] in json.dumps(card.blocks)
    assert block_problems(list(card.blocks)) == []


@pytest.mark.parametrize("state", STATES)
def test_r29_every_button_speaks_and_carries_the_reference_alone(state):
    for button in buttons(alert_card(STATES[state]).blocks):
        assert button["value"] == "L-1042"
        assert "L-1042" in button["accessibility_label"]
        assert "Dana" in button["accessibility_label"]


def test_the_card_reads_in_the_order_a_rep_decides():
    card = alert_card(lead())
    kinds = [block["type"] for block in card.blocks]
    assert kinds == ["header", "section", "section", "rich_text", "rich_text", "rich_text", "actions", "context"]
    head, state, fields, why, words, next_step, _, about = card.blocks
    assert head["text"]["text"] == "MQL 82: Dana Smith at Acme"
    assert "L-1042" in state["text"]["text"]
    assert {one["value"] for one in state["accessory"]["options"]} == {
        f"{verb}:L-1042" for verb in ("status", "note", "assign", "snooze")
    }
    labels = [one["text"].split("\n")[0] for one in fields["fields"]]
    assert labels == ["*E-mail*", "*Role*", "*Size*", "*Timeline*", "*Wants*", "*Source*"]
    assert "dana@acme.io (unverified)" in fields["fields"][0]["text"]
    assert "120 people (“about 120”)" in fields["fields"][2]["text"]
    assert all(
        part in json.dumps(why) for part in ("82 points, 60 needed", "criteria version 3", "+42 ", "show me", "budget")
    )
    assert "we lose leads" in json.dumps(words)
    assert "leak meter" in json.dumps(next_step)
    assert "<!date^" in json.dumps(about)
    assert "Pricing" in json.dumps(about)
    assert "Consent" in json.dumps(about)


def test_r29_the_fallback_tells_name_company_score_and_ask():
    text = alert_card(lead(purchase_interest=True)).text
    assert all(part in text for part in ("Dana Smith", "Acme", "82", "talk to sales", "we lose leads", "L-1042"))


def test_declined_is_not_unknown():
    view = lead(facts={}, declined=("job_title",))
    fields = alert_card(view).blocks[2]["fields"]
    assert "declined to say" in fields[1]["text"]
    assert "not known yet" in fields[2]["text"]


def test_a_lead_we_know_nothing_of_still_makes_a_card():
    nothing = dict.fromkeys(("name", "email", "company", "assessment", "locale", "offered_at", "segment"))
    empty = dict.fromkeys(("talk_track", "transcript", "pages", "consents", "stage_log", "deliveries"), ())
    bare = lead(facts={}, source={}, **nothing, **empty)
    for card in (alert_card(bare), status_card(bare)):
        assert block_problems(list(card.blocks)) == []
        assert "Somebody" in card.text


def test_a_guessed_fact_says_so():
    view = lead(facts={"job_title": fact("job_title", "CTO", source="inferred")})
    assert "inferred" in alert_card(view).blocks[2]["fields"][1]["text"]


def test_status_tells_stages_last_words_deliveries_and_what_else_is_known():
    shown = json.dumps(status_card(lead()).blocks, ensure_ascii=False)
    assert all(
        part in shown for part in ("Stages", "Last words", "slack alert: delivered", "20,000 a year (“~20k/yr”)")
    )
    assert block_problems(list(status_card(lead()).blocks)) == []


HOSTILE = "<!channel> <@U1> <https://evil|bank.com> `x` *b* \u202e &lt;!here&gt; 👩‍👩‍👧‍👦 "
texts = st.sampled_from(
    [HOSTILE, HOSTILE * 40, "x" * 100_000, "👩‍👩‍👧‍👦" * 3000, "&" * 9000, "", "\n\n", "דנה"]
) | st.text(max_size=80)


@st.composite
def leads(draw: Any) -> LeadView:
    words = draw(texts)
    reasons = tuple(reason(f"r{n}", 5, draw(texts), draw(texts)) for n in range(draw(st.integers(0, 30))))
    authors = st.sampled_from(["visitor", "rep", "assistant"])
    spoken = tuple(Line(str(n), draw(authors), words, draw(texts), START) for n in range(draw(st.integers(0, 20))))
    return lead(
        name=draw(texts),
        company=draw(texts),
        email=draw(texts),
        phone=draw(texts),
        segment=draw(texts),
        handoff=draw(st.sampled_from(["none", "offered", "claimed", "accepted", "returned", "expired"])),
        owner=draw(st.sampled_from([None, ANN, Person("not-slack", words)])),
        facts={slot: fact(slot, draw(texts)) for slot in ("job_title", "use_case", "timeline", "location", "website")},
        assessment=replace(ASSESSED, reasons=reasons, unknown=(words[:50],) * draw(st.integers(0, 9))),
        talk_track=(words, words, words),
        source={"channel": words, "name": draw(texts), "page": {"url": draw(texts), "title": words}},
        consents=(words,) * 3,
        locale=words,
        transcript=spoken,
        return_code=draw(st.sampled_from([None, *RETURN_CODES])),
    )


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(leads())
def test_r26_r27_no_lead_whatever_makes_a_card_slack_refuses_or_pings_anybody(view):
    for message in (
        alert_card(view),
        status_card(view),
        line({"line": "noted", "by": view.name, "text": view.company}, view),
    ):
        shown = list(message.blocks)
        assert block_problems(shown) == []
        assert blocks.size(shown) < 12_000
        assert not too_much_text(shown)
        assert 0 < len(message.text) < 3000
        for text in (message.text, *marked(shown)):
            assert not any(sign in text for sign in ("<!channel", "<!here", "<@U1>", "<https://evil", "\u202e"))
    text, shown = transcript_reply(view.transcript)
    assert text
    assert block_problems(shown) == []
    assert blocks.size(shown) < 13_000
    assert not too_much_text(shown)
    modal = transcript_modal("L-1042", view.transcript * 10)
    assert view_problems(modal) == []
    assert not view_too_large(modal)


def marked(part: Any) -> list[str]:
    """Every mrkdwn text; rich text and plain text are not parsed by Slack."""
    if isinstance(part, list):
        return [text for one in part for text in marked(one)]
    if not isinstance(part, dict):
        return []
    own = [part["text"]] if part.get("type") == "mrkdwn" else []
    return own + [text for one in part.values() for text in marked(one)]


@pytest.mark.parametrize("over", [0, 1])
def test_r27_limits_hold_at_n_and_n_plus_one(over):
    assert len(blocks.header("x" * (blocks.HEADER + over))["text"]["text"]) == blocks.HEADER
    assert len(blocks.section("x" * (blocks.SECTION + over))["text"]["text"]) <= blocks.SECTION
    assert len(blocks.fields(["x" * (blocks.FIELD + over)] * (10 + over))["fields"]) == 10
    assert len(blocks.context(["x"] * (10 + over))["elements"]) == 10
    pressed = blocks.Pressed("a", "t" * (75 + over), "v" * (2000 + over), "l" * (75 + over))
    made = blocks.button(pressed)
    assert (len(made["text"]["text"]), len(made["value"]), len(made["accessibility_label"])) == (75, 2000, 75)
    assert len(blocks.actions("a", [pressed] * (25 + over))["elements"]) == 25
    assert len(blocks.overflow("a", [("t", "v" * (150 + over))] * (5 + over))["options"]) == 5
    for block in (
        blocks.header("x" * (150 + over)),
        blocks.section("y" * (3000 + over)),
        blocks.fields(["z" * (2000 + over)]),
    ):
        assert block_problems([block]) == []


def test_long_markup_is_cut_at_a_line_never_inside_an_entity():
    text = "\n".join(["&amp;" * 20] * 60)
    cut = blocks.section(text)["text"]["text"]
    assert len(cut) <= 3000
    assert cut.replace("&amp;", "").replace("\n", "") == "…"


def test_lists_choices_and_modals_are_what_slack_takes():
    rows = tuple(row_of(lead(1000 + number, name=HOSTILE * 20)) for number in range(11))
    for message in (list_card(HOSTILE * 30, rows, "list", 10), choice_card(HOSTILE, rows), unknown_lead(HOSTILE)):
        assert block_problems(list(message.blocks)) == []
        assert "<!channel>" not in message.text
    assert list_card("x", (), "list").text
    for view in (return_modal("L-1042", "C1"), note_modal("L-1042", None), transcript_modal("L-1042", ())):
        assert view_problems(view) == []
        assert json.loads(view.get("private_metadata", "{}")).keys() <= {"lead", "channel"}
    codes = [one["value"] for one in return_modal("L-1", None)["blocks"][1]["element"]["options"]]
    assert codes == list(RETURN_CODES)


def test_the_playbook_card_names_the_step_that_fits_and_something_to_send():
    view = lead(next_step="See a demo", reading=Reading("The hand-off checklist", "https://acme.example/checklist"))
    card = alert_card(view)
    assert block_problems(list(card.blocks)) == []
    [play] = [block for block in card.blocks if "Suggested next step" in json.dumps(block)]
    assert "See a demo" in json.dumps(play)
    assert "https://acme.example/checklist" in json.dumps(play)


def test_score_is_shown_by_group():
    assert "fit 40 · intent 42" in json.dumps(alert_card(lead()).blocks[3], ensure_ascii=False)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"claim_by": START}, "claim by"),
        ({"handoff": "claimed", "owner": ANN, "accept_by": START}, "accept by"),
        ({"handoff": "accepted", "owner": ANN}, "Accepted by"),
    ],
)
def test_the_card_says_until_when_somebody_has_to_act(changes, words):
    state = alert_card(lead(**changes)).blocks[1]["text"]["text"]
    assert words in state
    assert state.count("accept by") + state.count("claim by") == (words != "Accepted by")
