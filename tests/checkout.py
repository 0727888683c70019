"""A fresh checkout, for what is to be tried there and not here."""

import shutil
import subprocess
from pathlib import Path

from tests.guard import ROOT


def check_out(to: Path) -> None:
    """Copy what git has of the repository, and what it would take; what is gone since is left out."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.check_output(listed, cwd=ROOT, text=True).split("\0"):
        if (file := ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, to / name)
