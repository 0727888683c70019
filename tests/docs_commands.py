"""The commands that a page shows, as a script that a reader could type; and what of them is not run, but there."""

import re
from pathlib import Path
from typing import NamedTuple

from handbook.fences import fences

ELSEWHERE = {"needs an AWS account", "on your server"}
"""Titles of fences whose commands this machine cannot run."""

NOT_RUN = (
    r"make (run|serve)\b",
    r"make (test|soak|test-deploy|lint|tour)\b",
    r".*\bpytest\b|.*-m road test\b",
    r"make (bench[\w-]*|package)\b",
    r"pipx ",
    r".*manage\.py migrate\b(?! .*run-syncdb)",
)
"""What is not run; test_docs_commands.py says why. Targets have to be in the Makefile, files where they are named."""

REFUSED = re.compile(r"\s# refused\b.*$", re.MULTILINE)
"""A comment behind a command that has to fail."""


class Script(NamedTuple):
    """What is run of a page, in one shell; and what is not, but has to be there."""

    lines: list[str]
    not_run: list[str]

    @property
    def asks_a_server(self) -> bool:
        return any("127.0.0.1:8000" in line for line in self.lines)

    def text(self, port: int) -> str:
        return "\n".join(self.lines).replace("127.0.0.1:8000", f"127.0.0.1:{port}") + "\n"


def script_of(page: str) -> Script:
    """The commands of a page."""
    script = Script([], [])
    for fence in fences(page):
        if fence.language == "sh" and fence.title not in ELSEWHERE:
            for command in re.split(r"(?<!\\)\n", fence.text):
                bare = re.sub(r"\s+#\s.*$", "", command).strip()
                if any(re.match(pattern, bare) for pattern in NOT_RUN):
                    script.not_run.append(bare)
                else:
                    script.lines.append(_that_fails(command) if REFUSED.search(command) else command)
    return script


def _that_fails(command: str) -> str:
    said = REFUSED.sub("", command)
    return f'if {said}\nthen echo "It was not refused." >&2; exit 1; fi'


def lacking(command: str, root: Path) -> list[str]:
    """Of a command that is not run, the targets and files that are not there."""
    words = command.split()
    targets = set(re.findall(r"^([\w-]+):", (root / "Makefile").read_text(), re.MULTILINE))
    asked = [word for word in words[1:] if re.fullmatch(r"[a-z][a-z-]*", word)] if words[0] == "make" else []
    files = [word for word in words if re.fullmatch(r"[\w./-]+\.(py|md|toml)|\.ci/\w+", word)]
    return [word for word in asked if word not in targets] + [file for file in files if not (root / file).exists()]
