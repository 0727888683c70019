"""python -m road show 3: the diff from step 2 to 3. test [N …]: the tests and exercises. table: the steps."""

import argparse
import sys

from .runs import Result, Run, run_all
from .steps import all_steps, diff, table


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    if options.task == "show":
        _show(options.step)
    elif options.task == "table":
        print(table())
    else:
        return _test(options.step)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m road", description="From CRUD to commands, in steps that run.")
    tasks = parser.add_subparsers(dest="task", required=True)
    numbers = [step.number for step in all_steps()]
    show = tasks.add_parser("show", help="what changes from the step before")
    show.add_argument("step", type=int, choices=numbers[1:])
    test = tasks.add_parser("test", help="run the tests of steps, and their exercises without and with the solution")
    test.add_argument("step", type=int, nargs="*", help="all of them, if none is named")
    tasks.add_parser("table", help="the table of road/README.md")
    return parser


def _show(number: int) -> None:
    steps = all_steps()
    print("\n".join(diff(steps[number - 1], steps[number])))


def _test(numbers: list[int]) -> int:
    """Run them and print what came of it; 1 if something is not as it should be."""
    results = run_all(step for step in all_steps() if step.number in numbers or not numbers)
    print(f"{'step':28}{'tests':>8}{'exercise':>18}{'solution':>12}{'seconds':>9}{'lines':>7}")
    for each in results:
        print(_row(each))
    wrong = [each for each in results if not each.is_as_it_should_be]
    for each in wrong:
        print(f"\n{each.step.folder.name}\n{_output(each)}")
    return 1 if wrong or not results else 0


def _row(result: Result) -> str:
    step, before, after = result.step, result.before, result.after
    seconds = sum(run.seconds for run in (result.own, before, after) if run)
    exercise = f"{before.failed} of {_all(before)} fail" if before else ""
    solution = f"{after.passed} of {_all(after)}" if after else ""
    tests = f"{result.own.passed} of {_all(result.own)}"
    lines = step.lines + step.lines_of_tests
    return f"{step.folder.name:28}{tests:>8}{exercise:>18}{solution:>12}{seconds:9.1f}{lines:7}"


def _all(run: Run) -> int:
    return run.passed + run.failed + run.broken


def _output(result: Result) -> str:
    if not result.own.is_green or result.after is None:
        return result.own.said
    return result.after.said


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
