"""Which company somebody belongs to, however its name is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualification.companies import company_domain, company_key


@pytest.mark.parametrize(
    ("names", "key"),
    [
        (("Müller & Söhne GmbH", "MULLER AND SOHNE", "Müller&Söhne Ges. mbH".replace("Ges. ", "")), "muller and sohne"),
        (("Acme, Inc.", "ACME Inc", "The Acme Company", "Acme S.p.A.", "Acme B.V.", "acme gmbh & co. kg"), "acme"),
        (("Acme Pty. Ltd.", "Acme Sp. z o.o.", "Acme, LLC", "Acme Co., Ltd."), "acme"),
        (("L'Oréal S.A.", "Loreal"), "loreal"),
        (("J.P. Morgan", "JP Morgan & Co.".replace(" & Co.", " Co")), "jp morgan"),
        (("ООО Ромашка", "Ромашка, ООО"), "ромашка"),
        (("株式会社トヨタ", "トヨタ株式会社"), "トヨタ"),
        (("AT&T", "At & T Corp"), "at and t"),
        (("GmbH",), "gmbh"),
        (("3M Company",), "3m"),
    ],
)
def test_a_company_is_the_same_under_its_spellings(names, key):
    assert {company_key(name) for name in names} == {key}


@pytest.mark.parametrize("name", ["", "  ", None, "🙂", "Freelance", "self-employed", "N/A", "none", "株式会社"])
def test_no_company_is_nobodys_colleague(name):
    assert company_key(name) is None


def test_different_companies_stay_different():
    names = ["Acme", "Acme Labs", "Acmes", "Apple", "Alphabet", "Group", "Co"]
    assert len({company_key(name) for name in names}) == len(names)


@given(st.text(max_size=300))
def test_whatever_is_given_fits_into_its_column_and_stays(name):
    key = company_key(name)
    assert key is None or (0 < len(key) <= 200 and key.encode())


@pytest.mark.parametrize(
    ("email", "domain"),
    [
        ("ann@northwind.io", "northwind.io"),
        ("ann@gmail.com", None),
        ("info@northwind.io", None),
        ("x@mailinator.com", None),
        (None, None),
        ("no address", None),
    ],
)
def test_only_a_work_address_tells_a_company(email, domain):
    assert company_domain(email) == domain
