"""What the operator has answered, and what has been made: kept, so that a setup that was broken off goes on."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Say = Callable[[str], None]
Ask = Callable[[str], str]


class SetupFailed(Exception):
    """A sentence that says what to do before the same command is given again."""


class Answers(dict[str, str]):
    """By name; each is in the file, which its owner alone may read, as soon as it is known."""

    def __init__(self, file: Path) -> None:
        super().__init__(json.loads(file.read_text()) if file.exists() else {})
        self.file = file

    def __setitem__(self, name: str, value: str) -> None:
        super().__setitem__(name, value)
        self._save()

    def __delitem__(self, name: str) -> None:
        super().__delitem__(name)
        self._save()

    def _save(self) -> None:
        """Whole, or as it was: a secret that AWS has already must not be lost."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self.file.with_suffix(".unfinished")
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(self, file, indent=2)
        unfinished.replace(self.file)


@dataclass(frozen=True)
class Question:
    """What to ask, what is wrong with an answer (a sentence), if anything is, and what an empty answer means."""

    name: str
    text: str
    mistake: Callable[[str], str | None]
    default: str = ""
    only_with: str | None = None
    """A question whose answer must not be empty for this one to be asked; `unless`: must be empty."""
    unless: str | None = None

    def is_asked(self, answers: Answers) -> bool:
        return not (self.only_with and not answers[self.only_with]) and not (self.unless and answers[self.unless])


def complete(answers: Answers, questions: tuple[Question, ...], ask: Ask, say: Say) -> None:
    """Ask what has no answer yet, each question until its answer is right."""
    for question in questions:
        while question.name not in answers and question.is_asked(answers):
            default = f" [{question.default}]" if question.default else ""
            answer = ask(f"{question.text}{default}: ").strip() or question.default
            if mistake := question.mistake(answer):
                say(f"  {mistake}")
            else:
                answers[question.name] = answer
