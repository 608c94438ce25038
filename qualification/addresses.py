"""When two addresses are the same, and when they may only be the same person's: e-mail and telephone."""

import unicodedata
from collections.abc import Iterable

_ONE_MAILBOX = {"googlemail.com": "gmail.com"}
_DOTS_MEAN_NOTHING = ("gmail.com",)


def exact(address: str) -> str:
    """One spelling for one mailbox: case, Unicode form and punycode make no difference.

    It goes no further on purpose: folding more (ß to ss, ı to i) would let one person pass for another.
    """
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFC", address.strip()).lower())
    local, at, domain = plain.rpartition("@")
    return f"{local}@{'.'.join(map(_shown, domain.strip('.').split('.')))}" if at else plain


def _shown(label: str) -> str:
    """A label of a domain in letters, however it was sent; only one that can be written in both ways."""
    if not label.startswith("xn--"):
        return label
    try:
        shown = label[4:].encode("ascii").decode("punycode")
        same = f"xn--{shown.encode('punycode').decode('ascii')}" == label
    except (UnicodeError, ValueError, OverflowError):
        return label
    return shown if same and shown.isprintable() and not shown.isascii() else label


def alike(address: str) -> str:
    """What addresses have in common that usually reach the same person: no tag behind a plus, Gmail without dots."""
    local, at, domain = exact(address).rpartition("@")
    if not at:
        return exact(address)
    domain = _ONE_MAILBOX.get(domain, domain)
    plain = local.partition("+")[0] or local
    return f"{plain.replace('.', '') if domain in _DOTS_MEAN_NOTHING else plain}@{domain}"


def is_one_of(address: str, known: Iterable[str]) -> bool:
    """Whether it may be the mailbox of somebody who is known by these."""
    return alike(address) in {alike(one) for one in known}
