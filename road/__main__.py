"""python -m road show 3: the diff from step 2 to 3. test [N …]: the tests and exercises. table: the steps."""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from .own_work import committed_steps, own_work
from .runs import Result, Run, run_all
from .steps import ROAD, all_steps, diff, table


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    if options.task == "show":
        show(options.step)
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


def show(number: int, road: Path = ROAD) -> None:
    """Print the diff to a step, as both are committed, and of what else is in their folders the names."""
    pair = slice(number - 1, number + 1)
    with TemporaryDirectory() as folder:
        before, after = committed = committed_steps(road, Path(folder))[pair]
        for mine, step in zip(all_steps(road)[pair], committed, strict=True):
            if names := own_work(mine, step):
                print(f"Your own work in {step.folder.name} is left out: {', '.join(names)}\n")
        print("\n".join(diff(before, after)))


def _test(numbers: list[int]) -> int:
    """Run them and print what came of it; 1 if something is neither as it should be nor solved."""
    results = run_all(step for step in all_steps() if step.number in numbers or not numbers)
    print(f"{'step':28}{'tests':>8}{'exercise':>18}{'solution':>12}{'seconds':>9}{'lines':>7}")
    for each in results:
        print(_row(each))
    for each in results:
        if each.is_solved:
            print(f"\n{each.step.folder.name}: You have solved it.")
    wrong = [each for each in results if not each.is_as_it_should_be and not each.is_solved]
    for each in wrong:
        print(f"\n{each.step.folder.name}\n{_output(each)}")
    return 1 if wrong or not results else 0


def _row(result: Result) -> str:
    step, before, after = result.step, result.before, result.after
    seconds = sum(run.seconds for run in (result.own, before, after) if run)
    exercise = f"{before.failed + before.broken} of {_all(before)} fail" if before else ""
    solution = f"{after.passed} of {_all(after)}" if after else ""
    tests = f"{result.own.passed} of {_all(result.own)}"
    lines = step.lines + step.lines_of_tests
    return f"{step.folder.name:28}{tests:>8}{exercise:>18}{solution:>12}{seconds:9.1f}{lines:7}"


def _all(run: Run) -> int:
    return run.passed + run.failed + run.broken


def _output(result: Result) -> str:
    """What the first said that is not as it should be. (Step and exercise are one process.)"""
    is_exercise = result.own.is_green and result.before is not None and result.before.is_red
    return result.after.said if is_exercise and result.after else result.own.said


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
