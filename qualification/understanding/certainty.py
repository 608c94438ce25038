"""How sure a fact is, as the share of times one so sure is right: what the extractors give, made steeper on dev."""

from math import exp, log

STEEPNESS = 1.61
"""Fitted on training/dev by `make evaluate`, which also says what is gained on turns nothing was chosen on."""
SUREST = 0.99
"""No fact is beyond doubt; and a mail address is hardly less."""


def calibrated(confidence: float) -> float:
    """Between 0 and 1 both. The order stays, and so does one half."""
    if not 0 < confidence < 1:
        return min(max(confidence, 0.0), SUREST)
    odds = log(confidence / (1 - confidence))
    return round(min(1 / (1 + exp(-STEEPNESS * odds)), SUREST), 2)
