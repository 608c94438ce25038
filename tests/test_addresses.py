"""When addresses are the same mailbox, and when they only may be the same person's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualification.addresses import alike, exact, is_one_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann@Acme.com", "ann@acme.com"),
        (" ann@acme.com. ", "ann@acme.com"),
        ("ann@müller.de", "ANN@xn--mller-kva.de"),
        ("zoë@acme.com", "ZOE\u0308@acme.com"),
        ("+4915155557777", "+4915155557777"),
    ],
)
def test_spellings_of_one_mailbox_are_the_same(one, other):
    assert exact(one) == exact(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ann+x@acme.com", "ann@acme.com"),
        ("a.nn@gmail.com", "ann@gmail.com"),
        ("mıke@acme.com", "mike@acme.com"),
        ("strauß@acme.com", "strauss@acme.com"),
        ("аnn@acme.com", "ann@acme.com"),
        ("ann@xn--acme-.com", "ann@acme.com"),
        ("ﬁn@acme.com", "fin@acme.com"),
    ],
)
def test_what_only_looks_the_same_is_another_mailbox(one, other):
    assert exact(one) != exact(other)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ann+news@acme.com", "Ann@acme.com", True),
        ("a.n.n+x@googlemail.com", "ann@gmail.com", True),
        ("a.nn@acme.com", "ann@acme.com", False),
        ("+ann@acme.com", "ann@acme.com", False),
        ("ann@acme.com", "ann@acme.de", False),
    ],
)
def test_a_tag_or_gmails_dots_may_hide_the_same_person(one, other, same):
    assert (alike(one) == alike(other)) is same
    assert is_one_of(one, ["x@y.z", other]) is same


@given(st.text(max_size=40))
def test_whatever_is_given_has_one_spelling_that_stays(text):
    assert exact(exact(text)) == exact(text)
    assert alike(exact(text)) == alike(text)
