"""The story in a minute, on real processes: `make tour`. The exit status is 1 if a claim is false."""

import argparse
import signal
import sys
from time import monotonic
from types import FrameType
from typing import NoReturn

from .report import Report
from .world import world

READ_ON = """
Read on: docs/why.md has why tasks, with the same losses as tests;
         road/README.md the steps from the one to the other, each to be read and run."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m road.tour", description=__doc__)
    parser.add_argument("--all", action="store_true", help="the same day on all five topologies, not on two")
    parser.add_argument("--sqlite", action="store_true", help="the product on SQLite, though there is a PostgreSQL")
    options = parser.parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    began, report = monotonic(), Report()
    report.say("Step 0 of the road and the product start, each as processes of its own.")
    with world(all_topologies=options.all, on_sqlite=options.sqlite) as stage:
        from .scenes import SCENES  # noqa: PLC0415 - now that Django has its settings

        report.say(f"They are at work: step 0 on SQLite, the product on {stage.library.database.name}.")
        for scene in SCENES:
            report.play(scene, stage)
    status = report.end()
    print(READ_ON)
    print(f"{monotonic() - began:.0f} seconds.", file=sys.stderr)
    return status


def _end(number: int, frame: FrameType | None) -> NoReturn:
    """Ends everything once, however often it is asked to."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
