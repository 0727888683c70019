"""The road from CRUD to commands: each step runs, each exercise can be solved, and what its pages name is there."""

import re
import subprocess
from pathlib import Path
from shutil import copytree

import pytest

from road import __main__ as command
from road.__main__ import main, show
from road.runs import Result, Run, run
from road.steps import NEW, ROAD, Step, all_steps, diff, size, table
from tests.guard import ROOT

STEPS = all_steps()
EXERCISES = range(2, 8)

MOST_LINES, MOST_OF_TESTS, MOST_NEW = 660, 260, 240
"""Of a step, of its tests, and of the diff to it."""

steps = pytest.mark.parametrize("step", STEPS, ids=lambda step: step.folder.name)


@pytest.mark.long
@steps
def test_a_step_is_green_and_its_exercise_is_red_until_it_is_solved(step: Step) -> None:
    result = run(step, quick=True)
    assert result.own.is_green, result.own.said
    if step.number in EXERCISES:
        assert result.before is not None
        assert result.after is not None
        assert result.before.is_red, result.before.said
        assert result.after.is_green, result.after.said


@steps
def test_a_step_is_short(step: Step) -> None:
    assert 100 <= step.lines <= MOST_LINES
    assert step.lines_of_tests <= MOST_OF_TESTS
    assert step.number == 0 or size(diff(STEPS[step.number - 1], step))[0] <= MOST_NEW


@steps
def test_the_pages_of_a_step_name_what_there_is(step: Step) -> None:
    """Files of the step or of the product; tests of the step or of the one before."""
    pages = [step.folder / "README.md", *step.folder.glob("exercise/README.md")]
    text = "\n".join(page.read_text() for page in pages)
    folders = (step.folder, ROOT, *step.folder.glob("exercise"), *step.folder.glob("exercise/solution"))
    named = re.findall(r"`([\w/.-]+(?:/[\w.-]*|\.py|\.json))`|\]\(([^\s)#]+)", text)
    paths = {path or link for path, link in named if not (path or link).startswith(("/", "http"))}
    assert [path for path in paths if not any((folder / path).exists() for folder in folders)] == []

    tests = [
        line for each in STEPS[max(step.number - 1, 0) : step.number + 1] for line in each.files["library/tests.py"]
    ]
    classes = set(re.findall(r"\b(\w+Test)\b", text))
    methods = set(re.findall(r"\b\w+Test\.(test_\w+)", text))
    assert {name for name in classes if not any(line.startswith(f"class {name}(") for line in tests)} == set()
    assert {name for name in methods if f"    def {name}(self):" not in tests} == set()


def test_the_road_is_whole() -> None:
    assert [step.number for step in STEPS] == list(range(len(NEW)))
    assert [step.number for step in STEPS if step.exercise] == list(EXERCISES)
    page = (ROAD / "README.md").read_text()
    assert table() in page
    assert [path for path in re.findall(r"\]\(([^)#]+)\)", page) if not (ROAD / path).exists()] == []
    tests = "\n".join(line for step in STEPS for line in step.files["library/tests.py"])
    assert [name for name in re.findall(r"`\w+Test\.(\w+)`", page) if f"def {name}(self)" not in tests] == []


def test_an_exercise_that_is_solved_already_or_breaks_is_noticed() -> None:
    step, green, red, broken = STEPS[2], Run(2, 0, 0, "", 1), Run(0, 2, 0, "", 1), Run(0, 0, 1, "", 1)
    assert Result(step, green, red, green).is_as_it_should_be
    assert not any(Result(step, green, before, green).is_as_it_should_be for before in (green, broken))
    assert not any(Result(step, green, red, after).is_as_it_should_be for after in (red, broken))


def test_a_reader_is_told_what_became_of_an_exercise(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Solved in the step's folder it is no error, whatever the solution makes of it; half of it is one."""
    step, green, half = STEPS[2], Run(2, 0, 0, "", 1), Run(1, 1, 0, "not yet", 1)
    monkeypatch.setattr(command, "run_all", lambda steps: [Result(step, green, green, half)])
    assert main(["test", "2"]) == 0
    assert "2-first-command: You have solved it." in capsys.readouterr().out
    monkeypatch.setattr(command, "run_all", lambda steps: [Result(step, half, half, green)])
    assert main(["test", "2"]) == 1
    assert "not yet" in capsys.readouterr().out


def test_the_diff_to_a_step_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """What the library does comes first, and the tests come last."""
    assert main(["show", "3"]) == 0
    files = re.findall(r"^\+\+\+ 3-first-query/(\S+)", capsys.readouterr().out, re.MULTILINE)
    assert files == ["library/queries/get_borrowed_books_by_user.py", "library/api.py", "urls.py", "library/tests.py"]


def test_what_a_reader_has_done_is_no_part_of_the_next_step(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for step in STEPS[:4]:
        copytree(step.folder, tmp_path / step.folder.name)
    for git in ("init --quiet", "add .", "-c user.name=- -c user.email=- commit --quiet --message=-"):
        subprocess.run(["git", *git.split()], cwd=tmp_path, check=True)
    copytree(STEPS[2].folder / "exercise" / "solution", tmp_path / "2-first-command", dirs_exist_ok=True)
    show(3, tmp_path)
    said, _, shown = capsys.readouterr().out.partition("\n\n")
    assert said == "Your own work in 2-first-command is left out: library/api.py, library/commands/return_book.py"
    assert shown.splitlines() == diff(STEPS[2], STEPS[3])


def test_topologies_are_called_as_the_product_calls_them() -> None:
    """Whoever has read step 8 reads deploy/ in the same words, for the same ways of spreading the operations."""
    source = "\n".join(STEPS[8].files["library/topologies.py"])
    lines = dict(re.findall(r'^    "(\w+)": {(.+)},$', source, re.MULTILINE))
    assert set(lines) == {path.stem for path in (ROOT / "deploy").glob("*.json")}
    assert lines["dispatchers"] == '"commands": "commands", "queries": "queries"'
    assert "for each in all_operations()" in lines["separated"]
