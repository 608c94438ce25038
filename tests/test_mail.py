"""What a rep says to somebody who has left goes to their address: once, readable, and told to sales when it has."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from commands.doctor_mail import look_at_mail
from config.settings import SettingsError, load_settings
from delivery.destination import Ambiguous, Dead, Outcome, Paused, Promise, Retry, Sent
from delivery.mail import Mail, written
from delivery.wake import Wake
from delivery.worker import Worker
from models.database import Database
from qualification.views import ReplyMail
from tests.mailserver import PASSWORD, USER, Mailbox, a_mailbox
from tests.salesfloor import ANN, Chat, Floor, policy

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
LETTER = ReplyMail("tom@vollmer.de", "Ann", "ann@northlight.example", "Northlight", "Hello Tom,\n\nshall we talk?", AT)
SENDER = "Northlight <hello@northlight.example>"
WISH = "Hi, I'm Tom Becker, ops lead at Vollmer GmbH (250 ppl). Need a demo this month, tom@vollmer.de"


@dataclass
class OneLetter:
    found: ReplyMail | None = LETTER

    def letter(self, site_id: int, ref: str, message_id: int) -> ReplyMail | None:
        return self.found


def promise(maybe_sent: bool = False) -> Promise:
    told = {"lead": "L-1042", "cycle": 1, "message": 7}
    return Promise("mail:reply:7", "reply", told, None, maybe_sent, AT, 1)


def mailed(url: str, letter: ReplyMail | None = LETTER) -> Outcome:
    return Mail(url, SENDER, OneLetter(letter), timeout_s=2).send(promise())


# The mail


def test_it_reads_like_a_mail_from_the_rep_and_is_answered_to_them() -> None:
    with a_mailbox() as box:
        sent = mailed(box.url)
    (mail,) = box.mails
    assert box.recipients == ["tom@vollmer.de"]
    assert mail["From"] == '"Ann, Northlight" <hello@northlight.example>'
    assert mail["Reply-To"] == "Ann <ann@northlight.example>"
    assert mail["Subject"] == "Ann from Northlight answered you"
    lines = mail.get_content().splitlines()
    assert lines[:5] == ["Hello Tom,", "", "shall we talk?", "", "Ann, Northlight"]
    assert sent == Sent(mail["Message-ID"])


def test_the_same_promise_is_the_same_mail_to_whoever_sorts_out_copies() -> None:
    first, again = (written(LETTER, SENDER, "mail:reply:7")["Message-ID"] for _ in range(2))
    assert first == again != written(LETTER, SENDER, "mail:reply:8")["Message-ID"]


@pytest.mark.parametrize(
    "name", ["Ann\r\nBcc: everybody@example.com", "Ann\x00", "A" * 5000, "Zoë 🙂", "<script>", '"', ""]
)
def test_no_name_however_odd_adds_a_header_or_breaks_the_mail(name: str) -> None:
    with a_mailbox() as box:
        assert isinstance(mailed(box.url, replace(LETTER, rep=name, company=name)), Sent)
    (mail,) = box.mails
    assert mail["Bcc"] is None
    assert mail["To"] == "tom@vollmer.de"


def test_an_address_nobody_can_write_to_is_told_of_and_not_tried_again() -> None:
    assert isinstance(mailed("smtp://127.0.0.1:9", replace(LETTER, to="tom@vollmer.de\nBcc: a@b.c")), Dead)


def test_what_was_seen_meanwhile_is_not_mailed() -> None:
    assert mailed("smtp://127.0.0.1:9", None) == Sent()


# The server


@pytest.mark.parametrize(
    ("where", "answer", "kind"),
    [
        ("RCPT", "550 No such user", Dead),
        ("RCPT", "451 Greylisted", Retry),
        ("DATA", "554 Looks like spam", Dead),
        ("DATA", "452 Disk full", Retry),
        ("drop", "now", Ambiguous),
    ],
)
def test_refused_for_good_later_or_nobody_knows(where: str, answer: str, kind: type[Outcome]) -> None:
    with a_mailbox() as box:
        box.answers[where] = answer
        outcome = mailed(box.url)
    assert isinstance(outcome, kind)
    assert "vollmer" not in str(outcome), "errors are logged: no address in them"


def test_a_server_that_is_away_or_says_nothing_is_tried_again() -> None:
    assert isinstance(mailed("smtp://127.0.0.1:9"), Retry)


def test_it_logs_in_and_a_wrong_password_pauses_until_somebody_mends_it() -> None:
    with a_mailbox(asks_for_login=True) as box:
        assert isinstance(mailed(f"smtp://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{box.port}"), Sent)
        assert isinstance(mailed(f"smtp://{USER}:wrong@127.0.0.1:{box.port}"), Paused)
    assert len(box.mails) == 1


def test_the_doctor_knocks_and_says_what_to_do() -> None:
    with a_mailbox(asks_for_login=True) as box:
        good, wrong = (f"smtp://{USER}:{word}@127.0.0.1:{box.port}" for word in (quote(PASSWORD, safe=""), "wrong"))
        found = [one for url in (good, wrong) for one in look_at_mail(load_settings(smtp_url=url, mail_from=SENDER))]
    away = [*look_at_mail(load_settings(smtp_url="smtp://127.0.0.1:9", mail_from=SENDER))]
    assert [one.level for one in (*found, *away)] == ["ok", "error", "error"]
    assert "check SMTP_URL" in found[1].detail
    assert [*look_at_mail(load_settings())] == []
    assert box.mails == []


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"smtp_url": "smtp://mail.example.com:587"}, "MAIL_FROM: mail needs both"),
        ({"mail_from": "hello@example.com"}, "MAIL_FROM: mail needs both"),
        ({"smtp_url": "https://mail.example.com", "mail_from": "hello@example.com"}, "must be like smtp://"),
        ({"smtp_url": "smtp://ann@mail.example.com", "mail_from": "hello@example.com"}, "must be like smtp://"),
        ({"smtp_url": "smtp://mail.example.com", "mail_from": "hello"}, "must be an address"),
    ],
)
def test_wrong_settings_stop_the_start_with_one_line(given: dict[str, str], told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        load_settings(**given)


# From the rep's words to the mailbox


class Left:
    """Somebody who is Ann's and has closed the page, and a worker that mails."""

    def __init__(self, database: Database, box: Mailbox, mails: bool = True) -> None:
        self.floor = Floor(database)
        people = [{"name": "Ann", "slack": ANN.id, "email": "ann@northlight.example"}]
        self.floor.policies[self.floor.site] = replace(policy(people=people), mails=mails)
        mail = Mail(box.url, SENDER, self.floor.enquiry, timeout_s=2)
        self.worker = Worker(database, {"mail": mail}, self.floor.time, Wake(), "test")
        self.chat: Chat = self.floor.chats(WISH)
        self.floor.deliver()
        assert self.floor.handoff.claim(self.floor.site, self.chat.ref, ANN).done

    def is_answered(self, text: str = "Hello Tom, Ann here.") -> None:
        assert self.floor.handoff.reply(self.floor.site, self.chat.ref, ANN, text, text).done

    def later(self, seconds: float) -> None:
        self.floor.time.pass_(seconds)
        self.floor.clockwork.run_due(self.floor.time.now)
        while self.worker.run_once(self.floor.time.now):
            pass

    @property
    def lines(self) -> list[str]:
        return self.floor.lines(self.chat.ref)


def test_who_has_left_gets_it_by_mail_once_and_sales_reads_that_it_went(database: Database) -> None:
    with a_mailbox() as box:
        left = Left(database, box)
        left.is_answered()
        left.later(5)
        left.later(119)
        assert box.mails == [], "they may still be reading"
        left.later(1)
        left.later(600)
    (mail,) = box.mails
    assert mail.get_content().startswith("Hello Tom, Ann here.")
    assert mail["Reply-To"] == "Ann <ann@northlight.example>"
    assert left.lines.count("reply_mailed") == 1
    assert "reply_unseen" not in left.lines


def test_who_has_read_it_gets_no_mail(database: Database) -> None:
    with a_mailbox() as box:
        left = Left(database, box)
        left.is_answered()
        left.later(5)
        floor, chat = left.floor, left.chat
        last = floor.intake.since(floor.site, chat.visitor, chat.conversation, 0)[-1]
        floor.intake.seen(floor.site, chat.visitor, chat.conversation, int(last.id))
        left.later(600)
    assert box.mails == []
    assert "reply_mailed" not in left.lines


def test_without_a_mail_server_sales_is_told_that_it_was_not_seen(database: Database) -> None:
    with a_mailbox() as box:
        left = Left(database, box, mails=False)
        left.is_answered()
        left.later(5)
        left.later(120)
    assert box.mails == []
    assert left.lines.count("reply_unseen") == 1


def test_an_address_that_is_refused_is_told_to_sales(database: Database) -> None:
    with a_mailbox() as box:
        box.answers["RCPT"] = "550 No such user"
        left = Left(database, box)
        left.is_answered()
        left.later(5)
        left.later(120)
    assert box.mails == []
    assert left.lines.count("reply_not_mailed") == 1


def test_a_mail_server_that_was_away_gets_it_afterwards(database: Database) -> None:
    with a_mailbox() as box:
        box.answers["DATA"] = "421 Come again"
        left = Left(database, box)
        left.is_answered()
        left.later(5)
        left.later(120)
        assert box.mails == []
        left.later(3600)
    assert len(box.mails) == 1
    assert left.lines.count("reply_mailed") == 1


def test_the_password_of_the_mail_server_is_in_no_representation() -> None:
    mail = Mail(f"smtp://{USER}:geheim@127.0.0.1:25", SENDER, OneLetter())
    assert "geheim" not in repr(mail)
    settings = load_settings(smtp_url="smtp://u:geheim@mail.example.com", mail_from=SENDER)
    assert "geheim" not in repr(settings)
