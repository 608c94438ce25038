"""Odd words are taken, kept and shown alike, whichever database holds them."""

from contextlib import ExitStack

import pytest

from tests.engines import KINDS, fresh_database
from tests.two_sites import two_sites

LABEL = "a" * 60
WISH = "Hi, I need a demo for 200 people this month, tom{}@vollmer.de"
ODD = {
    "a name without end": f"I'm {'Ab' * 150} from {'Cd' * 150}",
    "names without end": "my name is " + "Tom " * 100,
    "a company without end": f"we are {'Acme ' * 200}",
    "dots": "a." * 1950,
    "signs that grow when lower-cased": "İ" * 200 + " from " + "İ" * 300,
    "an address no mail server takes": f"mail me at {LABEL}@{'.'.join([LABEL] * 4)}.io",
    "a number no telephone takes": "call me at " + "triple nine " * 17,
    "letters of every sort": "𝐇𝐞𝐥𝐥𝐨 " * 500,
    "half of a word": "aB" * 2000,
    "nothing but marks": "\u0301" * 4000,
    "as long as it may be": "x" * 4000,
    "signs that read backwards": "I'm \u202eTom\u2066 of \u200bAcme\u2069",
}


@pytest.fixture(scope="module")
def houses(tmp_path_factory):
    folder = tmp_path_factory.mktemp("odd")
    with ExitStack() as open_ones:
        urls = [open_ones.enter_context(fresh_database(kind, folder)) for kind in KINDS]
        yield [open_ones.enter_context(two_sites(url)) for url in urls]


@pytest.mark.parametrize("words", ODD.values(), ids=ODD.keys())
@pytest.mark.parametrize("before", [(), (WISH,)], ids=["at once", "after the alert"])
def test_odd_words_are_answered_and_kept_on_both(houses, words, before):
    kept = []
    for house in houses:
        visitor = house.visitor()
        visitor.open()
        for text in (*before, words):
            answer = visitor.says(text)
            assert answer.status_code == 200, answer.text
        said = [one["text"] for one in visitor.reads().json["messages"] if one["author"] == "visitor"]
        kept.append((said, sorted(visitor.known()["facts"])))
    assert kept[0] == kept[1]
    assert kept[0][0][-1].strip() == words.strip()
