"""What the tour says: scenes, what is asked and answered, claims with what was measured, and in the end their sum."""

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from textwrap import fill
from typing import TextIO, TypeVar

WIDTH = 96

S = TypeVar("S")


class Report:
    """Prints as it goes, and remembers which claims were not true."""

    def __init__(self, out: TextIO = sys.stdout) -> None:
        self.out, self.claims, self.broken = out, 0, list[str]()
        self._colours = out.isatty() and "NO_COLOR" not in os.environ
        self._scenes = 0

    def scene(self, title: str, about: str) -> None:
        self._scenes += 1
        self._print(f"\n{self._in_colour(f'{self._scenes}. {title}', '1')}")
        self.say(about)
        self._print("")

    def play(self, scene: Callable[["Report", S], None], stage: S) -> None:
        """A scene that stops half-way is a claim that is false: the others are played all the same."""
        try:
            scene(self, stage)
        except Exception as error:  # noqa: BLE001 - whatever was answered that nobody expected
            self.claim("the scene is played to its end", False, f"{type(error).__name__}: {error}")

    def say(self, text: str) -> None:
        self._print(fill(text, WIDTH, initial_indent="   ", subsequent_indent="   "))

    def asked(self, who: str, request: str, answer: str) -> None:
        """One request and its answer, in a line."""
        self._print(f"   {who:8} {request:50} {answer}")

    def table(self, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        lines = [list(heads), *([str(each) for each in row] for row in rows)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        for line in lines:
            cells = (f"{each:{width}}" for each, width in zip(line, widths, strict=True))
            self._print(f"   {'  '.join(cells)}".rstrip())

    def claim(self, text: str, holds: bool, measured: str) -> None:
        """A line that says whether the claim is true, and by which figures."""
        self.claims += 1
        if not holds:
            self.broken.append(text)
        mark = self._in_colour("✓", "32") if holds else self._in_colour("✗", "31")
        self._print(f"   {mark} {fill(f'{text}: {measured}', WIDTH - 5, subsequent_indent='     ')}")

    def end(self) -> int:
        """The sum, and the exit status that says it."""
        true = self.claims - len(self.broken)
        self._print(f"\n{true} of {self.claims} claims are true.")
        for text in self.broken:
            self._print(f"   {self._in_colour('✗', '31')} {text}")
        return 1 if self.broken or not self.claims else 0

    def _in_colour(self, text: str, code: str) -> str:
        return f"\033[{code}m{text}\033[0m" if self._colours else text

    def _print(self, line: str) -> None:
        print(line.rstrip(), file=self.out, flush=True)
