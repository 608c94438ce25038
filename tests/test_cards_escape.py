"""Other people's text in Slack: never a mention, a masked link or a broken layout, and nothing cut in half."""

import html
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.escape import address, clean, cut, isolated, literal, mrkdwn, one_line, plain

HOSTILE = [
    "<!channel> <!here> <!everyone>",
    "<!subteam^S1> <@U1> <#C1>",
    "<https://evil.example|bank.com>",
    "&lt;!channel&gt; &amp;lt;",
    "`code` ```block``` *bold* _it_ ~gone~",
    "> quoted\n>>> more",
    "line\nline\r\nline\u2028line\x85line",
    "\u202egnp.exe\u202c \u2066x\u2069 \u200bzero\u200bwidth\ufeff",
    "Z" + "\u0301" * 500 + "algo",
    "\x00\x07\x1b[31m",
    "\ud800 lone",
    "👩‍👩‍👧‍👦🏳️‍🌈👍🏽🇩🇪",
    "x" * 100_000,
    "",
    "   \n ",
]
anything = st.text(st.characters(codec=None), max_size=300) | st.sampled_from(HOSTILE)


@pytest.mark.parametrize("text", HOSTILE)
def test_r26_hostile_text_is_harmless_everywhere(text):
    for safe in (mrkdwn(text, 200), plain(text, 200)):
        assert "<" not in safe
        assert ">" not in safe.replace("&gt;", "")
        assert "\n" not in safe
        assert 0 < len(safe) <= 200
    assert not set(mrkdwn(text, 200)) & set("*~`")
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\x00-\x08\ud800-\udfff]", literal(text, 200))


@given(anything, st.integers(1, 120))
def test_r27_r28_no_text_exceeds_its_limit_or_ends_inside_an_entity(text, limit):
    safe = mrkdwn(text, limit)
    assert 0 < len(safe) <= limit
    assert re.fullmatch(r"(?:[^&<>]|&amp;|&lt;|&gt;)*", safe)
    assert 0 < len(plain(text, limit)) <= limit
    assert 0 < len(literal(text, limit)) <= limit


@given(anything)
def test_mrkdwn_shows_the_text_letter_by_letter(text):
    shown = html.unescape(mrkdwn(text, 100_000))
    swapped = str.maketrans("∗∼ˋ＿›", "*~`_>")
    assert shown.translate(swapped) == (one_line(text).translate(swapped) or "–")


@given(
    st.lists(st.sampled_from(["👩‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "🇩🇪", "é", "e\u0301", "a", "क्षि"]), min_size=1, max_size=12),
    st.integers(1, 40),
)
def test_r28_no_emoji_flag_or_accent_is_torn_apart(signs, limit):
    text = "".join(signs)
    kept = cut(text, limit).removesuffix("…")
    assert text.startswith(kept)
    rest = text[len(kept) :]
    if kept and rest:
        assert unicodedata.category(rest[0])[0] != "M"
        assert rest[0] not in "\u200d\ufe0f"
        assert kept[-1] != "\u200d"
        assert not "\U0001f3fb" <= rest[0] <= "\U0001f3ff"
    flags = re.findall("[\U0001f1e6-\U0001f1ff]", kept)
    assert len(flags) % 2 == 0


@pytest.mark.parametrize("limit", [1, 2, 75, 150])
def test_r27_exactly_the_limit_is_kept_and_one_more_is_cut(limit):
    assert cut("x" * limit, limit) == "x" * limit
    assert cut("x" * (limit + 1), limit) == "x" * (limit - 1) + "…"


@given(anything)
def test_cleaning_twice_changes_nothing_more(text):
    assert clean(clean(text)) == clean(text)


def test_family_emoji_stay_whole_and_stacked_marks_are_thinned():
    assert clean("👩‍👩‍👧‍👦") == "👩‍👩‍👧‍👦"
    assert clean("a\u200db") == "ab"
    assert sum(unicodedata.combining(letter) > 0 for letter in clean("Z" + "\u0300" * 90)) <= 4


def test_mail_addresses_survive_and_imitations_are_shown():
    assert mrkdwn("ana_silva+x@acme.io", 100) == "ana_silva+x@acme.io"
    assert address("ana@аcme.io").endswith("(xn--cme-5cd.io)")  # a Cyrillic a
    assert address("ana@acme.io") == "ana@acme.io"


def test_a_right_to_left_name_keeps_to_itself():
    assert isolated("דנה") == "\u2068דנה\u2069"
    assert isolated("Dana") == "Dana"
