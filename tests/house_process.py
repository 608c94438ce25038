"""A whole Foyer in a process of its own, for tests that kill it: `python -m tests.house_process FOLDER SLACK_URL`."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.settings import ROOT
from tests.foyer import served, settings_in, until
from tryout.standin import Standin
from wsgi import create_web

STARTING_S = 60


def main(folder: Path, slack_api_url: str) -> None:
    web = create_web(settings_in(folder, Standin(), slack_api_url=slack_api_url))
    with served(web) as port:
        (folder / "url.new").write_text(f"http://127.0.0.1:{port}")
        (folder / "url.new").rename(folder / "url")
        sys.stdin.read()  # until whoever started us kills us, or is gone


@contextmanager
def house_process(folder: Path, slack_api_url: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Its address and its process, on the database in `folder`; killed with -9 at the end, if not before."""
    (folder / "url").unlink(missing_ok=True)
    command = [sys.executable, "-m", "tests.house_process", str(folder), slack_api_url]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=log, stderr=log)
    try:
        until(lambda: (folder / "url").exists() or process.poll() is not None, STARTING_S)
        yield (folder / "url").read_text(), process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """With -9: nothing is flushed, nothing said."""
    process.kill()
    process.wait()
    assert process.stdin
    process.stdin.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
