"""`/lead stage L-1042 opportunity amount: 12k EUR; date: 15 Dec; next: send the offer`."""

from typing import cast

from bot.config import Desk, Outcome
from bot.escape import mrkdwn
from bot.grammar import Unclear, nearest, split_lead
from bot.sheets import HOW, read_sheet, sheet_of
from bot.wishes import Wish, wish
from qualification.moves import LADDER
from qualification.stages import STAGES, Stage
from qualification.views import Person

ELSEWHERE = {
    "visitor": "A visitor becomes a lead when they leave an address.",
    "lead": "A lead goes back to marketing by `/lead return`, with a reason.",
    "mql": "The criteria make a lead an MQL; what was closed or handed back comes again by `/lead reopen`.",
    "sql": "A lead is sales-qualified when somebody accepts it: `/lead accept`.",
}


def read(words: str) -> Wish | Unclear:
    lead, rest = split_lead(words)
    named, _, said = rest.partition(" ")
    stage = named.strip(".,:;").lower()
    if not lead or not stage:
        return Unclear("Which lead, and to which stage? Type `/lead stage L-1042 prospect` (or opportunity, customer).")
    if stage not in LADDER:
        return Unclear(_elsewhere(stage))
    sheet = read_sheet(said)
    if isinstance(sheet, Unclear):
        return sheet
    if sheet[0]:
        return Unclear(f"I cannot place `{mrkdwn(sheet[0], 60)}`. {HOW} Nothing was changed.")
    return wish("stage", lead, stage, sheet=sheet[1])


def _elsewhere(stage: str) -> str:
    if stage in ELSEWHERE:
        return f"{ELSEWHERE[stage]} Nothing was changed."
    meant = nearest(stage, STAGES)
    hint = f"Did you mean `{meant[0]}`?" if len(meant) == 1 else "There are `prospect`, `opportunity` and `customer`."
    return f"I know no stage `{mrkdwn(stage, 40)}`. {hint} Nothing was changed."


def perform(desk: Desk, ref: str, by: Person, wish: Wish) -> Outcome:
    sheet = sheet_of(wish.sheet, desk.clock().date())
    return desk.doors.handoff.stage(desk.site_id, ref, by, cast(Stage, wish.code), sheet)
