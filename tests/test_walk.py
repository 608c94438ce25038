"""The README's story, executed: a visitor's chat becomes an MQL that a rep claims in Slack."""

import pytest

from tests.engines import KINDS
from tests.foyer import foyer_on
from tryout.standin.people import ANN, BEN

A = (
    "do you integrate with HubSpot?",
    "we lose leads between marketing and our 6 reps",
    "ana.silva@northwind.io",
    "about 120, mostly Lisbon",
    "before Q1",
    "show me",
)
B = ("Hi, I'm Tom Becker, ops lead at Vollmer GmbH (250 ppl). Need a demo this month, budget ~20k/yr, tom@vollmer.de",)


@pytest.fixture(scope="module", params=KINDS)
def foyer(request, tmp_path_factory):
    with foyer_on(request.param, tmp_path_factory.mktemp("walk")) as house:
        yield house


def alert_of(foyer, ref):
    def found():
        return [one for one in foyer.alerts() if one["metadata"]["event_payload"]["lead"] == ref]

    return foyer.standin.wait_for(found)


def said(answer):
    return " ".join(message["text"] for message in answer["messages"])


def test_transcript_a_ends_with_one_alert_and_a_claimed_lead(foyer):
    visitor = foyer.visitor().open()
    assert "assistant" in visitor.heard[0]["text"].lower()

    first = visitor.say(A[0])
    assert "HubSpot" in said(first)
    assert any(message.get("cta", {}).get("url", "").startswith("https://") for message in first["messages"])
    assert first["asking"] == "use_case"
    assert visitor.say(A[1])["asking"] == "email"
    third = visitor.say(A[2])
    assert third["asking"] == "company_size"
    assert "Ana" in said(third)
    assert "Northwind" in said(third)
    cards = [message["cta"] for message in third["messages"] if "cta" in message]
    assert [card["about"] for card in cards] == ["Nine questions on one page, to go through with both teams"]
    assert visitor.say(A[3])["asking"] == "timeline"
    fifth = visitor.say(A[4])
    assert fifth["asking"] is None
    sixth = visitor.say(A[5])
    assert "?" in said(sixth)

    seen = foyer.conversation(visitor.conversation_id)
    facts = seen["facts"]
    assert facts["email"]["value"] == "ana.silva@northwind.io"
    assert facts["company"]["value"] == "Northwind"
    assert facts["company"]["source"] == "inferred"
    assert facts["person_name"]["value"] == "Ana Silva"
    assert facts["person_name"]["source"] == "inferred"
    assert facts["company_size"]["value"] == {"min": 120, "max": 120}
    assert facts["location"]["text"] == "Lisbon"
    assert facts["timeline"]["text"].lower() == "before q1"
    assert "lose leads" in facts["use_case"]["text"]
    assert seen["purchase_interest"] is True
    assert sum(reason["points"] for reason in seen["assessment"]["reasons"]) == seen["assessment"]["score"]
    assert seen["asked"].count("email") == 1

    lead = foyer.lead(seen["lead_ref"])
    assert [step["to"] for step in lead["stage_log"]] == ["visitor", "lead", "mql", "sql"]
    causes = {step["to"]: step["cause"] for step in lead["stage_log"]}
    assert causes["mql"] == causes["sql"] == "purchase_interest"

    [alert] = alert_of(foyer, seen["lead_ref"])
    assert "Ana Silva" in alert["text"]
    assert "Northwind" in alert["text"]
    foyer.standin.press(ANN, alert["ts"], "lead_claim")
    foyer.standin.wait_for(lambda: foyer.lead(seen["lead_ref"])["handoff"] == "claimed")
    status = foyer.standin.command(BEN, "/lead status ana.silva@northwind.io")
    assert "Ana Silva" in str(status.json)
    assert len(alert_of(foyer, seen["lead_ref"])) == 1


def test_transcript_b_asks_nothing_that_was_given(foyer):
    visitor = foyer.visitor()
    answer = visitor.say(B[0])
    assert "Tom" in said(answer)
    assert "tom@vollmer.de" in said(answer)
    assert answer["asking"] is None

    seen = foyer.conversation(visitor.conversation_id)
    facts = seen["facts"]
    assert facts["person_name"]["value"] == "Tom Becker"
    assert facts["job_title"]["value"] == "ops lead"
    assert facts["company"]["value"] == "Vollmer GmbH"
    assert facts["company_size"]["value"] == {"min": 250, "max": 250}
    assert facts["email"]["value"] == "tom@vollmer.de"
    assert facts["budget"]["value"] == {"min": 20000, "max": 20000, "currency": None, "period": "year"}
    assert facts["timeline"]["text"] == "this month"
    assert seen["asked"] == []
    assert seen["stage"] == "sql"
    assert sum(reason["points"] for reason in seen["assessment"]["reasons"]) == seen["assessment"]["score"]
    assert seen["assessment"]["verdict"] in ("mql", "mql_likely")
    assert len(alert_of(foyer, seen["lead_ref"])) == 1


def test_a_rep_returns_a_lead_with_a_reason(foyer):
    visitor = foyer.visitor()
    visitor.say(
        "I'm Mia Wolf, head of marketing at Kessel AG, 90 people. Please call me about a demo: mia@kessel.example"
    )
    ref = foyer.conversation(visitor.conversation_id)["lead_ref"]
    [alert] = alert_of(foyer, ref)
    foyer.standin.press(ANN, alert["ts"], "lead_claim")
    foyer.standin.wait_for(lambda: foyer.lead(ref)["handoff"] == "claimed")
    foyer.standin.command(ANN, f"/lead return {ref} no_budget not this year")
    foyer.standin.wait_for(lambda: foyer.lead(ref)["handoff"] == "returned")
    lead = foyer.lead(ref)
    assert lead["stage"] == "lead"
    assert lead["status"] == "nurturing"
    assert lead["stage_log"][-1]["cause"] == "returned:no_budget"


def test_a_lead_becomes_a_customer_and_its_whole_way_can_be_read(foyer):
    visitor = foyer.visitor()
    visitor.say("Hi, I'm Lea Brandt, head of sales at Nordwerk GmbH (180 ppl). A demo this month? lea@nordwerk.example")
    ref = foyer.conversation(visitor.conversation_id)["lead_ref"]
    [alert] = alert_of(foyer, ref)
    foyer.standin.command(ANN, f"/lead accept {ref} need: their hand-off leaks")
    foyer.standin.wait_for(lambda: foyer.lead(ref)["handoff"] == "accepted")
    foyer.standin.command(ANN, f"/lead stage {ref} prospect")
    foyer.standin.wait_for(lambda: foyer.lead(ref)["stage"] == "prospect")
    foyer.standin.command(ANN, f"/lead stage {ref} opportunity 12k EUR; date: in 3 weeks; next: the offer; budget: yes")
    told = foyer.standin.wait_for(lambda: [one for one in foyer.standin.ephemerals(ANN) if "timing" in one["text"]])
    assert "cannot go on yet: timing is not answered" in told[0]["text"]
    foyer.standin.command(
        ANN, f"/lead stage {ref} opportunity 12k EUR; date: in 3 weeks; next: the offer; budget: yes; timing: now"
    )
    foyer.standin.wait_for(lambda: foyer.lead(ref)["stage"] == "opportunity")
    foyer.standin.press(ANN, alert["ts"], "lead_more", f"won:{ref}")
    foyer.standin.wait_for(lambda: foyer.standin.view(ANN))
    foyer.standin.submit(ANN, {"text": "signed today"})
    foyer.standin.wait_for(lambda: foyer.lead(ref)["status"] == "won")
    lead = foyer.lead(ref)
    assert lead["stage"] == "customer"
    way = [(step["from"], step["to"], step["actor"], step["cause"]) for step in lead["stage_log"]]
    assert way == [
        (None, "visitor", "system", "first_message"),
        ("visitor", "lead", "system", "contactable"),
        ("lead", "mql", "system", "purchase_interest"),
        ("mql", "sql", "system", "purchase_interest"),
        ("sql", "prospect", ANN, "bant"),
        ("prospect", "opportunity", ANN, "deal"),
        ("opportunity", "customer", ANN, "won"),
    ]
    keys = {"from", "to", "actor", "cause", "criteria_version", "score", "at"}
    assert all(step.keys() == keys and step["criteria_version"] == 1 for step in lead["stage_log"])
    lines = foyer.standin.wait_for(lambda: [line for line in foyer.lines(alert["ts"]) if "Won by" in line])
    assert "12,000 EUR" in lines[0]
    assert "Closed: won" in foyer.standin.wait_for(
        lambda: text if "won" in (text := foyer.alert(ref)["text"]) else None
    )
    assert len(foyer.alerts_of(ref)) == 1


def test_find_list_and_help_answer_only_the_asker(foyer):
    foyer.visitor().say("I'm Zoe Quartz from Quartz Labs, 60 people, show me a demo please, zoe@quartzlabs.example")
    for line, expected in (
        ("/lead find quartz", "Zoe Quartz"),
        ("/lead list", "Quartz"),
        ("/lead help", "/lead status"),
    ):
        answer = foyer.standin.command(ANN, line).json
        assert expected in str(answer), line
        assert answer["response_type"] == "ephemeral"


def test_a_privacy_request_reaches_the_team_before_anything_else(foyer):
    visitor = foyer.visitor()
    answer = visitor.say("delete my data please")
    assert "privacy@" in said(answer)

    def notices():
        return [one for one in foyer.standin.messages() if "Privacy request" in one["text"]]

    [notice] = foyer.standin.wait_for(notices)
    assert notice["metadata"]["event_type"] == "foyer_post"
    assert "delete" in notice["text"]


def test_a_rep_answers_the_visitor_from_slack_and_sees_what_they_write(foyer):
    visitor = foyer.visitor()
    visitor.say("Hi, I'm Tim Bauer, ops lead at Bauer GmbH (250 ppl). Need a demo this month, tim@bauer-gmbh.de")
    [alert] = alert_of(foyer, foyer.conversation(visitor.conversation_id)["lead_ref"])
    foyer.standin.press(BEN, alert["ts"], "lead_claim")
    foyer.standin.wait_for(lambda: "lead_reply" in str(foyer.standin.message(alert["ts"])["blocks"]))
    foyer.standin.press(BEN, alert["ts"], "lead_reply")
    foyer.standin.wait_for(lambda: (foyer.standin.view(BEN) or {}).get("submit"))
    assert foyer.standin.submit(BEN, {"text": "Hello Tim, <@U0BEN000001> here &amp; ready"}).ok
    told = visitor.waits()
    while told[-1]["author"] != "rep":
        told += visitor.waits()
    assert told[-1]["name"]
    assert told[-1]["text"].startswith("Hello Tim, ")
    assert "U0BEN" not in str(told)
    assert visitor.say("wonderful, Thursday suits me")["handling"] == "rep"
    lines = foyer.standin.wait_for(
        lambda: (found := foyer.lines(alert["ts"])) and any("Thursday suits" in one for one in found) and found
    )
    assert any("to the visitor" in one for one in lines)
