"""Whether a test fails for a mutant: in a fork of one pytest session, or, for what is done at import, in a new process.

The session runs every test once, unchanged, and notes how long it takes and which lines it touches. For each mutant it
then forks: the child gives the functions that live in it the mutant's code, and runs the tests that touch the line.
"""

import gc
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from itertools import accumulate
from time import process_time
from types import CodeType, FunctionType

import coverage
import pytest
from _pytest.runner import runtestprotocol
from django.db import connections

from bench.mutants.changes import ROOT, Mutant, code_of

OPTIONS = ["-qq", "-p", "no:cacheprovider", "--randomly-seed=12", "--randomly-dont-reorganize"]
MOST_SECONDS = 5
"""For how long tests are run for one mutant, as long as they take when nothing is changed; then come the last."""
MOST_PROCESS_SECONDS = 600

SURVIVED, KILLED, AT_IMPORT = range(3)
"""What became of a mutant; of some, only a new process can tell."""


class Trials:
    """A plugin of pytest that tries mutants with the tests, where they would be run.

    `near` says of a module how the names of those tests begin that are about it, and `last` of those that are run only
    when no other has noticed anything. `tell` is told what became of each mutant.
    """

    def __init__(
        self,
        mutants: list[Mutant],
        near: dict[str, tuple[str, ...]],
        last: tuple[str, ...],
        tell: Callable[[Mutant, int], None],
    ) -> None:
        self.mutants, self.near, self.last, self.tell = mutants, near, last, tell
        self.seconds: dict[pytest.Item, float] = {}
        self.touching: dict[tuple[str, int], list[pytest.Item]] = {}

    def pytest_configure(self) -> None:
        from hypothesis import Phase, settings  # noqa: PLC0415 - once pytest is ready for it

        settings.register_profile("mutants", derandomize=True, database=None, phases=[Phase.generate])
        settings.load_profile("mutants")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        if session.testsfailed:
            return None  # it could not import them: pytest says why
        self.session = session
        paths = {mutant.path: str(ROOT / mutant.path) for mutant in self.mutants}
        self._run_unchanged(paths)
        gc.unfreeze()  # library_site.on_lambda has frozen what there was
        functions = [each for each in gc.get_objects() if type(each) is FunctionType]  # a lazy object would be made
        self.functions = [each for each in functions if each.__code__.co_filename in paths.values()]
        gc.freeze()
        for mutant in self.mutants:
            self.tell(mutant, self._try(mutant))
        return True

    def _run_unchanged(self, paths: dict[str, str]) -> None:
        watch = coverage.Coverage(data_file=None, config_file=False, include=[*paths.values()])
        watch.start()
        for number, item in enumerate(self.session.items):
            watch.switch_context(str(number))
            start = process_time()
            if not self._passes(item):
                pytest.exit(f"{item.nodeid} fails, though nothing is changed.", 1)
            self.seconds[item] = process_time() - start
        watch.stop()
        for path, file in paths.items():
            for line, numbers in watch.get_data().contexts_by_lineno(file).items():
                self.touching[path, line] = [self.session.items[int(number)] for number in numbers if number]

    def _passes(self, item: pytest.Item) -> bool:
        """As if the session were what comes next: all that is set up for it stays, the database above all."""
        reports = runtestprotocol(item, log=False, nextitem=self.session)  # type: ignore[arg-type]
        return not any(report.failed for report in reports)

    def _tests_of(self, mutant: Mutant) -> list[pytest.Item]:
        """The tests that touch its line: near ones first, of each file the quickest first."""
        touching = self.touching.get((mutant.path, mutant.line)) or self.touching.get((mutant.path, mutant.statement))
        ranks: Counter[object] = Counter()
        places: dict[pytest.Item, tuple[bool, int]] = {}
        for item in sorted(touching or [], key=self.seconds.__getitem__):
            places[item] = (not item.nodeid.startswith(self.near[mutant.path]), ranks[item.path])
            ranks[item.path] += 1
        last = [item for item in places if item.nodeid.startswith(self.last)]
        others = [item for item in sorted(places, key=places.__getitem__) if item not in last]
        spent = accumulate(self.seconds[item] for item in others)
        return [item for item, seconds in zip(others, spent, strict=True) if seconds < MOST_SECONDS] + last

    def _try(self, mutant: Mutant) -> int:
        tests = self._tests_of(mutant)
        if mutant.at_import or not tests:
            return AT_IMPORT
        connections.close_all()
        if (child := os.fork()) == 0:
            self._end_with_verdict(mutant, tests)
        status = os.waitpid(child, 0)[1]
        if not os.WIFSIGNALED(status):
            return os.waitstatus_to_exitcode(status)
        for item in filter(_commits, self.session.items):  # it took too long, and what it has committed is still there
            self._passes(item)
            break
        return KILLED

    def _end_with_verdict(self, mutant: Mutant, tests: list[pytest.Item]) -> None:
        verdict = KILLED  # by whatever may get through
        try:
            signal.alarm(30 + 10 * round(sum(self.seconds[item] for item in tests)))
            if not _given(self.functions, code_of(mutant.path, mutant.index)):
                verdict = AT_IMPORT
            elif all(self._passes(item) for item in tests):
                verdict = SURVIVED
        finally:
            os._exit(verdict)


def _commits(item: pytest.Item) -> bool:
    """Whether a test empties the tables at its end."""
    marker = item.get_closest_marker("django_db")
    return marker is not None and bool(marker.kwargs.get("transaction"))


def _given(functions: list[FunctionType], module: CodeType) -> bool:
    """Whether the functions of a module, however they are wrapped, could be given the code that it has now."""
    codes = {(code.co_qualname, code.co_firstlineno): code for code in codes_in(module)}
    mutable = [each for each in functions if each.__code__.co_filename == module.co_filename]
    try:
        for function in mutable:
            function.__code__ = codes[function.__code__.co_qualname, function.__code__.co_firstlineno]
    except ValueError:  # it uses another number of names from around it
        return False
    return bool(mutable)


def codes_in(code: CodeType) -> Iterator[CodeType]:
    """A module, class or function, and all in it."""
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from codes_in(each)


def try_in_new_process(mutant: Mutant, tests: tuple[str, ...]) -> int:
    """The same for a module that is a mutant from its import on."""
    index = [] if mutant.index is None else [str(mutant.index)]
    command = [sys.executable, "-m", "bench.mutants.trials", mutant.path, *index, "--", *tests]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=MOST_PROCESS_SECONDS)
    except subprocess.TimeoutExpired:
        return KILLED
    return SURVIVED if done.returncode == 0 else KILLED


class Planted(SourceFileLoader):
    """Finds and loads one module, as its `index`th mutant (or unchanged)."""

    def __init__(self, path: str, *index: str) -> None:
        super().__init__(path.removesuffix(".py").replace("/", "."), str(ROOT / path))
        self.code = code_of(path, *map(int, index))

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        return spec_from_file_location(name, self.path, loader=self) if name == self.name else None

    def get_code(self, fullname: str) -> CodeType:
        return self.code


if __name__ == "__main__":
    separator = sys.argv.index("--")
    sys.meta_path.insert(0, Planted(*sys.argv[1:separator]))
    sys.exit(pytest.main([*OPTIONS, "-x", *sys.argv[separator + 1 :]]))
