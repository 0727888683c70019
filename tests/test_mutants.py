"""The runner of mutants (bench/mutants): a control survives, a mutant is killed."""

import re
import subprocess
import sys

import pytest

from bench.mutants.__main__ import LAST, TESTS, near
from bench.mutants.changes import ROOT, code_of, mutants_of

MODULES = [*near()]
NARROW = "circulation/tests/test_policies.py"


def test_the_tests_that_are_named_are_there() -> None:
    assert not [name for name in {*TESTS, *LAST}.union(*near().values()) if not (ROOT / name).exists()]


@pytest.mark.parametrize("some", [12, pytest.param(None, marks=pytest.mark.soak)])
@pytest.mark.parametrize("path", MODULES)
def test_each_mutant_is_another_module(path: str, some: int | None) -> None:
    """Of each module some, from all over it; or all."""
    mutants = mutants_of(path)
    chosen = mutants[:: -(-len(mutants) // some)] if some else mutants
    made = [code_of(path), *(code_of(path, mutant.index) for mutant in chosen)]

    assert made[0] == compile((ROOT / path).read_text(), made[0].co_filename, "exec")
    assert len(made) == len(set(made))


@pytest.mark.soak
def test_what_is_wrong_is_killed_and_what_is_unchanged_survives() -> None:
    """A run, with its control, for a function of which no book could be lent."""
    path = "circulation/policies.py"
    wrong = next(mutant for mutant in mutants_of(path) if mutant.what.startswith("return self.next_open(today, later"))
    command = [sys.executable, "-m", "bench.mutants", f"{path}:{wrong.line}", "--tests", NARROW]

    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert re.search(r"in all +2 +2 +0 +100%", done.stdout), done.stdout
