"""What is decided by: the agreed criteria, the playbook, the team's hours and patience, and the site's defaults."""

from dataclasses import dataclass, field
from datetime import datetime

from qualification.criteria import Criteria
from qualification.facts import Utterance
from qualification.playbook import Playbook
from qualification.team import Team


@dataclass(frozen=True, slots=True)
class Policy:
    """`company_domains` are our own mail domains: whoever writes from one is a colleague, not a company to infer."""

    criteria: Criteria
    playbook: Playbook
    company_domains: tuple[str, ...] = ()
    region: str = "US"
    currency: str = "USD"
    team: Team = field(default_factory=Team)

    def utterance(self, text: str, now: datetime) -> Utterance:
        """A visitor's message as this site hears it."""
        return Utterance(text=text, now=now, region=self.region)
