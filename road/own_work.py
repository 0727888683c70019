"""What a reader has done in the folders of the steps. The next step begins without it, and is shown without it."""

import subprocess
import tarfile
from io import BytesIO
from pathlib import Path
from shutil import which

from .steps import Step, all_steps


def committed_steps(road: Path, folder: Path) -> list[Step]:
    """The steps as they are committed, laid into a folder; as they are, where no git knows them."""
    git = which("git")
    done = git and subprocess.run([git, "-C", road, "archive", "HEAD"], capture_output=True, check=False)
    if not done or done.returncode:
        return all_steps(road)
    with tarfile.open(fileobj=BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return all_steps(folder)


def own_work(step: Step, committed: Step) -> list[str]:
    """The files that are others than the committed ones, or are there only once."""
    names = sorted({*step.files, *committed.files})
    return [name for name in names if step.files.get(name) != committed.files.get(name)]
