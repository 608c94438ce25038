"""The need in plain words, for turns whose tags found none: "we lose leads between ...", "I am looking for a CRM"."""

import re
from collections.abc import Iterator, Sequence

from qualification.facts import Entity, Intent
from qualification.understanding.clauses import clauses
from qualification.understanding.reading import Reading
from qualification.understanding.text import trimmed

_WHO = r"(?:we|i|our team|my team|the team)"
_PAIN = re.compile(
    rf"(?<!\w){_WHO} (?:keep |always |often |constantly |currently )?(?P<need>(?:lose|losing"
    rf"|are losing|'re losing|waste|forget|miss|struggle to|mix up) [^.!?;\n,]{{6,120}})"
)
_WISH = re.compile(
    rf"(?<!\w)(?:{_WHO}|we're|i'm|im)(?: (?:are|am|really|just|also|basically|badly))? "
    rf"?(?:looking for|look for|searching for|after|need to|want to|would like to|need help "
    rf"(?:with|to)|need a way to|need|struggle with|struggling with|trying to)"
    r" (?:a |an |some |help with |something (?:to|for|that) |a way to |a tool (?:to|for) )?(?P<need>[^.!?;\n,]{3,90})"
)
_NO_NEED = re.compile(
    r"(?:your|you|to )?(?:know|see|talk|speak|chat|ask|buy|get started|sign|book|hear|try"
    r"|understand|think|check|learn|go|cancel|delete|job|demo|trial|quote|quotation|price"
    r"|pricing|call|help|human|person|someone|somebody|agent|rep|info|information|details"
    r"|comment|interview"
    r"|refund|invoice|password|login|work|internship|position|role|opening|opportunity|speaker"
    r"|sponsor|partner|it|this|that|him|her|them|one|more|be|have|your|you|my|our missing|get "
    r"out|stop getting|unsubscribe|discount|nothing|none)(?!\w)"
)
_STOP = re.compile(
    r" (?:because|since|so that|but|and (?:we|i|it)(?!\w)|by (?:the )?(?:end|next)|asap|before"
    r"|please|pls|in (?:the )?(?:next|\d)|this|next) ?"
)
_OTHERS: tuple[Intent, ...] = (
    "support",
    "job_seeker",
    "vendor",
    "press",
    "student",
    "partner",
    "competitor",
    "abuse",
    "off_topic",
    "demo",
    "talk_to_sales",
    "privacy_delete",
    "opt_out",
    "refusal",
)


_NO_ANSWERS: tuple[Intent, ...] = (
    *_OTHERS,
    *("product_question", "pricing", "purchase_intent", "deny", "just_looking", "why_ask", "are_you_a_bot"),
    *("gibberish", "correction", "goodbye"),
)
_EVASIVE = re.compile(
    r"\W*(?:no(?=\W*$|[,.!;]| (?:i|we|that|it|not|thanks|need|real|idea|project|one|clue)(?!\w))|nope|nah|not|none"
    r"|nothing|never ?mind|dunno|idk|i don'?t|long story|same|whatever|just (?:because|curious)|why|what|who|how"
    r"|that'?s|this and|i'?m (?:not|an?|the|just)|you|your|my (?:boss|friend|manager|director)|ask|let me|wait"
    r"|later)(?!\w)"
)
_PLAIN_FACT = re.compile(r"we(?:'re| are|'ve got|'ve| have| use| got)(?!\w)(?:\W+\w+){1,4}\W*")
FEWEST_WORDS = 3


def find_need(reading: Reading, intents: dict[Intent, float]) -> Iterator[Entity]:
    if any(intents[other] >= 0.5 for other in _OTHERS):
        return
    for pattern, certain in ((_PAIN, 0.65), (_WISH, 0.55)):
        match = pattern.search(reading.low)
        if match and "?" not in reading.low and not _NO_NEED.match(match["need"]):
            yield _need(reading, match, certain)
            return


def find_answer(reading: Reading, intents: dict[Intent, float], taken: Sequence[Entity]) -> Iterator[Entity]:
    """What is told when we asked for the need, in words no tag has met: the longest plain statement, "leads get lost".

    Nobody who took the trouble to answer is asked again as if they had said nothing.
    """
    if reading.asked != "use_case" or intents["inform"] < 0.5 or "?" in reading.low or _EVASIVE.match(reading.low):
        return
    if _PLAIN_FACT.fullmatch(reading.low.strip()):  # "we have 35 seats", "we are a HubSpot shop"
        return
    if any(intents[other] >= 0.5 for other in _NO_ANSWERS):
        return
    spans = [trimmed(reading.text, *one) for one in clauses(reading.low)]
    free = [(start, end) for start, end in spans if not any(one.start < end and start < one.end for one in taken)]
    told = [(start, end) for start, end in free if len(reading.text[start:end].split()) >= FEWEST_WORDS]
    if told:
        start, end = max(told, key=lambda span: span[1] - span[0])
        yield Entity("use_case", reading.text[start:end], start, end, reading.text[start:end], 0.6)


def _need(reading: Reading, match: re.Match[str], certain: float) -> Entity:
    start, end = match.span("need")
    if stop := _STOP.search(reading.low, start + 3, end):
        end = stop.start()
    start, end = trimmed(reading.text, start, end)
    return Entity("use_case", reading.text[start:end], start, end, reading.text[start:end], certain)
