"""Finding leads by words: what reps type finds the same leads on both databases, newest first, whatever it holds."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import insert

from models import lead as leads
from models.database import Database
from models.lead_search import WALKED
from models.site import Site
from qualification.doorstep import NewLead, Page
from qualification.intake import Intake
from tests.engines import KINDS
from tests.foyer import Foyer, foyer_on, until
from tests.leadbook import ANA, Book, a_book
from tests.promising import a_site
from tests.test_databases import POLICY, silent
from tests.timekeeping import START
from tryout.standin.people import ANN


@pytest.fixture
def book(database: Database) -> Book:
    return Book(database, a_site(database))


@pytest.fixture(scope="module")
def shelves(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Book]]:
    """Books of each kind that are only read: Ana and people with short names and names in other scripts, buried."""
    with ExitStack() as stack:
        made = {}
        for kind in KINDS:
            book = made[kind] = a_book(stack, kind, tmp_path_factory.mktemp(kind))
            book.keep(**ANA)
            for name in dict.fromkeys(NAMES.values()):
                book.keep(name)
            book.bury()
        yield made


@pytest.fixture
def shelf(shelves: dict[str, Book], kind: str) -> Book:
    return shelves[kind]


# --- what reps type

NAMES = {
    "王伟": "王伟", "伟": "王伟", "伟 王": "王伟", "なか": "たなか りえ", "민준": "김민준", "lukasz zak": "Łukasz Żak",
    "soren aero": "Søren Ærø", "yildiz inan": "Yıldız İnan", "WEISS": "Weiß", "ωμεγα": "Ωμέγα", "हिन्दी": "हिन्दी",
    "שלום": "שָׁלוֹם", "3m": "3M", "at&t": "AT&T", "t at": "AT&T", "x++": "X++ Ltd", "bo": "Bo", "q": "Q", "ｂｏ": "Bo",
}  # fmt: skip
ANAS = (
    "Ana", "silva", "SÍLVA", "ílv", "ana o'brien", "OBrien", "O’Brien", "brien silva ana", "lva nor",
    "Northwind", "wind", "northwind agua", "AGUA & sons", "água sons", "northwind, água",
    "a.silva", "silva-lopes@mail", "@mail.northwind.io", "mail.northwind", "northwind.io", "lopes@", "WIND.IO",
    "+49 171 234 567 89", "0171/23456789", "(0171) 234-567-89", "+49 (0)171 2345 6789", "0049 171 23456789",
    "01 71 23 45 67 89", "171 23456", "6789", "ana 0171 23456789", "silva +49 171 2345", "٠١٧١ ٢٣٤٥٦٧٨٩",
    "an", "si", "io", "ag", "an si", "“Ana”", " ana ", "ana\u00a0silva", "A\u0301na", "ａｎａ", "a\u00adna",
)  # fmt: skip


@pytest.mark.parametrize("words", ANAS)
def test_lead_is_found_by_what_a_rep_types_of_it(shelf: Book, words: str) -> None:
    assert shelf.names(words) == [ANA["name"]]


@pytest.mark.parametrize("words", NAMES)
def test_short_names_and_names_in_any_script_are_found(shelf: Book, words: str) -> None:
    assert shelf.names(words) == [NAMES[words]]


@pytest.mark.parametrize(
    "words",
    [
        "anna",
        "ana silvo",
        "northwind.com",
        "ana@northwind",
        "vila",
        "0172/23456789",
        "na",
        "b",
        "ana ilv xx",
        "silva@mail",
    ],
)
def test_lead_is_not_found_by_what_is_not_in_it(shelf: Book, words: str) -> None:
    """Under three characters only the beginning of a word is looked for; what is written in one word stays together."""
    assert ANA["name"] not in shelf.names(words)


@pytest.mark.parametrize("words", ["", "   ", "%", "_", "***", '"', "🚀", "@", "'", " @ _@"])
def test_words_without_a_letter_or_a_digit_find_nobody_and_never_everybody(shelf: Book, words: str) -> None:
    assert shelf.names(words) == []


def test_an_address_finds_nobody_in_whom_its_parts_only_happen_to_be(book: Book) -> None:
    """`/lead status ana@acme.com` must not answer with somebody else."""
    book.keep("Ana Acme", company="Acme.com", email="office@example.org")
    assert book.found("ana@acme.com") == book.found("ana@acme") == []
    assert book.found("ana acme") != []


def test_rep_finds_in_slack_what_a_visitor_said(kind: str, tmp_path: Path) -> None:
    with foyer_on(kind, tmp_path) as foyer:
        ref = foyer.new_lead()
        for words in ("becker", "TOM vollmer", "@vollmer.de", '"Becker*"', "llmer – beck", "vollmer.de"):
            assert ref in answered(foyer, words), words
        for words in ("becker OR anybody", "%", "* OR *", "name:becker -x"):
            assert "I know no lead" in answered(foyer, words), words


def answered(foyer: Foyer, words: str) -> str:
    """The answer itself, which names a lead in any case: a busy machine may at first promise it for later."""
    return until(lambda: said if "L-1" in (said := asked(foyer, words)) else "")


def asked(foyer: Foyer, words: str) -> str:
    return str(foyer.standin.command(ANN, f"/lead find {words}").json["blocks"])


# --- which, and in what order


@pytest.mark.parametrize("every", [1, 3, 40, 250])
def test_newest_come_first_however_many_fit(book: Book, every: int) -> None:
    """From a word everybody has to one that is rare."""
    fitting = []
    for _ in range(7):
        fitting.append(book.keep("Pat Common"))
        book.bury(every - 1) if every > 1 else None
    book.bury(5)
    assert book.found("common", 5) == fitting[:-6:-1]
    assert book.found("pat common", 50) == fitting[::-1]


def test_word_that_was_common_only_long_ago_is_found_newest_first(book: Book) -> None:
    """More than the walk through the newest goes: the index has to sort them."""
    old = [book.keep(f"Fair Guest {number}") for number in range(40)]
    book.bury(WALKED * 3)
    new = book.keep("Fair Late")
    assert book.found("fair", 3) == [new, old[-1], old[-2]]
    assert book.found("fair") == [new, *old[::-1]]


def test_sites_find_their_own_leads_only(book: Book) -> None:
    other = Book(book.database, a_site(book.database, "other"))
    theirs = [other.keep("Ana Shared") for _ in range(20)]
    ours = book.keep("Ana Shared")
    book.bury()
    other.bury()
    assert book.found("shared") == [ours]
    assert other.found("shared") == theirs[::-1]
    assert other.found("#1#") == other.found(f"#{book.site_id}# shared") == []


def test_sites_whose_numbers_look_alike_find_their_own_leads_only(book: Book) -> None:
    books = [Book(book.database, site_id) for site_id in (123, 12323)]
    for one in books:
        with book.database.begin() as session:
            values = {"id": one.site_id, "key": f"site-{one.site_id}", "origins": [], "created_at": START}
            session.execute(insert(Site).values(values))
        theirs = [one.keep("Ana Shared") for _ in range(3)]
        one.bury()
        assert one.found("shared", 3) == theirs[::-1]
    assert len(books[0].found("shared", 3)) == 3


def test_visitors_without_contact_are_not_found_and_leads_are_once_they_left_one(book: Book) -> None:
    intake = Intake(book.database, {book.site_id: POLICY}, lambda: START, silent)
    opened = intake.open(book.site_id, None, Page("https://northlight.example/", None, None), None, None)
    for number, said in enumerate(("My name is Zelda Quist", "I work at Quist Systems", "zelda@quist.example")):
        assert book.found("zelda") == []
        intake.receive(book.site_id, opened.visitor, opened.conversation_id, f"m{number}", said)
    [lead_id] = book.found("zelda")
    assert book.found("systems") == book.found("quist.example") == [lead_id]
    intake.receive(book.site_id, opened.visitor, opened.conversation_id, "m9", "sorry, my email is zoe@quist.example")
    assert book.found("zoe@") == [lead_id]
    assert book.found("zelda@quist") == []


def test_lead_of_a_form_is_found_at_once(book: Book) -> None:
    intake = Intake(book.database, {book.site_id: POLICY}, lambda: START, silent)
    ref = intake.add_lead(book.site_id, NewLead("bo@hansen.example", "+1 202 555 0123", "Bo Hansen", "3M", "form"))
    for words in ("bo", "hansen", "3m", "202-555-0123", "(202) 555 01 23"):
        assert book.found(words) == [leads.id_of(ref)], words
