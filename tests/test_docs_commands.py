"""Commands that pages show are run, page by page, as a reader types them: in a fresh copy, with the demonstration.

A command fails by its exit status; one that is to fail has the comment `# refused` behind it. Fences titled `needs an
AWS account` or `on your server` are not run. What else is not run has to be there (NOT_RUN in docs_commands.py):

| not run                                    | for                                   |
|--------------------------------------------|---------------------------------------|
| make run, serve                            | it goes on until it is ended          |
| make test, soak, test-deploy, lint, tour   | CI runs it, or a test of its own does |
| pytest, python -m road test                | this suite is that                    |
| make bench…, package                       | it takes minutes                      |
| pipx                                       | it is about the network               |
| manage.py migrate                          | that has been done with the copy      |
"""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest

from handbook.fences import pages
from tests.checkout import check_out
from tests.docs_commands import Script, lacking, script_of
from tests.guard import ROOT

SCRIPTS = {str(page.relative_to(ROOT)): script_of(page.read_text()) for page in pages(ROOT)}

PREPARE = """
import django
django.setup()
from django.core.management import call_command
for command in ("migrate", "load_demo", "create_demo_staff"):
    call_command(command, verbosity=0)
"""

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("commands of pages")]


@pytest.fixture(scope="module")
def prepared(give_migrated: Callable[[Path], None], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout in which the demonstration library is."""
    copy = tmp_path_factory.mktemp("fresh") / "library"
    check_out(copy)
    (copy / ".venv").symlink_to(sys.prefix)
    os.utime(copy / "requirements.txt", (0, 0))  # as for make, what is installed is what it names
    (copy / ".env").write_text("DEBUG=True\nSECRET_KEY=of-a-copy-that-is-thrown-away\nDEMO_STAFF_PASSWORD=bo-ba-bu\n")
    (copy.parent / ".curlrc").write_text("fail-with-body\nno-progress-meter\n")
    give_migrated(copy / "library.sqlite3")
    subprocess.run([".venv/bin/python", "-c", PREPARE], cwd=copy, env=environment(copy), check=True)
    return copy


def environment(copy: Path) -> dict[str, str]:
    """A shell's in which .venv is active, and nothing of this suite's."""
    home = str(copy.parent)
    return {"PATH": f"{copy}/.venv/bin:{os.environ['PATH']}", "HOME": home, "CURL_HOME": home} | {
        "DJANGO_SETTINGS_MODULE": "library_site.settings"
    }


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name == "README.md" else pytest.mark.soak)  # whose pages take a minute together
        for name, script in SCRIPTS.items()
        if script.lines
    ],
)
def test_the_commands_of_a_page_can_be_typed(prepared: Path, tmp_path: Path, name: str) -> None:
    copy = tmp_path / "library"
    shutil.copytree(prepared, copy, symlinks=True)
    shutil.copy2(prepared.parent / ".curlrc", tmp_path)
    with server(copy, SCRIPTS[name]) as port:
        done = subprocess.run(
            ["bash", "-exo", "pipefail", "-c", SCRIPTS[name].text(port)],
            stdin=subprocess.DEVNULL,  # were it the script, a command that reads would take the ones after it
            cwd=copy,
            env=environment(copy),
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, f"{name}\n{done.stdout[-2000:]}\n{done.stderr[-3000:]}"


@contextmanager
def server(copy: Path, script: Script) -> Iterator[int]:
    """`make run`, as far as the commands ask it something; and its port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    if not script.asks_a_server:
        yield port
        return
    command = [".venv/bin/python", "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
    with subprocess.Popen(
        command, cwd=copy, env=environment(copy), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            wait_for(port, process)
            yield port
        finally:
            process.terminate()


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = monotonic() + 60
    while process.poll() is None and monotonic() < end:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        sleep(0.1)
    pytest.fail("The server does not answer.")


def test_what_is_not_run_is_there() -> None:
    not_run = {(page, command) for page, script in SCRIPTS.items() for command in script.not_run}
    assert not_run
    assert [(page, command, gone) for page, command in not_run if (gone := lacking(command, ROOT))] == []


def test_a_command_that_is_gone_and_one_that_should_be_refused_are_noticed() -> None:
    page = "```sh\nmake run gone\npython x.py \\\n  y  # refused: it is not there\n```\n"
    script = script_of(page)
    assert lacking(script.not_run[0], ROOT) == ["gone"]
    assert script.lines == ['if python x.py \\\n  y \nthen echo "It was not refused." >&2; exit 1; fi']
