"""What a turn is decided by: the agreed criteria, the playbook, and the site's defaults."""

from dataclasses import dataclass
from datetime import datetime

from qualification.criteria import Criteria
from qualification.facts import Utterance
from qualification.playbook import Playbook


@dataclass(frozen=True, slots=True)
class Policy:
    """`company_domains` are our own mail domains: whoever writes from one is a colleague, not a company to infer."""

    criteria: Criteria
    playbook: Playbook
    company_domains: tuple[str, ...] = ()
    region: str = "US"
    currency: str = "USD"

    def utterance(self, text: str, now: datetime) -> Utterance:
        """A visitor's message as this site hears it."""
        return Utterance(text=text, now=now, region=self.region)
