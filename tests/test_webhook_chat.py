"""A visitor talks through the widget's API: open, say, read on, come back."""

import pytest
import requests

from config.settings import ROOT
from tests.edge import GREETING, World, error_of, made_world, open_widget, opening
from tests.foyer import open_foyer


@pytest.fixture
def world() -> World:
    return made_world()


@pytest.fixture
def visitor(world):
    return open_widget(world.app.test_client())


def test_opening_greets_and_gives_a_token(world):
    answer = world.app.test_client().post("/api/v1/conversations", json=opening(locale="en-US"))
    assert answer.status_code == 201
    assert set(answer.json) == {"conversation_id", "visitor_token", "messages"}
    (greeting,) = answer.json["messages"]
    assert (greeting["author"], greeting["text"]) == ("assistant", GREETING)
    assert greeting["quick_replies"] == ["Pricing", "A demo"]
    assert greeting["at"] == "2026-11-23T09:00:00.000Z"


def test_a_message_is_answered_in_the_shape_of_the_contract(visitor):
    answer = visitor.says("we lose leads")
    assert answer.status_code == 200
    assert set(answer.json) == {"messages", "asking", "handling"}
    assert (answer.json["asking"], answer.json["handling"]) == ("email", "assistant")
    (said,) = answer.json["messages"]
    assert said["text"] == "You said: we lose leads"
    assert said["cta"] == {"label": "The guide", "url": "https://docs.example/"}


def test_the_same_client_message_id_is_answered_alike_and_stored_once(visitor, world):
    first, second = visitor.says("hello", "m-1"), visitor.says("hello", "m-1")
    assert first.json == second.json
    assert [
        one.text for one in world.intake.conversations[visitor.conversation].bubbles if one.author == "visitor"
    ] == ["hello"]


def test_a_known_token_comes_back_to_the_open_conversation(visitor):
    visitor.says("hello")
    again = open_widget(visitor.client, visitor_token=visitor.token)
    assert again.conversation == visitor.conversation
    assert [message["author"] for message in again.reads().json["messages"]] == ["assistant", "visitor", "assistant"]


@pytest.mark.parametrize("token", ["", "garbage", "a.b.c", "x" * 512])
def test_a_token_nobody_gave_out_opens_a_new_conversation(visitor, token):
    assert open_widget(visitor.client, visitor_token=token).conversation != visitor.conversation


def test_a_token_of_another_site_is_nobody_here(visitor, world):
    theirs = open_widget(visitor.client, "other", visitor_token=visitor.token)
    assert theirs.conversation != visitor.conversation
    assert world.intake.conversations[theirs.conversation].site_id == 2


def test_messages_after_one_are_only_those(visitor):
    last = visitor.says("hello").json["messages"][-1]["id"]
    assert visitor.reads(f"?after={last}").json == {"messages": []}
    visitor.says("more")
    assert [message["text"] for message in visitor.reads(f"?after={last}").json["messages"]] == [
        "more",
        "You said: more",
    ]


@pytest.mark.parametrize(
    "query", ["after=x", "after=-1", "after=9223372036854775808", "wait=26", "wait=1.5", "wait=-1", "after="]
)
def test_a_wrong_query_says_which_parameter(visitor, query):
    answer = visitor.reads(f"?{query}")
    assert answer.status_code == 422
    assert error_of(answer)["field"] == query.partition("=")[0]


@pytest.mark.parametrize("shape", [str, int, float])
def test_seen_takes_the_id_as_text_or_number(visitor, world, shape):
    answer = visitor.client.post(f"{visitor.path}/seen", json={"message_id": shape("1")}, headers=visitor.headers)
    assert (answer.status_code, answer.data) == (204, b"")
    assert world.intake.conversations[visitor.conversation].seen_up_to == 1


@pytest.mark.parametrize("text", ["", "   ", "\n\t\n", "\u200b\u200d", "\u0000\u0007", "\ufeff\u3000"])
def test_a_blank_message_is_refused_and_says_so(visitor, text):
    answer = visitor.says(text)
    assert answer.status_code == 422
    assert error_of(answer)["field"] == "text"


@pytest.mark.parametrize("sign", ["\U0001fae8", "\U0001fadf", "\ue000", "\u0301"])
def test_a_sign_this_python_has_never_seen_is_a_message(visitor, sign):
    """Emoji come out every year, and phones have them before servers do."""
    assert visitor.says(sign).status_code == 200


def test_four_thousand_characters_are_taken_and_one_more_is_not(visitor):
    assert visitor.says("é" * 4000).status_code == 200
    assert visitor.says(" " + "👍" * 4000 + "\n").status_code == 200
    answer = visitor.says("a" * 4001)
    assert answer.status_code == 422
    assert "4000" in error_of(answer)["message"]


@pytest.mark.parametrize("text", [None, 5, True, ["a"], {"a": "b"}, 1.5])
def test_text_that_is_no_text_is_refused(visitor, text):
    answer = visitor.says(text)
    assert (answer.status_code, error_of(answer)["field"]) == (422, "text")


def test_an_unknown_field_is_refused_by_name_with_the_known_ones(visitor):
    error = error_of(visitor.says("hi", score=100))
    assert error["field"] == "score"
    assert "client_message_id, text" in error["message"]


@pytest.mark.parametrize("field", ["stage", "score", "is_mql", "site_id", "created_at", "visitor"])
def test_nobody_sets_what_only_we_decide(world, field):
    answer = world.app.test_client().post("/api/v1/conversations", json=opening(**{field: 1}))
    assert (answer.status_code, error_of(answer)["field"]) == (422, field)


def test_a_missing_field_is_named_with_its_place(world):
    answer = world.app.test_client().post("/api/v1/conversations", json={"site": "default", "page": {}})
    assert error_of(answer) == {"code": "invalid", "message": "`page.url` is missing.", "field": "page.url"}


def test_an_unknown_site_is_said_clearly(world):
    answer = world.app.test_client().post("/api/v1/conversations", json=opening("nowhere"))
    assert answer.status_code == 404
    assert error_of(answer)["code"] == "unknown_site"


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://www.example.com/a?utm_source=x&token=secret#top", "https://www.example.com/a?utm_source=x"),
        ("https://ana:pw@www.example.com/", "https://www.example.com/"),
        ("https://www.example.com/u/ana@acme.com/x?utm_id=a@b.de", "https://www.example.com/u//x"),
        ("http://127.0.0.1:8000/try", "http://127.0.0.1:8000/try"),
    ],
)
def test_a_page_address_is_kept_without_what_is_nobodys_business(world, url, kept):
    assert world.app.test_client().post("/api/v1/conversations", json=opening(page={"url": url})).status_code == 201
    assert world.intake.pages[-1].url == kept


@pytest.mark.parametrize(
    "url", ["", "javascript:alert(1)", "data:text/html,x", "/pricing", "https://", "http://[", "x" * 2001]
)
def test_what_is_no_web_address_is_refused(world, url):
    answer = world.app.test_client().post("/api/v1/conversations", json=opening(page={"url": url}))
    assert (answer.status_code, error_of(answer)["field"]) == (422, "page.url")


def test_where_a_visitor_came_from_is_kept_cut_and_without_mail_addresses(world):
    touch = {"first": {"utm_source": "x" * 300, "utm_term": "ana@acme.com"}, "last": {"landing": "/a"}}
    page = {"url": "https://www.example.com/", "title": "t" * 300, "referrer": "https://search.example/?q=ana"}
    assert (
        world.app.test_client().post("/api/v1/conversations", json=opening(page=page, touch=touch)).status_code == 201
    )
    assert world.intake.touches[-1] == {"first": {"utm_source": "x" * 200}, "last": {"landing": "/a"}}
    assert world.intake.pages[-1].referrer == "https://search.example/"
    assert len(world.intake.pages[-1].title) == 200


@pytest.mark.parametrize("header", ["Sec-GPC", "DNT"])
def test_who_asks_not_to_be_tracked_is_talked_with_and_not_attributed(world, header):
    page = {"url": "https://www.example.com/", "referrer": "https://search.example/"}
    body = opening(page=page, touch={"first": {"utm_source": "ads"}})
    answer = world.app.test_client().post("/api/v1/conversations", json=body, headers={header: "1"})
    assert answer.status_code == 201
    assert (world.intake.touches, world.intake.pages[-1].referrer) == ([None], None)


def test_visitor_rates_the_conversation_and_programs_read_it(tmp_path):
    with open_foyer(tmp_path) as foyer:
        visitor = foyer.visitor().open()
        assert foyer.conversation(visitor.conversation_id)["rating"] is None
        assert visitor.say("Thanks, bye").get("closed") is True
        for rating in ("bad", "good"):
            visitor.rate(rating)
        assert foyer.conversation(visitor.conversation_id)["rating"] == "good"


def test_message_that_makes_somebody_a_lead_says_so_once(tmp_path):
    with open_foyer(tmp_path) as foyer:
        visitor = foyer.visitor().open()
        told = [visitor.say(text) for text in ("we lose leads", "ana.silva@northwind.io", "we are 120 people")]
        assert ["lead" in answer for answer in told] == [False, True, False]


def test_greeting_follows_the_page(tmp_path):
    text = (ROOT / "config" / "playbook.yaml").read_text("utf-8")
    here = '  pages:\n    - {path: "/pricing*", says: ["The assistant here. Which plan?"], quick_replies: ["Team"]}\n'
    (tmp_path / "playbook.yaml").write_text(
        text.replace("\n# The usual order", f"{here}\n# The usual order", 1), "utf-8"
    )
    with open_foyer(tmp_path, playbook_file=tmp_path / "playbook.yaml") as foyer:
        body = {"site": "default", "page": {"url": "https://www.example.com/pricing?x=1"}}
        [greeting] = requests.post(f"{foyer.url}/api/v1/conversations", json=body, timeout=10).json()["messages"]
        assert (greeting["text"], greeting["quick_replies"]) == ("The assistant here. Which plan?", ["Team"])
        [usual] = foyer.visitor().open().heard
        assert "Which plan" not in usual["text"]
