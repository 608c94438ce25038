"""Which company somebody belongs to: by the domain of their work address, and by its name without what varies."""

import re
import unicodedata
from functools import lru_cache

from qualification.criteria.mailboxes import domain_of, email_kind

LONGEST_KEY = 200
_SINGLE_LETTERS = re.compile(r"(?<![^\W_])([^\W\d_])\.\s?(?=[^\W\d_](?![^\W_]))")
_NOT_A_WORD = re.compile(r"[^\w]+|_+")


def _phrases(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(phrase.split()) for phrase in text.split("|"))


LEGAL_FORMS = _phrases(
    "inc|incorporated|corp|corporation|co|company|llc|lllp|llp|lp|pllc|pc|pbc|ltd|limited|plc|cic|group|holding|holdings"
    "|gmbh|mbh|ag|kg|kgaa|ohg|gbr|ug|se|eg|ek|ev|ggmbh|gmbh co kg|gmbh and co kg|ag and co kg|haftungsbeschrankt"
    "|sa|sas|sasu|sarl|eurl|snc|sca|scop|sl|slu|sll|sc|srl|srls|spa|sapa|lda|ltda|eireli|unipessoal|sa de cv"
    "|s de rl de cv|sapi de cv|bv|nv|vof|cv|bvba|asbl|vzw|ab|as|asa|aps|a s|oy|oyj|hf|ehf|sp z o o|sp zoo|sp z oo"
    "|spolka z o o|spolka akcyjna|sro|s r o|spol s r o|kft|zrt|nyrt|bt|doo|d o o|ad|ead|eood|ood|dd|ou|uab|sia"
    "|ooo|oao|zao|pao|ao|tov|ооо|оао|зао|пао|ао|ип|тов|pty|pty ltd|pte|pte ltd|pvt|pvt ltd|private|private limited"
    "|sdn bhd|bhd|kk|gk|co ltd|tbk|pt|jsc|fze|fzco|fz llc|wll|a o|ltd sti"
)
_BEFORE = _phrases("ооо|оао|зао|пао|ао|ип|тов|ooo|pt|uab|sia")
_NOBODYS = _phrases(
    "none|na|n a|no company|self|self employed|selfemployed|freelance|freelancer|independent|individual|private"
    "|personal|stealth|stealth startup|startup|student|unemployed|retired|test|company|my company|me|myself"
)
_LONGEST_FORM = max(map(len, LEGAL_FORMS))
_GLUED = ("株式会社", "有限会社", "合同会社", "股份有限公司", "有限公司", "주식회사", "(주)", "㈱")


@lru_cache(maxsize=4096)
def company_key(name: str | None) -> str | None:
    """ "Müller & Söhne GmbH", "MULLER AND SOHNE" -> muller and sohne; None when it names no company."""
    words = _words(name or "")
    while (cut := _without_form(words)) != words:
        words = cut
    return " ".join(words)[:LONGEST_KEY] or None if tuple(words) not in _NOBODYS else None


def _words(name: str) -> list[str]:
    for form in _GLUED:
        name = name.replace(form, " ")
    spelled = unicodedata.normalize("NFKD", name).casefold().replace("&", " and ").replace("+", " and ")
    bare = "".join(sign for sign in spelled if not unicodedata.combining(sign))
    joined = _SINGLE_LETTERS.sub(r"\1", bare).replace("'", "").replace("’", "")
    return _NOT_A_WORD.sub(" ", unicodedata.normalize("NFKC", joined)).split()


def _without_form(words: list[str]) -> list[str]:
    """Without the longest legal form at the end or, as some write it, at the beginning; a name is never all form."""
    for length in range(min(_LONGEST_FORM, len(words) - 1), 0, -1):
        if tuple(words[-length:]) in LEGAL_FORMS:
            return words[:-length]
        if tuple(words[:length]) in _BEFORE:
            return words[length:]
    return words[1:] if len(words) > 1 and words[0] == "the" else words


def company_domain(email: str | None) -> str | None:
    """The domain of a work address; free, role and throw-away mailboxes say nothing of a company."""
    return domain_of(email) if email and email_kind(email) == "work" else None
