"""The rows of a file on their way into the library, by commands, many at once. Adapter: it translates."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from django.db import OperationalError, reset_queries

from library_site.cqrs import Command, Context
from library_site.cqrs.answers import is_locked

from .fates import Became, Fate, SomethingElse, Unusable

ATTEMPTS = 8
"""How often commands wait for what others hold, as long as the shell does: another import may be as long at work."""

Way = Callable[[Sequence[Any], Context], list[Any]]
"""dispatch_all(), or rehearse_all(), of which nothing stays."""


class Numbered(Protocol):
    """A row, or a record; `line` is its number in the file."""

    @property
    def line(self) -> int: ...


class Says(Protocol):
    """What a row says, once it was read; `remarks` tell what was left out, and what is not certain."""

    @property
    def in_short(self) -> str: ...
    @property
    def remarks(self) -> tuple[str, ...]: ...


class Source(Protocol):
    """A file that was recognised; going through it, again and again, gives all that is in it.

    `unit` is what is numbered. `position`: how many of the `size` bytes are read.
    """

    unit: ClassVar[str]

    @property
    def size(self) -> int: ...
    @property
    def position(self) -> int: ...
    @property
    def remarks(self) -> tuple[str, ...]: ...
    def __iter__(self) -> Iterator[Numbered]: ...


S_co = TypeVar("S_co", bound=Says, covariant=True)
S = TypeVar("S", bound=Says)


class Reader(Protocol[S_co]):
    """What reads rows, once it has looked at all of them."""

    def look_at(self, row: Any) -> None: ...
    def decide(self) -> None:
        """Raises NotATable for what no row tells: the message names the option that does."""

    def read(self, row: Any) -> S_co:
        """Raises SomethingElse, and Unusable."""


@dataclass
class Imported(Generic[S]):
    """A row, and what became of it so far; `says` is what it says, if that is of any use.

    `called` is what it calls itself, whatever else it says.
    """

    line: int
    called: str = ""
    says: S | None = None
    became: str = ""
    remarks: list[str] = field(default_factory=list)
    also: list[str] = field(default_factory=list)

    def is_now(self, became: str, *remarks: str) -> None:
        self.became = became
        self.remarks += remarks

    @property
    def taken_for(self) -> str:
        return self.says.in_short if self.says else self.called

    @property
    def fate(self) -> Fate:
        """What a row says amiss does not matter where the library has it already."""
        said = self.says.remarks if self.says and self.became != Became.THERE else ()
        return Fate(
            line=self.line,
            became=self.became or Became.REJECTED,
            taken_for=self.taken_for,
            remarks=(*self.remarks, *said),
            also=tuple(self.also),
        )


R = TypeVar("R", bound=Imported[Any])
A = TypeVar("A")


def patiently(carry_out: Callable[[], A], attempts: int = ATTEMPTS) -> A:
    """Nobody sits at a counter here: who holds what it waits for is waited for again."""
    while True:
        attempts -= 1
        try:
            return carry_out()
        except OperationalError as error:
            if not attempts or not is_locked(error):
                raise


class Import(Generic[S]):
    """The import of a file. What is there already is known again: the file may be imported again."""

    other: ClassVar[str]
    """What a row of something else is: not a book."""

    batch: ClassVar[int] = 100
    """Rows whose commands are carried out in one transaction: what a desk may have to wait for."""

    attempts = ATTEMPTS

    def __init__(self, reader: Reader[S], way: Way, context: Callable[[], Context], unit: str = "line") -> None:
        """`unit` is what the file numbers, as its `Source` says."""
        self.reader, self.way, self.context, self.unit = reader, way, context, unit

    def fates(self, rows: Iterable[Numbered]) -> Iterator[list[Fate]]:
        """What became of the rows, a batch at a time."""
        rest = iter(rows)
        while some := [*islice(rest, self.batch)]:
            yield self.done(some)
            reset_queries()  # which Django keeps where DEBUG is set

    def done(self, rows: Sequence[Any]) -> list[Fate]:
        """Import these rows."""
        raise NotImplementedError

    def read(self, row: Numbered, imported: R) -> R:
        """With what the row says, or what it became, where that is of no use."""
        try:
            imported.says = self.reader.read(row)
        except SomethingElse as other:
            imported.is_now(self.other, str(other))
        except Unusable as reason:
            imported.is_now(Became.REJECTED, str(reason))
        return imported

    def carried_out(self, commands: Sequence[Command[Any]]) -> list[Any]:
        """Of each its answer, or why it was refused."""
        return patiently(lambda: self.way(commands, self.context()), self.attempts) if commands else []
