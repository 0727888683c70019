"""Builds the one zip for Lambda, build/library.zip: `python -m deploy.package`.

It holds what a function runs: our code by an allow-list, the locked third-party packages, the collected static files,
and bytecode that is valid on Lambda. The same sources, wherever they lie, give the same bytes (from the same Python and
zlib): the zip's hash says what is deployed.

It is for the processor that `base` in zappa_settings.json names ("architecture": "arm64"; without it, x86_64), whatever
this machine's is.
"""

import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
import zlib
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from platform import machine

from .lambda_runtime import GLIBC, MACHINES, PYTHON, RUNTIME, disagreement

ROOT = Path(__file__).resolve().parent.parent
BASE = json.loads((ROOT / "zappa_settings.json").read_text())["base"]
ARCHITECTURE = BASE.get("architecture", "x86_64")
STAGING = ROOT / "build" / "lambda"
RUNS_HERE = STAGING if MACHINES[ARCHITECTURE] == machine() else ROOT / "build" / "lambda-here"
"""Third-party packages that this machine can import."""
PACKAGE = ROOT / "build" / "library.zip"
UNFINISHED = PACKAGE.with_suffix(".unfinished")

# Where the zip is unpacked.
LAMBDA_TASK_ROOT = "/var/task"

# Our code: a file of these folders is packaged, or left out on purpose, or stops the build.
FOLDERS = ("catalog", "circulation", "library_site", "templates")
SUFFIXES = {".css", ".html", ".js", ".json", ".mo", ".py", ".svg"}
LEFT_OUT = {"__pycache__", "tests", "django.po", "serving"}  # serving is for a server

# Static files that no page asks for. (The source maps that style sheets name have to be there.)
NOT_COLLECTED = ("redoc", "*.js.map")

# What third parties install and no function reads.
PRUNED = (
    "bin",  # console scripts, which name the Python that installed them
    "*.dist-info/RECORD",  # not true any more after this
    "**/tests",
    "django/contrib/gis",
    "docs",  # of python-barcode
    "pygal/test",
    "stdnum/[a-z][a-z]",  # numbers of single countries
    "stdnum/oui.dat",  # the makers of network cards
    "stdnum/imsi.dat",  # networks of phones
    "cffi",  # by which _argon2_cffi_bindings was compiled: it needs _cffi_backend alone
    "pycparser",  # likewise
    "barcode/fonts",  # of pictures that are no SVG, as all of ours are
    "aws_lambda_powertools/event_handler",  # of powertools we use the log, and
    "aws_lambda_powertools/utilities/[!_j]*",  # that uses its jmespath_utils
    # Collected in build/static, and served from there:
    "django/contrib/admin/static",
    "django_htmx/static",
    "drf_spectacular_sidecar/static",
    "rest_framework/static",
)
LANGUAGES = {"de", "en"}  # whose translations stay, every other's being pruned too; named as their folders are (pt_BR)

# What else decides what is in it.
RECIPE = ("requirements-lambda.txt", "deploy/package.py", "deploy/lambda_runtime.py")

MAX_ZIPPED, MAX_UNZIPPED = 20, 60  # MiB
UNIX = 3  # the system, in a zip, whose permissions an entry has


def main() -> None:
    if sentence := _wrong_runtime():
        sys.exit(sentence)
    if "--if-needed" in sys.argv[1:] and made_of() == sources():
        return
    of = sources()
    steps = {
        "Installing third-party packages": install,
        "Copying our code": copy,
        "Collecting static files": collect_static,
        "Removing what no function reads": prune,
        "Compiling": compile_all,
        "Zipping": pack,
    }
    shutil.rmtree(STAGING, ignore_errors=True)
    STAGING.mkdir(parents=True)
    try:
        for name, step in steps.items():
            sys.stderr.write(f"{name} ...\n")
            step()
    except subprocess.CalledProcessError as error:
        sys.exit(f"Status {error.returncode} of: {' '.join(error.cmd)}")
    sys.stdout.write(f"{publish(of)}\n")
    if sentence := disagreement(PACKAGE, BASE.get("runtime", RUNTIME), ARCHITECTURE):
        sys.stderr.write(f"Before it is deployed: {sentence}\n")


def _wrong_runtime() -> str | None:
    if PYTHON not in GLIBC:
        return f"Lambda has no {RUNTIME}, which would make the bytecode."
    if (PYTHON, ARCHITECTURE) == ((3, 11), "arm64"):
        return "psycopg has no wheel for arm64 that runs on Amazon Linux 2, and so on python3.11: take a later one."
    return None


def sources() -> str:
    """What a zip of today would be made of, in a word: it is the zip's comment."""
    digest = hashlib.sha256(f"{sys.version} {ARCHITECTURE} {zlib.ZLIB_RUNTIME_VERSION}".encode())
    for file in (*our_files(), *map(Path, RECIPE)):
        digest.update(f"{file} {hashlib.sha256((ROOT / file).read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def made_of() -> str | None:
    """The sources of the zip that there is."""
    try:
        with zipfile.ZipFile(PACKAGE) as package:
            return package.comment.decode()
    except (OSError, zipfile.BadZipFile, UnicodeDecodeError):
        return None


def install() -> None:
    _install(STAGING, MACHINES[ARCHITECTURE])
    if RUNS_HERE != STAGING:
        shutil.rmtree(RUNS_HERE, ignore_errors=True)
        _install(RUNS_HERE, machine())


def _install(folder: Path, processor: str) -> None:
    source = f"--requirement={ROOT / 'requirements-lambda.txt'}"
    command = ["-m", "pip", "install", *options(PYTHON, processor), source, f"--target={folder}"]
    run(*command, environment=dict(os.environ))


def options(python: tuple[int, int], processor: str) -> list[str]:
    """Pip's, for wheels that run where Lambda runs this Python: of its glibc, and of any since 2.17 (manylinux2014)."""
    major, newest = GLIBC[python]
    newer = [f"manylinux_{major}_{minor}_{processor}" for minor in range(newest, 17, -1)]
    return [
        *("--quiet", "--no-compile", "--disable-pip-version-check", "--require-hashes", "--only-binary=:all:"),
        *("--implementation=cp", f"--python-version={python[0]}.{python[1]}"),
        *(f"--platform={each}" for each in (*newer, f"manylinux2014_{processor}")),
    ]


def copy() -> None:
    files = list(our_files())
    if strangers := [str(file) for file in files if file.suffix not in SUFFIXES]:
        sys.exit(f"Neither to package (SUFFIXES) nor to leave out (LEFT_OUT): {', '.join(strangers)}")
    for file in files:
        (STAGING / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / file, STAGING / file)


def our_files() -> Iterator[Path]:
    """The files of FOLDERS that are not LEFT_OUT, relative to ROOT."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            file = path.relative_to(ROOT)
            if path.is_file() and LEFT_OUT.isdisjoint(file.parts):
                yield file


def collect_static() -> None:
    """By what has been staged, and by nothing else that this machine may have."""
    environment = {
        "DJANGO_SETTINGS_MODULE": "library_site.settings",
        "SECRET_KEY": "collectstatic-only",
        "DATABASE_URL": "sqlite://:memory:",
    }
    if RUNS_HERE != STAGING:
        environment["PYTHONPATH"] = str(STAGING)  # our code; what it imports is found where it runs, first
    ignored = [f"--ignore={pattern}" for pattern in NOT_COLLECTED]
    command = ["-S", "-m", "django", "collectstatic", "--no-input", "--verbosity=0", *ignored]
    run(*command, environment=environment, folder=RUNS_HERE)


def prune() -> None:
    unread = [path for pattern in PRUNED for path in STAGING.glob(pattern)]
    unread += [path for path in STAGING.glob("**/locale/*/LC_MESSAGES") if path.parent.name not in LANGUAGES]
    for path in unread:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)  # gone with its folder


def compile_all() -> None:
    """By hash, unchecked: the zip dates every file 1980, so Python would take bytecode that goes by dates for stale.

    All of it in one process and in one order, because what a process compiled before can show in the bytes.
    """
    options = ["-q", "-f", "-o", "0", "--invalidation-mode=unchecked-hash", "-s", str(STAGING), "-p", LAMBDA_TASK_ROOT]
    run("-S", "-m", "compileall", *options, str(STAGING), environment={})


def run(*arguments: str, environment: dict[str, str], folder: Path = STAGING) -> None:
    """Runs this Python where the package is staged; what it imports leaves no bytecode behind."""
    command = [sys.executable, "-B", *arguments]
    subprocess.run(command, cwd=folder, env=environment, stdout=sys.stderr, check=True)


def pack() -> None:
    with zipfile.ZipFile(UNFINISHED, "w") as package:
        for path in sorted((path for path in STAGING.rglob("*") if path.is_file()), key=Path.as_posix):
            entry = zipfile.ZipInfo(path.relative_to(STAGING).as_posix())  # dated 1980
            entry.create_system = UNIX
            entry.external_attr = (stat.S_IFREG | (0o755 if ".so" in path.suffixes else 0o644)) << 16
            package.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, compresslevel=9)


def publish(of: str = "") -> str:
    """Puts the zip of these sources in its place, unless it is too large; says in a line what it is."""
    with zipfile.ZipFile(UNFINISHED, "a") as package:
        package.comment = of.encode()
        sizes = [entry.file_size for entry in package.infolist()]
    zipped, unzipped = UNFINISHED.stat().st_size / 2**20, sum(sizes) / 2**20
    size = f"{zipped:.1f} MiB, unzipped {unzipped:.1f} MiB"
    if zipped > MAX_ZIPPED or unzipped > MAX_UNZIPPED:
        sys.exit(f"Too large: {size} (at most {MAX_ZIPPED} and {MAX_UNZIPPED}). See {STAGING.relative_to(ROOT)}.")
    digest = b64encode(hashlib.sha256(UNFINISHED.read_bytes()).digest()).decode()
    UNFINISHED.replace(PACKAGE)
    return f"{PACKAGE.relative_to(ROOT)}: {RUNTIME} on {ARCHITECTURE}, {size}, {len(sizes)} files, CodeSha256 {digest}"


if __name__ == "__main__":
    main()
