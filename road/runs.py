"""Run the steps' tests, and their exercises before and after the solution; each in a copy, which is thrown away."""

import os
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree, ignore_patterns
from tempfile import TemporaryDirectory
from time import perf_counter

from .steps import Step

OWN_ENVIRONMENT = {"DJANGO_SETTINGS_MODULE", "OPERATIONS", "PYTHONPATH"}
"""What a shell, or the suite of the product, may have set for others."""


@dataclass(frozen=True)
class Run:
    """What came of it: `passed`, `failed` by an assertion, `broken` by anything else."""

    passed: int
    failed: int
    broken: int
    said: str
    seconds: float

    @property
    def is_green(self) -> bool:
        return self.passed > 0 and not self.failed and not self.broken

    @property
    def is_red(self) -> bool:
        return self.failed > 0 and not self.passed and not self.broken


@dataclass(frozen=True)
class Result:
    """A step, its exercise as it stands, and step and exercise with the solution laid over it."""

    step: Step
    own: Run
    before: Run | None
    after: Run | None

    @property
    def is_as_it_should_be(self) -> bool:
        exercise = self.before is None or self.after is None or (self.before.is_red and self.after.is_green)
        return self.own.is_green and exercise

    @property
    def is_solved(self) -> bool:
        """A reader has done the exercise in the step's folder. (What is committed must not be so.)"""
        return self.own.is_green and self.before is not None and self.before.is_green


def run_all(steps: Iterable[Step], *, at_once: int = 2) -> list[Result]:
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(run, steps))


def run(step: Step, *, quick: bool = False) -> Result:
    """The step, and its exercise before and after; `quick`: the own tests not once more with the solution."""
    with TemporaryDirectory() as folder:
        copy = Path(folder) / step.folder.name
        copytree(step.folder, copy, ignore=ignore_patterns("*.sqlite3", "__pycache__"))
        if step.exercise is None:
            (own,) = _tested(copy, "library")
            return Result(step, own, None, None)
        own, before = _tested(copy, "library", "exercise")
        copytree(step.exercise / "solution", copy, dirs_exist_ok=True)
        (after,) = _tested(copy, "exercise" if quick else "library exercise")
        return Result(step, own, before, after)


def _tested(folder: Path, *labels: str) -> list[Run]:
    """One run for each label (or several, with a blank between them), all in one process of the step's own."""
    environment = {name: value for name, value in os.environ.items() if name not in OWN_ENVIRONMENT}
    command = [sys.executable, "-B", "-W", "error", "-c", _RUNNER, *labels]
    started = perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    seconds = (perf_counter() - started) / len(labels)
    counts = [line.split()[1:] for line in done.stdout.splitlines() if line.startswith("counts ")]
    counts += [["0", "0", "1"]] * (len(labels) - len(counts))  # the process has ended before
    said = done.stdout + done.stderr
    return [Run(int(passed), int(failed), int(broken), said, seconds) for passed, failed, broken in counts]


_RUNNER = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
sys.path.insert(0, "")
import django
django.setup()
from django.test.runner import DiscoverRunner

class Runner(DiscoverRunner):
    def suite_result(self, suite, result, **kwargs):
        self.result = result
        return super().suite_result(suite, result, **kwargs)

for label in sys.argv[1:]:
    runner = Runner(verbosity=0, interactive=False, keepdb=True)
    runner.run_tests(label.split())
    failed, broken = len(runner.result.failures), len(runner.result.errors)
    print("counts", runner.result.testsRun - failed - broken, failed, broken)
"""
