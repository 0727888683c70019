"""The tour: a claim that is false ends it with 1, its page shows what it prints, and nothing of it stays behind."""

import ast
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from types import SimpleNamespace
from typing import Any

import pytest

from road.tour.client import Answer, Client
from road.tour.report import Report
from road.tour.scenes import lost_update, race, retry
from tests.guard import ROOT

MOST_SECONDS = 90
IN_LINE = 2 * (os.cpu_count() or 1)
"""Processes that may wait for a processor before a machine counts as busy: then the tour may take as much longer."""

VARY = r"\d+ \w+ 20\d\d|PostgreSQL \d+|SQLite"
"""What differs from one tour to the next: when the book is due, and on what it ran."""


class Careless(Client):
    """A library that says yes to everybody, and to the same twice."""

    def send(self, method: str, path: str, body: str | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        return Answer(
            200, {"content-type": "application/json"}, '{"results": [{"status": "AVAILABLE"}], "detail": "Done."}'
        )


CARELESS = SimpleNamespace(
    book=lambda title: "book",
    user=lambda name: name,
    program=lambda: Careless(0),
    rows=lambda statement: [(2,)],
    database=SimpleNamespace(name="nothing"),
)


@pytest.mark.parametrize("play", [lost_update.by_commands, race.by_commands, retry.by_commands])
def test_a_product_that_loses_what_step_0_loses_is_found_out(play: Callable[[Report, Any], None]) -> None:
    report = Report(out := StringIO())
    report.play(play, SimpleNamespace(library=CARELESS))
    assert report.end() == 1
    assert 0 < len(report.broken) == out.getvalue().split("claims are")[0].count("✗")


def test_a_scene_that_stops_half_way_is_a_claim_that_is_false() -> None:
    report = Report(out := StringIO())
    report.claim("true", holds=True, measured="1 of 1")
    assert report.end() == 0
    report.play(lambda _, stage: stage.missing, SimpleNamespace())
    assert report.end() == 1
    assert "1 of 2 claims are true" in out.getvalue()


@pytest.fixture
def scratch() -> Iterator[Path]:
    """Where all that the tour makes is, and by whose name its processes are known."""
    with TemporaryDirectory(prefix="tour-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL is another user
        yield folder
        assert list(folder.iterdir()) == []
        until = monotonic() + 10
        while (left := running(folder)) and monotonic() < until:
            sleep(0.05)
        assert left == []


def running(scratch: Path) -> list[int]:
    """The processes whose environment names the folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"TMPDIR={scratch}\0".encode() in path.read_bytes():
                found.append(int(path.parent.name))
        except OSError:  # it has ended, or is somebody else's
            continue
    return found


def start(scratch: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "road.tour", *arguments],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(scratch)},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.soak
def test_the_tour_takes_a_minute_and_its_page_shows_it(scratch: Path) -> None:
    began = monotonic()
    with start(scratch) as tour:
        said, _ = tour.communicate()
    seconds = monotonic() - began
    assert tour.returncode == 0, said
    assert max(map(len, said.splitlines())) <= 100
    sys.stdout.write(f"The tour has taken {seconds:.0f} seconds.\n")
    assert words(shown()) == words(said)
    assert seconds < MOST_SECONDS * max(1, os.getloadavg()[0] / IN_LINE)


def shown() -> str:
    """What the page says that the tour prints."""
    (found,) = re.findall(r"^```text\n(.*?)^```$", (ROOT / "docs" / "tour.md").read_text(), re.MULTILINE | re.DOTALL)
    return str(found)


def test_the_page_shows_the_scenes_and_claims_of_the_code() -> None:
    calls = (
        node
        for path in (ROOT / "road" / "tour" / "scenes").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {"claim", "scene"}
    )
    parts = [
        each.value for call in calls for each in ast.walk(call.args[0]) if isinstance(each, ast.Constant) and each.value
    ]
    page = " ".join(shown().split())
    assert len(parts) > 20
    assert [part for part in parts if " ".join(str(part).split()) not in page] == []
    assert re.findall(r"(\d+) of (\d+) claims are true", page) == [(str(page.count("✓")),) * 2]


def words(text: str) -> list[str]:
    """A longer date breaks a line elsewhere."""
    return re.sub(VARY, "…", " ".join(text.split())).split()


def test_interrupted_it_leaves_nothing_behind(scratch: Path) -> None:
    with start(scratch, "--sqlite") as tour:
        while len(running(scratch)) < 3 and tour.poll() is None:  # itself, step 0 and the server of the product
            sleep(0.05)
        tour.send_signal(signal.SIGINT)
        tour.communicate()
    assert tour.returncode == 128 + signal.SIGINT
