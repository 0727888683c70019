"""Which of Lambda's runtimes and processors a zip is for: that of the Python that built it, and that of its wheels."""

import re
import sys
import zipfile
from pathlib import Path

# By the versions of Python that Lambda has, the glibc of what they run on: Amazon Linux 2, and 2023.
GLIBC = {(3, 11): (2, 26), (3, 12): (2, 34), (3, 13): (2, 34), (3, 14): (2, 34)}

# Lambda's names of processors, and those that Linux and wheels have for them.
MACHINES = {"x86_64": "x86_64", "arm64": "aarch64"}

PYTHON = sys.version_info[:2]
RUNTIME = f"python{PYTHON[0]}.{PYTHON[1]}"


def runtime_of(package: Path) -> str | None:
    """The runtime that the zip is for, as the names of its bytecode say."""
    with zipfile.ZipFile(package) as file:
        bytecode = re.search(r"\.cpython-3(\d+)\.pyc$", "\n".join(file.namelist()), re.MULTILINE)
    return f"python3.{bytecode[1]}" if bytecode else None


def architecture_of(package: Path) -> str | None:
    """The processor that the zip is for, as the names of its compiled modules say."""
    with zipfile.ZipFile(package) as file:
        compiled = re.search(r"-(\w+)-linux-\w+\.so$", "\n".join(file.namelist()), re.MULTILINE)
    return next((name for name, machine in MACHINES.items() if compiled and compiled[1] == machine), None)


def disagreement(package: Path, runtime: str, architecture: str = "x86_64") -> str | None:
    """What to do where the stages are of another runtime, or for another processor, than the zip."""
    mine, processor = runtime_of(package), architecture_of(package)
    if mine != runtime:
        return (
            f'{package.name} is for {mine}, and zappa_settings.json says {runtime}: set "runtime" in its base to '
            f"{mine}, or build it by the other (make clean, make package PYTHON={runtime})."
        )
    if processor and processor != architecture:
        return (
            f"{package.name} is for {processor}, and zappa_settings.json says {architecture}: set "
            f'"architecture" in its base to {processor}, or build it for the other (make package).'
        )
    return None
