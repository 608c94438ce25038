"""What a turn is decided by: the agreed criteria, the playbook, and the site's defaults."""

from dataclasses import dataclass

from qualification.criteria import Criteria
from qualification.playbook import Playbook


@dataclass(frozen=True, slots=True)
class Policy:
    """`company_domains` are our own mail domains: whoever writes from one is a colleague, not a company to infer."""

    criteria: Criteria
    playbook: Playbook
    company_domains: tuple[str, ...] = ()
    region: str = "US"
    currency: str = "USD"
