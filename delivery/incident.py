"""What may be said of an exception in logs and rows: its kind and its place, never its text, which may hold secrets."""

import traceback
from pathlib import Path


def describe(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
