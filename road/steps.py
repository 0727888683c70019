"""The steps: their folders, how many files and lines they have, and the diff from each to the next."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from functools import cached_property
from pathlib import Path

ROAD = Path(__file__).parent

NEW = (
    "CRUD, as the talk starts",
    "constraints, explicit fields",
    "the first command",
    "the first query",
    "messages, `@handles`, `dispatch()`",
    "page, shell and event, the table of errors",
    "idempotency keys, the journal",
    "what CRUD writes is a task",
    "AWS Lambda, five ways",
)
"""What is new in each step."""

_NOT_READ = {"__pycache__", "exercise", "README.md"}
_FIRST = ("library/models.py", "library/cqrs/", "library/commands/", "library/queries/", "library/")
_LAST = ("library/tests.py",)


@dataclass(frozen=True)
class Step:
    """A project of its own in a folder, road/2-first-command."""

    number: int
    folder: Path

    @property
    def exercise(self) -> Path | None:
        folder = self.folder / "exercise"
        return folder if folder.is_dir() else None

    @cached_property
    def files(self) -> dict[str, list[str]]:
        """What is in the project, but for its exercise: of each file its lines."""
        found = (path for path in self.folder.rglob("*") if path.is_file() and path.suffix != ".sqlite3")
        paths = {path.relative_to(self.folder): path for path in found}
        read = {name.as_posix(): path for name, path in paths.items() if _NOT_READ.isdisjoint(name.parts)}
        return {name: path.read_text().splitlines() for name, path in sorted(read.items())}

    @property
    def lines(self) -> int:
        """Lines of Python that are not blank, less those of the tests."""
        return sum(len(_said(lines)) for name, lines in self.files.items() if _is_python(name) and not _is_test(name))

    @property
    def lines_of_tests(self) -> int:
        return sum(len(_said(lines)) for name, lines in self.files.items() if _is_test(name))

    @property
    def modules(self) -> int:
        """Files of Python that hold something."""
        return sum(_is_python(name) and bool(lines) for name, lines in self.files.items())


def all_steps(road: Path = ROAD) -> list[Step]:
    return [Step(int(folder.name[0]), folder) for folder in sorted(road.glob("[0-9]-*"))]


def diff(before: Step, after: Step) -> list[str]:
    """What changes, file by file: models, the kernel, commands and queries, adapters, settings, and the tests."""
    names = sorted({*before.files, *after.files}, key=_place)
    return [line for name in names for line in _diff_of(name, before, after)]


def size(lines: list[str]) -> tuple[int, int]:
    """How many lines of a diff are new, and how many are gone."""
    new = sum(line.startswith("+") and not line.startswith("+++ ") for line in lines)
    return new, sum(line.startswith("-") and not line.startswith("--- ") for line in lines)


def table() -> str:
    """The road in a page: each step, what is new, how much there is to read, and how much changes."""
    rows = ["| step | what is new | files | lines | of tests | diff |", "|---|---|---:|---:|---:|---:|"]
    before: Step | None = None
    for step in all_steps():
        new, gone = size(diff(before, step)) if before else (0, 0)
        changes = f"+{new} −{gone}" if before else ""
        link = f"[{step.folder.name}]({step.folder.name}/README.md)"
        counts = f"{step.modules} | {step.lines} | {step.lines_of_tests}"
        rows.append(f"| {link} | {NEW[step.number]} | {counts} | {changes} |")
        before = step
    return "\n".join(rows)


def _diff_of(name: str, before: Step, after: Step) -> Iterator[str]:
    old, new = before.files.get(name, []), after.files.get(name, [])
    yield from unified_diff(old, new, f"{before.folder.name}/{name}", f"{after.folder.name}/{name}", lineterm="")


def _place(name: str) -> tuple[bool, int, str]:
    kind = next((place for place, start in enumerate(_FIRST) if name.startswith(start)), len(_FIRST))
    return name in _LAST, kind, name


def _said(lines: list[str]) -> list[str]:
    return [line for line in lines if line.strip()]


def _is_python(name: str) -> bool:
    return name.endswith(".py")


def _is_test(name: str) -> bool:
    return name.endswith("tests.py")
