"""A file is there as a whole, or not at all."""

import os
import stat
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError
from django.db import OperationalError

from library_site.exporting.command import ExportCommand


class Numbers(ExportCommand):
    """Writes three numbers, and fails behind the second, if it is to."""

    things = "numbers"

    def __init__(self, error: BaseException | None = None) -> None:
        self.said, self.error = StringIO(), error
        super().__init__(stderr=self.said)

    def pieces(self, options: dict[str, Any]) -> Iterator[bytes]:
        for number in self.with_progress(range(3), 3):
            if number == 2 and self.error:
                raise self.error
            yield b"%d\n" % number


@pytest.mark.parametrize(
    ("error", "status", "why"),
    [
        (KeyboardInterrupt(), 130, "Interrupted: nothing is exported."),
        (OperationalError("gone"), 1, "The database does not answer: nothing is exported."),
        (OSError(28, "No space left on device"), 1, "numbers cannot be written: No space left on device."),
    ],
)
def test_what_was_there_stays_until_all_is_written(tmp_path: Path, error: BaseException, status: int, why: str) -> None:
    path = tmp_path / "numbers"
    path.write_text("of before")
    path.chmod(0o600)

    with pytest.raises(CommandError) as refused:
        Numbers(error).handle(file=path)

    assert refused.value.returncode == status
    assert str(refused.value).endswith(why)
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("numbers", "of before")]

    command = Numbers()
    command.handle(file=path)

    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("numbers", "0\n1\n2\n")]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert command.said.getvalue() == f"3 numbers are in {path}.\n"


@pytest.mark.parametrize("given", [None, Path("-")])
def test_standard_output_has_the_file_alone(given: Path | None, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    Numbers().handle(file=given)

    assert capfdbinary.readouterr().out == b"0\n1\n2\n"


def test_a_pipe_and_a_link_stay_what_they_are(tmp_path: Path) -> None:
    pipe, link, file = tmp_path / "pipe", tmp_path / "link", tmp_path / "file"
    os.mkfifo(pipe)
    link.symlink_to(file)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    for path in (pipe, link):
        Numbers().handle(file=path)

    assert os.read(reading, 100) == b"0\n1\n2\n" == file.read_bytes()
    assert (pipe.is_fifo(), link.is_symlink()) == (True, True)
    os.close(reading)
    with pytest.raises(CommandError, match="cannot be written"):
        Numbers().handle(file=tmp_path / "nowhere" / "file")
