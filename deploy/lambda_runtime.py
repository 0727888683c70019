"""Which of Lambda's runtimes a zip is for: that of the Python that built it, because its bytecode is.

Zappa loads this file by itself, as the callback that `base` in zappa_settings.json names: it imports nothing of ours.
"""

import re
import sys
import zipfile
from pathlib import Path
from typing import Any

# By the versions of Python that Lambda has, the glibc of what they run on: Amazon Linux 2, and 2023.
GLIBC = {(3, 11): (2, 26), (3, 12): (2, 34), (3, 13): (2, 34), (3, 14): (2, 34)}

PYTHON = sys.version_info[:2]
RUNTIME = f"python{PYTHON[0]}.{PYTHON[1]}"


def runtime_of(package: Path) -> str | None:
    """The runtime that the zip is for, as the names of its bytecode say."""
    with zipfile.ZipFile(package) as file:
        bytecode = re.search(r"\.cpython-3(\d+)\.pyc$", "\n".join(file.namelist()), re.MULTILINE)
    return f"python3.{bytecode[1]}" if bytecode else None


def disagreement(package: Path, runtime: str) -> str | None:
    """What to do where the stages are of another runtime than the zip."""
    if (mine := runtime_of(package)) == runtime:
        return None
    return (
        f'{package.name} is for {mine}, and zappa_settings.json says {runtime}: set "runtime" in its base to {mine}, '
        f"or build it by the other (make clean, make package PYTHON={runtime})."
    )


def refuse_another_runtime(zappa: Any) -> None:
    """Zappa calls this with itself once it has read a stage: a zip that would not start there is not deployed."""
    package = zappa.vargs.get("zip")
    if package and (sentence := disagreement(Path(package), zappa.runtime)):
        sys.exit(sentence)
