"""Which changes of the core no test notices: `make mutants`; of one line, ARGS="circulation/domain/loans.py:36".

A mutant is killed when a test fails for it, or takes far too long; those that survive are listed. Each run begins with
the control: modules that were made anew without a change have to survive.
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from time import monotonic

import pytest

from bench.mutants.changes import ROOT, Mutant, mutants_of
from bench.mutants.trials import AT_IMPORT, KILLED, OPTIONS, SURVIVED, Trials, try_in_new_process

LENDING = ("circulation/tests/commands/", "tests/test_rules.py")
TARGETS = {
    "circulation/policies.py": (
        "circulation/tests/domain/test_codes.py",
        "circulation/tests/test_policies.py",
        "circulation/tests/test_library_policy.py",
        "circulation/tests/queries/test_get_overdue_by_age.py",
    ),
    "circulation/states.py": ("circulation/tests/test_states.py",),
    "circulation/domain/*.py": ("circulation/tests/domain/", *LENDING, "circulation/tests/test_states.py"),
    "circulation/commands/borrow_book.py": (*LENDING, "circulation/tests/test_states.py"),
    "circulation/desk/scans.py": ("circulation/desk/tests/",),
    "library_site/cqrs/dispatcher.py": ("library_site/cqrs/tests/",),
    "library_site/cqrs/journal.py": ("library_site/cqrs/tests/", "circulation/tests/queries/"),
}
"""The core, and the tests that are about it: they come first, and are all that a new process runs."""

TESTS = ("circulation", "library_site/cqrs", "tests/test_rules.py", "tests/test_refusals.py", "tests/test_remedies.py")
LAST = ("circulation/tests/test_states.py", "tests/test_model.py")


def near() -> dict[str, tuple[str, ...]]:
    """Of each module of the core, the tests that are about it."""
    return {
        str(path.relative_to(ROOT)): tests
        for pattern, tests in TARGETS.items()
        for path in sorted(ROOT.glob(pattern))
        if path.name != "__init__.py"
    }


def sample(size: int, seed: int, places: list[str]) -> list[Mutant]:
    """Some of the mutants of all these modules and lines, in their order."""
    every = [mutant for path in near() for mutant in mutants_of(path)]
    wanted = [each for each in every if not places or {each.path, f"{each.path}:{each.line}"} & {*places}]
    chosen = {*Random(seed).sample(wanted, min(size, len(wanted)))}  # noqa: S311 - chance, and no secrets
    return [mutant for mutant in wanted if mutant in chosen]


def controls(mutants: list[Mutant]) -> list[Mutant]:
    """For each module, and each of the two ways, one that isn't any."""
    firsts = {(each.path, each.at_import): each for each in reversed(mutants)}
    return [replace(each, index=None, what="nothing is changed") for each in firsts.values()]


def table(verdicts: dict[Mutant, int]) -> Iterator[str]:
    """Of each module, and in all: how many mutants were tried, killed, and survived."""
    tried, killed = Counter[str](), Counter[str]()
    for mutant, verdict in verdicts.items():
        tried.update((mutant.path, "in all"))
        killed.update((mutant.path, "in all") if verdict == KILLED else ())
    yield f"\n{'':40}{'mutants':>10}{'killed':>10}{'survived':>10}{'score':>10}"
    for path in sorted(tried, key=lambda path: (path == "in all", path)):
        count, died = tried[path], killed[path]
        yield f"{path:40}{count:10}{died:10}{count - died:10}{died / count:10.0%}"


def check_control(control: Mutant, verdict: int) -> None:
    if verdict == KILLED:
        pytest.exit(f"The control failed: nothing can be said of {control.path}.", 1)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.mutants", description=__doc__)
    parser.add_argument("places", nargs="*", metavar="FILE[:LINE]", help="the whole core, if none is given")
    parser.add_argument("--size", type=int, default=400, help="of the sample (%(default)s)")
    parser.add_argument("--seed", type=int, default=12, help="of the sample (%(default)s)")
    parser.add_argument("--tests", nargs="+", default=[*TESTS, *LAST], help="those to choose from")
    return parser.parse_args()


def main() -> None:
    asked, start = arguments(), monotonic()
    mutants = sample(asked.size, asked.seed, asked.places)
    verdicts: dict[Mutant, int] = {}
    out = os.fdopen(os.dup(1), "w", buffering=1)  # pytest takes the other one

    def tell(mutant: Mutant, verdict: int) -> None:
        if mutant.index is None:
            check_control(mutant, verdict)
            return
        verdicts[mutant] = verdict
        if verdict == SURVIVED:
            print(f"survived  {mutant}", file=out)

    trials = Trials([*controls(mutants), *mutants], near(), LAST, tell)
    if failed := pytest.main([*OPTIONS, "-m", "not browser", *asked.tests], plugins=[trials]):
        sys.exit(failed)
    at_import = [mutant for mutant, verdict in verdicts.items() if verdict == AT_IMPORT]
    for mutant in [*controls(at_import), *at_import]:
        tell(mutant, try_in_new_process(mutant, near()[mutant.path]))
    print(*table(verdicts), f"\n{monotonic() - start:.0f} seconds", sep="\n", file=out)


if __name__ == "__main__":
    main()
