"""What the pages of the road show beside their text: the diff to each step, and how its exercise can be solved."""

from collections.abc import Iterator
from difflib import unified_diff
from itertools import pairwise
from pathlib import Path

from road.steps import ROAD, Step, all_steps, diff, size

SHORT = 24
"""As many lines of a diff are shown at once; longer ones are opened by who wants to read them."""


def additions() -> dict[str, str]:
    """Of each page of the road, by its path, what follows its text."""
    steps = all_steps()
    exercises = {f"{_path(step.exercise)}/README.md": _exercise(step, step.exercise) for step in steps if step.exercise}
    diffs = {f"{_path(after.folder)}/README.md": _diff(before, after) for before, after in pairwise(steps)}
    first = steps[0]
    whole = "\n".join(_folded(name, lines, name, "python") for name, lines in first.files.items() if lines)
    return {f"{_path(first.folder)}/README.md": f"## All of it\n\n{whole}"} | diffs | exercises


def _path(folder: Path) -> str:
    return folder.relative_to(ROAD.parent).as_posix()


def _diff(before: Step, after: Step) -> str:
    lines = diff(before, after)
    new, gone = size(lines)
    said = f"All that is different from [step {before.number}](../{before.folder.name}/README.md), file by file"
    files = "\n".join(_diff_of_file(name, each) for name, each in _by_file(lines))
    return f"## The diff\n\n{said}: {new} lines are new, {gone} are gone.\n\n{files}"


def _by_file(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """The lines of each file, less the two that name it."""
    starts = [
        number for number, line in enumerate(lines) if line.startswith("--- ") and lines[number + 1].startswith("+++ ")
    ]
    for start, end in pairwise([*starts, len(lines)]):
        yield lines[start + 1].removeprefix("+++ ").partition("/")[2], lines[start + 2 : end]


def _diff_of_file(name: str, lines: list[str]) -> str:
    new, gone = size(lines)
    return _folded(name, lines, f"{name} +{new} −{gone}", "diff")


def _exercise(step: Step, exercise: Path) -> str:
    test = (exercise / "test_exercise.py").read_text().splitlines()
    parts = ["## The test", "", _fence(test, "test_exercise.py", "python"), '??? success "One solution"', ""]
    for path in sorted((exercise / "solution").rglob("*.py")):
        name = path.relative_to(exercise / "solution").as_posix()
        solved = path.read_text().splitlines()
        is_new = name not in step.files
        lines = solved if is_new else list(unified_diff(step.files[name], solved, lineterm=""))[2:]
        parts.append(_indented(_fence(lines, name, "python" if is_new else "diff")))
    return "\n".join(parts)


def _folded(name: str, lines: list[str], title: str, language: str) -> str:
    if len(lines) <= SHORT:
        return _fence(lines, title, language)
    return f'??? abstract "{title}"\n\n{_indented(_fence(lines, name, language))}\n'


def _fence(lines: list[str], title: str, language: str) -> str:
    return "\n".join([f'````{language} title="{title}"', *lines, "````", ""])


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.split("\n"))
