"""What the doctor looks at with mail: whether the server lets us in."""

from collections.abc import Iterator

from commands.finding import Finding
from config.settings import Settings
from delivery.mail import Mail
from qualification.promises import Sent

FIX = "docs/slack.md (Replying to the visitor) says what is mailed; docs/configuration.md how SMTP_URL is written."


class NoLetters:
    """Nothing is mailed by looking."""

    def letter(self, site_id: int, ref: str, message_id: int) -> None:
        return None


def look_at_mail(settings: Settings) -> Iterator[Finding]:
    """Nothing where no mail is sent."""
    if settings.smtp_url is None or settings.mail_from is None:
        return
    outcome = Mail(settings.smtp_url.get_secret_value(), settings.mail_from, NoLetters()).knock()
    if isinstance(outcome, Sent):
        yield Finding("ok", "mail", f"the server takes mail from {settings.mail_from}")
    else:
        yield Finding("error", "mail", outcome.error, FIX)
