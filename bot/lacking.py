"""What a rep is told is still needed before a lead can go on. Pure."""

from collections.abc import Callable, Mapping

from bot.words import LETTER_WORDS, joined

Missing = tuple[str, ...]


def _icp(ref: str, missing: Missing) -> str:
    return (
        "it is not known to fit your ideal customer. To go on all the same, say why: "
        f"`/lead stage {ref} prospect icp: a partner vouches for them`"
    )


def _two_letters(ref: str, missing: Missing) -> str:
    return (
        f"two letters of BANT must be known, and {_letters(missing)} are open. Tell what you know: "
        f"`/lead stage {ref} prospect need: yes, their hand-off leaks`"
    )


def _all_letters(ref: str, missing: Missing) -> str:
    return (
        f"{_letters(missing)} {'is' if len(missing) == 1 else 'are'} not answered. Tell it "
        f"(`{missing[0]}: ...`), or say why it does not matter (`bant: the board wants it`)"
    )


def _no(ref: str, missing: Missing) -> str:
    return (
        f"{_letters(missing)} {'is' if len(missing) == 1 else 'are'} a plain no. If that has changed, write the new "
        f"answer (`{missing[0]}: ...`); otherwise `/lead return` or `/lead lost` is the honest end"
    )


def _deal(ref: str, missing: Missing) -> str:
    shown = {"amount": "amount: 12k EUR", "next": "next: send the offer", "date": "date: 15 Dec"}
    names = {"amount": "the amount", "next": "the next step", "date": "a date"}
    wanted = "; ".join(shown[name] for name in missing)
    return f"I need {joined([names[name] for name in missing])}. Add `{wanted}`"


def _letters(missing: Missing) -> str:
    return joined([LETTER_WORDS.get(letter, letter) for letter in missing])


LACKING: Mapping[str, Callable[[str, Missing], str]] = {
    "needs_icp": _icp,
    "needs_bant": _two_letters,
    "needs_all_bant": _all_letters,
    "bant_no": _no,
    "needs_deal": _deal,
}
