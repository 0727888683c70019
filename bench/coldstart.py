"""How long a function takes from the start of its process to its first answer: `make bench-coldstart`.

The measure is a bare Django project (`django-admin startproject`, PostgreSQL, apig-wsgi) in the same package, with
bytecode made in the same way. Both answer one request that asks the database for one row; they take turns, and the
ratio is that of their medians. It needs build/library.zip, and PostgreSQL at TEST_DATABASE_URL.
"""

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple
from urllib.parse import urlsplit

import tqdm

from deploy.package import PACKAGE

ROUNDS = 10
MOST = 1.15
"""How many times as long as the bare project the library may take."""

BARE_URLS = """
from django.contrib import admin
from django.db import connection
from django.http import JsonResponse
from django.urls import path


def healthz(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


urlpatterns = [path("admin/", admin.site.urls), path("healthz", healthz)]
"""
BARE_SETTINGS = """
DEBUG = False
ALLOWED_HOSTS = ["localhost"]
DATABASES = {{"default": {{
    "ENGINE": "django.db.backends.postgresql", "HOST": {host!r}, "PORT": {port!r}, "USER": {user!r}, "NAME": {name!r},
}}}}
"""
BARE_HANDLER = """
import os
from apig_wsgi import make_lambda_handler
from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "bare.settings"
handler = make_lambda_handler(get_wsgi_application(), binary_support=True)
"""
FIRST_ANSWER = """
import sys
sys.path.insert(0, sys.argv[1])
from importlib import import_module

class Context:
    aws_request_id, function_name = "1", "bench"
    def get_remaining_time_in_millis(self):
        return 20_000

event = {
    "version": "2.0", "rawPath": "/healthz", "rawQueryString": "", "headers": {"host": "localhost"},
    "requestContext": {"http": {"method": "GET", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1"}},
}
answer = import_module(sys.argv[2]).handler(event, Context())
assert answer["statusCode"] == 200, answer
"""
WATCHED_FIRST_ANSWER = f"""
import json, sys
from importlib.machinery import PathFinder
from time import perf_counter

imports, running = [], [""]

class Finder(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        started = perf_counter()
        spec = super().find_spec(name, path, target)
        if spec and spec.loader:
            run = spec.loader.exec_module
            def watched(module):
                importer = running[-1]
                running.append(name)
                try:
                    run(module)
                finally:
                    running.pop()
                    imports.append((name, importer, round((perf_counter() - started) * 1_000_000)))
            spec.loader.exec_module = watched
        return spec

sys.meta_path[sys.meta_path.index(PathFinder)] = Finder
{FIRST_ANSWER}
print(json.dumps(imports))
"""
"""And what was imported on the way. (-X importtime does not see what import_module() imports.)"""

Handler = tuple[str, dict[str, str]]
"""The module of a handler, and the environment that is its own."""

BARE: Handler = ("bare.handler", {})
LIBRARY: dict[str, Handler] = {
    "production": ("library_site.on_lambda.entry", {"LIBRARY_OPERATIONS": "*"}),
    "queries": ("library_site.on_lambda.entry", {"LIBRARY_OPERATIONS": "queries"}),
    "borrow_book": ("library_site.on_lambda.entry", {"LIBRARY_OPERATIONS": "BorrowBook"}),
}


def unpack(folder: Path, database_url: str) -> None:
    """The package, and the bare project in it."""
    with zipfile.ZipFile(PACKAGE) as package:
        package.extractall(folder)
    _python(folder, "-m", "django", "startproject", "bare", ".")
    url = urlsplit(database_url)
    values = {"host": url.hostname, "port": url.port, "user": url.username, "name": url.path[1:]}
    with (folder / "bare" / "settings.py").open("a") as settings:
        settings.write(BARE_SETTINGS.format(**values))
    (folder / "bare" / "urls.py").write_text(BARE_URLS)
    (folder / "bare" / "handler.py").write_text(BARE_HANDLER)
    _python(folder, "-m", "compileall", "-q", "--invalidation-mode=unchecked-hash", "bare")


def measure(folder: Path, handlers: dict[str, Handler], rounds: int, database_url: str) -> dict[str, list[float]]:
    """Seconds to the first answer of each handler, in turns."""
    took: dict[str, list[float]] = {name: [] for name in handlers}
    for _ in tqdm.trange(rounds, desc="Rounds", disable=None):
        for name, handler in handlers.items():
            started = perf_counter()
            _first_answer(folder, handler, database_url)
            took[name].append(perf_counter() - started)
    return took


class Import(NamedTuple):
    """A module, which one imported it (none: the first request did), and how long that took, with what it imports."""

    module: str
    importer: str
    microseconds: int


def imports(folder: Path, handler: Handler, database_url: str) -> list[Import]:
    """What is imported from the start of the process to its first answer, which is a little later for being watched."""
    answered = _first_answer(folder, handler, database_url, WATCHED_FIRST_ANSWER)
    return [Import(*each) for each in json.loads(answered.stdout.splitlines()[-1])]


def made_of(folder: Path, handler: Handler, database_url: str) -> Counter[str]:
    """Microseconds spent in the modules of each package, the time to find them included."""
    spent: Counter[str] = Counter()
    for module, importer, took in imports(folder, handler, database_url):
        spent[_kind(module, folder)] += took
        if importer:
            spent[_kind(importer, folder)] -= took
    return spent


def _kind(module: str, folder: Path) -> str:
    package = module.partition(".")[0]
    if package in {"library_site", "catalog", "circulation", "bare"}:
        return "our own"
    known = (folder / package).exists() or (folder / f"{package}.py").exists()
    return package if known else "Python's own"


def _first_answer(
    folder: Path, handler: Handler, database_url: str, script: str = FIRST_ANSWER
) -> subprocess.CompletedProcess[str]:
    module, variables = handler
    environment = {
        "SECRET_KEY": "only-for-the-bench",
        "DATABASE_URL": database_url,
        "ALLOWED_HOSTS": "localhost",
        "AWS_LAMBDA_FUNCTION_NAME": "bench",
    }
    return _python(folder, "-c", script, str(folder), module, **environment, **variables)


def _python(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """This Python with nothing but its standard library and what it finds in the folder."""
    command = [sys.executable, "-S", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True)


def ratio(took: dict[str, list[float]], name: str) -> float:
    return median(took[name]) / median(took["bare Django"])


def main() -> None:
    database_url = os.environ.get("TEST_DATABASE_URL") or sys.exit("make bench-coldstart starts the database it needs.")
    handlers: dict[str, Handler] = {"bare Django": BARE} | LIBRARY
    with tempfile.TemporaryDirectory(prefix="library-bench-") as name:
        folder = Path(name)
        unpack(folder, database_url)
        took = measure(folder, handlers, ROUNDS, database_url)
        parts = {each: made_of(folder, handlers[each], database_url) for each in ("bare Django", "production")}
    _print_times(took)
    _print_parts(parts)
    if (worst := max(ratio(took, name) for name in LIBRARY)) > MOST:
        sys.exit(f"{worst:.2f} times a bare Django project is too slow: at most {MOST}.")


def _print_times(took: dict[str, list[float]]) -> None:
    print(f"\nProcess start to first answer, median of {ROUNDS}\n")
    for name, seconds in took.items():
        print(f"{name:16} {median(seconds) * 1000:6.0f} ms {ratio(took, name):6.2f}")


def _print_parts(parts: dict[str, Counter[str]]) -> None:
    print("\nWhat the imports are made of (ms, measured one by one, which slows them down)\n")
    print(f"{'':24}" + "".join(f"{name:>14}" for name in parts))
    for package, _ in sum(parts.values(), Counter()).most_common(14):
        print(f"{package:24}" + "".join(f"{spent[package] / 1000:14.0f}" for spent in parts.values()))


if __name__ == "__main__":
    main()
