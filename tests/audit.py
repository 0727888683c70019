"""Known vulnerabilities of what both requirements files pin: `python -m tests.audit`.

pip-audit exits with 0 where nobody could be asked: of a package that a registry does not know, and of all of them where
a mirror has no advisories. So first an old Django is asked about, against which whoever has advisories has some; and
whatever was left out fails the audit. It needs the network, so it is no part of .ci/run.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FILES = ("requirements.txt", "requirements-lambda.txt")
VULNERABLE = "django==1.8"

NOT_ASKED = (
    "Nothing was audited: {why} Try again where https://pypi.org/pypi/django/1.8/json answers, or ask another service: "
    'make audit ARGS="--service osv".'
)
FOUND = (
    '{found}\nTake a version that is mended (make lock ARGS="--upgrade-package NAME"), or say in the pull request '
    'why it does not matter here: make audit ARGS="--ignore-vuln ID".'
)

Dependencies = list[dict[str, Any]]
Ask = Callable[..., Dependencies]


class NotAsked(Exception):
    """pip-audit has no answer; why, in its last words."""


def ask(*arguments: str) -> Dependencies:
    """What pip-audit answers of each package. Raises NotAsked."""
    command = [sys.executable, "-m", "pip_audit", "--progress-spinner", "off", "--disable-pip", "--format", "json"]
    ran = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False, cwd=ROOT)
    try:
        answer: Dependencies = json.loads(ran.stdout)["dependencies"]
    except (KeyError, ValueError):
        raise NotAsked((ran.stderr.strip().splitlines() or ["it says nothing."])[-1]) from None
    return answer


def audit(more: Sequence[str] = (), ask: Ask = ask) -> str:
    """What is wrong, in words; empty: nothing is known of anything, and whoever was asked would know."""
    try:
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write(VULNERABLE)
            file.flush()
            known = ask("--no-deps", "--requirement", file.name, *more)
        if not any(each.get("vulns") for each in known):
            return NOT_ASKED.format(why=f"whoever was asked knows of nothing against {VULNERABLE}.")
        answers = ask("--require-hashes", *(part for name in FILES for part in ("--requirement", name)), *more)
    except NotAsked as error:
        return NOT_ASKED.format(why=error)
    if skipped := sorted({each["name"] for each in answers if "skip_reason" in each}):
        return NOT_ASKED.format(why=f"nobody could say anything of {', '.join(skipped)}.")
    found = {f"{each['name']} {each['version']}: {vuln['id']}" for each in answers for vuln in each["vulns"]}
    return FOUND.format(found="\n".join(sorted(found))) if found else ""


if __name__ == "__main__":
    if fault := audit(sys.argv[1:]):
        sys.exit(fault)
    sys.stdout.write("Nothing is known against what both requirements files pin.\n")
