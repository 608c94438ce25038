"""What an e-mail address tells by itself: whose company, and sometimes a name. Inferred, never said."""

import re
from functools import cache

import tldextract

from qualification.criteria.mailboxes import ROLES, email_kind

_NAME = re.compile(r"[^\W\d_]{2,20}(?:'[^\W\d_]{2,20})?")


def company_of(address: str) -> str | None:
    """northwind.io -> Northwind, acme-tools.co.uk -> Acme Tools; None when the mailbox is nobody's company."""
    if email_kind(address) not in ("work", "role"):
        return None
    parts = _extract()(domain_of(address))
    label = parts.domain
    if not parts.suffix or not any(char.isalpha() for char in label) or label.startswith("xn--"):
        return None
    return " ".join(word.capitalize() for word in label.split("-") if word)


def name_of(address: str) -> str | None:
    """ana.silva@ -> Ana Silva; None when the part before the @ is not plainly a first and a last name."""
    parts = re.split(r"[._-]", address.lower().rpartition("@")[0].split("+")[0])
    if not 2 <= len(parts) <= 3 or not all(_NAME.fullmatch(part) for part in parts) or ROLES & set(parts):
        return None
    return " ".join(part.capitalize() for part in parts)


def domain_of(address: str) -> str:
    return address.lower().rpartition("@")[2]


@cache
def _extract() -> tldextract.TLDExtract:
    """Built from the list that comes with the package: nothing is fetched or written."""
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
