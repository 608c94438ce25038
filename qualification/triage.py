"""Who is writing: a buyer, or somebody who needs another door. Undone the moment the visitor says otherwise."""

from qualification import cues
from qualification.facts import Intent, Understanding
from qualification.stages import BUYER_KINDS, Kind, Stage, reached
from qualification.understanding.wishes import asks

_KINDS: tuple[tuple[Intent, Kind], ...] = (
    ("job_seeker", "job"),
    ("press", "press"),
    ("vendor", "vendor"),
    ("competitor", "competitor"),
    ("student", "student"),
    ("partner", "partner"),
    ("support", "support"),
)
_NAMES: dict[Kind, str] = {
    "support": "support|customers?|help with",
    "job": "jobs?|work|position|appl\\w{1,6}|candidate|career",
    "vendor": "vendors?|suppliers?|sell|selling|pitch|offer\\w{0,4}",
    "partner": "partners?|resellers?|partnership",
    "student": "students?|studying|pupil|intern",
    "press": "press|journalists?|reporters?|article|media",
    "competitor": "competit\\w{1,6}|rivals?|compete",
    "existing_customer": "customers?|clients?",
    "spam": "spam\\w{0,4}|bot|advert\\w{0,8}",
}
_STAY_OUT: tuple[Kind, ...] = ("job", "press", "vendor")


def triage(kind: Kind, stage: Stage | None, understanding: Understanding, text: str) -> Kind:
    """The kind of person after this message."""
    if cues.looks_like_spam(text):
        return "spam"
    if named := _named(understanding, text):
        return _weighed(named, kind, stage, understanding, text)
    wish = understanding.has("demo", "purchase_intent") or _asks_to_buy(text)
    if kind in BUYER_KINDS:
        return "sales" if wish or understanding.has("pricing", "talk_to_sales") else kind
    if wish:
        return "sales"
    return "unknown" if _says_otherwise(kind, understanding, text) else kind


def _says_otherwise(kind: Kind, understanding: Understanding, text: str) -> bool:
    told = understanding.has("correction") and bool(understanding.entities)
    return told or cues.denies_being(_NAMES[kind], text) or (kind in _STAY_OUT and _has_own_need(understanding))


def _has_own_need(understanding: Understanding) -> bool:
    return any(entity.label in ("use_case", "budget") for entity in understanding.entities)


def _asks_to_buy(text: str) -> bool:
    return bool(asks(text) & {"quote", "purchase_intent"})


def _named(understanding: Understanding, text: str) -> Kind | None:
    """What they call themselves in their own words, unless they deny it.

    Who has a need of their own sells nothing and seeks no job.
    """
    meant = [kind for intent, kind in _KINDS if understanding.has(intent)]
    kinds = [kind for kind in meant if not cues.denies_being(_NAMES[kind], text)]
    if _has_own_need(understanding):
        kinds = [kind for kind in kinds if kind not in _STAY_OUT]
    kinds = [kind for kind in kinds if cues.sounds_like(kind, text)]
    if not kinds and cues.says_customer(text):
        return "existing_customer"
    return kinds[0] if kinds else None


def _weighed(named: Kind, kind: Kind, stage: Stage | None, understanding: Understanding, text: str) -> Kind:
    """A wish to see it or buy it outweighs what else they are; a running sale is not ended by a call for help."""
    wished = asks(text) - {"talk_to_sales"}
    if wished - ({"quote"} if named in _STAY_OUT else set()):
        return "sales"
    if named in _STAY_OUT:
        return named
    if understanding.has("purchase_intent"):
        return "sales"
    if named == "support" and kind == "sales" and reached(stage, "mql") and not cues.says_customer(text):
        return kind
    return named
