"""The zip: nothing missing, nothing stray, and all of it right for Lambda."""

import importlib.util
import json
import marshal
import os
import re
import shutil
import stat
import struct
import subprocess
import sys
import zipfile
from pathlib import Path, PurePosixPath

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy import package
from deploy.functions.releases import code_of
from deploy.lambda_runtime import GLIBC, MACHINES, PYTHON, RUNTIME, disagreement

from .aws import zappa_settings
from .shell import put_settings

STATIC = "build/static/"
OURS = {"build", "catalog", "circulation", "library_site", "templates"}
THIRD_PARTIES = """
    _argon2_cffi_bindings _cffi_backend _yaml apig_wsgi argon2 asgiref attr attrs aws_lambda_powertools barcode
    csp defusedxml django django_filters django_htmx django_permissions_policy drf_spectacular drf_spectacular_sidecar
    drf_standardized_errors environ importlib_metadata inflection jmespath jsonschema jsonschema_specifications knox
    lazy_importer msgspec packaging psycopg psycopg_binary pygal pymarc referencing rest_framework rpds sqlparse
    stdnum typing_extensions uritemplate uuid_utils whitenoise yaml zipp
"""
STRAYS = {
    *("deploy", "docs", "manage.py", "node_modules", "tests"),
    *("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"),
    *("boto3", "botocore", "granian", "holidays", "moto", "pip", "pytest", "tqdm", "zappa"),
}


@pytest.fixture(scope="module")
def entries(zip_path: Path) -> list[zipfile.ZipInfo]:
    with zipfile.ZipFile(zip_path) as file:
        return file.infolist()


@pytest.fixture(scope="module")
def contents(zip_path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(zip_path) as file:
        return {name: file.read(name) for name in file.namelist()}


# What is in it


def test_it_is_small(zip_path, entries):
    assert zip_path.stat().st_size <= 20 * 2**20
    assert sum(entry.file_size for entry in entries) <= 60 * 2**20


def test_at_the_top_are_our_folders_and_the_locked_packages_only(contents):
    top = {name.partition("/")[0] for name in contents}
    metadata = {name for name in top if name.endswith(".dist-info")}
    assert {name.partition(".")[0] for name in top - metadata} == {*OURS, *THIRD_PARTIES.split(), "__pycache__"}

    locked = re.findall(r"^([^\s#][^\\]*?) *\\$", (package.ROOT / "requirements-lambda.txt").read_text(), re.MULTILINE)
    wanted = [
        requirement
        for requirement in map(Requirement, locked)
        if not requirement.marker or requirement.marker.evaluate()
    ]
    installed = {name.removesuffix(".dist-info").partition("-")[::2] for name in metadata}
    assert {f"{canonicalize_name(name)}=={version}" for name, version in installed} == {
        f"{canonicalize_name(requirement.name)}{requirement.specifier}" for requirement in wanted
    }


def test_nothing_strays_in(contents):
    paths = [PurePosixPath(name) for name in contents]
    assert [path for path in paths if STRAYS.intersection(path.parts)] == []
    assert [path for path in paths if any(part.startswith(".") for part in path.parts)] == []
    assert [path for path in paths if re.search(r"\.(sqlite3|db|log|pem|key|csv|zip|toml)\b", path.name)] == []


def test_no_secret_of_this_checkout_is_in_it(contents):
    env = package.ROOT / ".env"
    lines = env.read_text().splitlines() if env.exists() else []
    secrets = [line.partition("=")[2].encode() for line in lines if line.startswith(("SECRET_KEY=", "DEMO_STAFF_"))]
    assert [name for name, content in contents.items() if any(secret in content for secret in secrets)] == []


def test_our_code_is_all_there(contents):
    ours = {str(file) for file in package.our_files()}
    assert "library_site/wsgi.py" in ours
    assert "templates/base.html" in ours
    assert ours - set(contents) == set()
    assert {name for name in contents if name.startswith("templates/")} <= ours


def test_every_package_keeps_its_metadata_and_licence(contents):
    packages = {name.partition("/")[0] for name in contents if ".dist-info/" in name}
    assert [name for name in packages if f"{name}/METADATA" not in contents] == []
    kept = {name.partition("/")[0] for name in contents if re.search(r"\.dist-info/.*(LICEN[CS]E|COPYING)", name)}
    assert packages - kept == set()


# How it is packed


def test_every_entry_is_a_file_that_lambda_can_read(entries):
    modes = {entry.filename: entry.external_attr >> 16 for entry in entries}
    assert all(stat.S_ISREG(mode) for mode in modes.values())
    assert {stat.S_IMODE(mode) for name, mode in modes.items() if ".so" in name} == {0o755}
    assert {stat.S_IMODE(mode) for name, mode in modes.items() if ".so" not in name} == {0o644}


def test_nothing_in_it_says_when_or_where_it_was_built(entries, contents):
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert [entry.filename for entry in entries] == sorted(contents)
    assert [name for name, content in contents.items() if str(package.ROOT).encode() in content] == []


@pytest.mark.long
def test_zappa_update_from_a_checkout_in_use_deploys_the_same_bytes(zip_path, contents, aws, tmp_path):
    """With strays, secrets and a development environment, without git, and without a zip yet."""
    for folder in (*package.FOLDERS, "deploy"):
        shutil.copytree(package.ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(package.ROOT / "requirements-lambda.txt", tmp_path)
    stages = {name: stage | {"runtime": RUNTIME} for name, stage in zappa_settings().items()}
    (tmp_path / "zappa_settings.json").write_text(json.dumps(stages))
    for stray in ("LICENSE", "CHANGELOG.md", ".pre-commit-config.yaml"):
        (tmp_path / stray).write_text("stray")
    (tmp_path / ".env").write_text("SECRET_KEY=stray-secret\nDEMO_STAFF_PASSWORD=stray-secret\n")
    (tmp_path / "library.sqlite3").write_text("stray data")
    (tmp_path / "catalog" / "__pycache__").mkdir()
    (tmp_path / "catalog" / "__pycache__" / "stray.cpython-311.pyc").write_text("stray bytecode")
    (tmp_path / "build" / "lambda").mkdir(parents=True)
    (tmp_path / "build" / "lambda" / "stray.py").write_text("stray = True\n")
    aws.deploy_topology("monolith")
    put_settings(aws)
    at_aws = {name: value for name, value in aws.environment.items() if name != "HTTPS_PROXY"}  # pip may need it
    development = {"DEBUG": "True", "SECRET_KEY": "stray-secret", "DATABASE_URL": "postgres://stray-secret@localhost/l"}

    updated = subprocess.run(
        [Path(sys.executable).with_name("zappa"), "update", "--json", "production"],
        cwd=tmp_path,
        env=os.environ | at_aws | development | {"PYTHONHASHSEED": "7"},
        umask=0o077,
        check=False,
        capture_output=True,
        text=True,
    )

    assert updated.returncode == 0, updated.stdout + updated.stderr
    with zipfile.ZipFile(tmp_path / "build" / "library.zip") as file:
        other = {name: file.read(name) for name in file.namelist()}
    assert [name for name in contents | other if contents.get(name) != other.get(name)] == []
    assert [name for name, content in other.items() if b"stray-secret" in content] == []
    assert (tmp_path / "build" / "library.zip").read_bytes() == zip_path.read_bytes()
    function = aws.client("lambda").get_function_configuration(FunctionName="library-production", Qualifier="live")
    assert function["CodeSha256"] == code_of(zip_path)
    assert "stray-secret" not in json.dumps(function)


@pytest.fixture
def built(monkeypatch, tmp_path):
    """The steps that a build takes, none of which takes time; there is a zip of Python 3.10 already."""
    steps: list[str] = []
    for name in ("install", "copy", "collect_static", "prune", "compile_all", "pack"):
        monkeypatch.setattr(package, name, lambda name=name: steps.append(name))
    monkeypatch.setattr(package, "publish", lambda of: of)
    monkeypatch.setattr(package, "STAGING", tmp_path / "staging")
    monkeypatch.setattr(package, "PACKAGE", tmp_path / "library.zip")
    with zipfile.ZipFile(package.PACKAGE, "w") as file:
        file.writestr("__pycache__/module.cpython-310.pyc", "")
        file.comment = package.sources().encode()
    return steps


def test_a_zip_of_todays_sources_is_not_built_again(built, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["package", "--if-needed"])

    package.main()
    assert built == []

    monkeypatch.setattr(package, "sources", lambda: "other sources")
    package.main()
    assert built[-1] == "pack"


def test_a_zip_for_another_runtime_than_the_stages_is_told_of(built, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["package"])

    package.main()

    assert "library.zip is for python3.10, and zappa_settings.json says python3." in capsys.readouterr().err


# Bytecode


def test_every_module_has_bytecode_that_python_takes_without_reading_the_source(contents):
    sources = [name for name in contents if name.endswith(".py")]
    compiled = {importlib.util.cache_from_source(name): name for name in sources}
    assert {name for name in contents if name.endswith(".pyc")} == set(compiled)
    for bytecode, source in compiled.items():
        magic, flags, source_hash = struct.unpack("<4sI8s", contents[bytecode][:16])
        assert magic == importlib.util.MAGIC_NUMBER, bytecode
        assert flags == 0b01, f"{bytecode}: not by hash, unchecked"
        assert source_hash == importlib.util.source_hash(contents[source]), f"{bytecode}: stale"


def test_tracebacks_name_the_files_as_lambda_has_them(contents):
    for bytecode in (name for name in contents if name.endswith(".pyc")):
        code = marshal.loads(contents[bytecode][16:])  # noqa: S302 - our own
        assert code.co_filename == f"/var/task/{importlib.util.source_from_cache(bytecode)}"


# Native code


def test_shared_objects_run_on_lambda(contents):
    objects = {name: content for name, content in contents.items() if ".so" in PurePosixPath(name).suffixes}
    assert any(name.startswith("psycopg_binary/") for name in objects)
    for name, content in objects.items():
        magic, bits, machine = struct.unpack("<4sB13xH", content[:20])
        assert (magic, bits, machine) == (b"\x7fELF", 2, 0x3E), f"{name}: not for x86-64"
        versions = {(int(major), int(minor)) for major, minor in re.findall(rb"GLIBC_(\d+)\.(\d+)", content)}
        assert max(versions, default=(2, 0)) <= GLIBC[PYTHON], name


RUNTIMES = [((3, 11), "x86_64"), ((3, 14), "x86_64"), ((3, 13), "arm64")]


@pytest.mark.parametrize(("python", "architecture"), RUNTIMES)
def test_all_that_is_packaged_is_there_for_other_runtimes(
    python: tuple[int, int], architecture: str, tmp_path: Path
) -> None:
    options = [*package.options(python, MACHINES[architecture]), "--dry-run", "--no-deps", f"--target={tmp_path}"]
    requirements = f"--requirement={package.ROOT / 'requirements-lambda.txt'}"

    subprocess.run([sys.executable, "-m", "pip", "install", *options, requirements], check=True)


@pytest.mark.parametrize(
    ("processor", "architecture", "sentence"),
    [
        ("x86_64", "x86_64", None),
        ("aarch64", "arm64", None),
        ("aarch64", "x86_64", r'^some\.zip is for arm64, .* says x86_64: set "architecture" in its base to arm64, or '),
    ],
)
def test_a_zip_says_for_which_processor_it_is(
    processor: str, architecture: str, sentence: str | None, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "some.zip", "w") as file:
        file.writestr("library_site/__pycache__/wsgi.cpython-313.pyc", "")
        file.writestr(f"psycopg_binary/pq.cpython-313-{processor}-linux-gnu.so", "")

    found = disagreement(tmp_path / "some.zip", "python3.13", architecture)

    assert re.search(sentence, str(found)) if sentence else found is None


# Static files


@pytest.fixture(scope="module")
def manifest(contents: dict[str, bytes]) -> dict[str, str]:
    """The collected static files: as pages name them, as the zip does."""
    paths: dict[str, str] = json.loads(contents[f"{STATIC}staticfiles.json"])["paths"]
    return {name: f"{STATIC}{hashed}" for name, hashed in paths.items()}


def test_the_static_files_are_those_of_the_manifest(contents, manifest):
    assert {"library/library.css", "admin/css/base.css", "rest_framework/css/default.css"} <= set(manifest)
    plain = {name.removesuffix(".gz") for name in contents if name.startswith(STATIC)}
    assert plain == {*manifest.values(), f"{STATIC}staticfiles.json"}
    assert set(manifest.values()) <= set(contents)


# What runs from it

ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "library_site.settings",
    "SECRET_KEY": "only-for-tests",
    "DATABASE_URL": "sqlite://:memory:",
    "ALLOWED_HOSTS": "testserver",
    "SECURE_SSL_REDIRECT": "False",
}


def run(unpacked: Path, program: str) -> None:
    """Runs a program that finds nothing but the standard library and the zip, as a function does."""
    start = f"import sys; sys.path.insert(0, {str(unpacked)!r}); import django; django.setup()\n"
    command = [sys.executable, "-I", "-S", "-B", "-c", start + program]
    ran = subprocess.run(command, env=ENVIRONMENT, check=False, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


def test_django_starts_imports_all_that_is_ours_and_resolves_every_url(unpacked):
    program = """
from importlib import import_module
from pkgutil import walk_packages
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver
from django.utils.translation import check_for_language
call_command("check", fail_level="WARNING")
assert len(get_resolver().reverse_dict) > 20
assert "pygal" not in sys.modules  # which would slow every start
assert all(check_for_language(code) for code, _ in settings.LANGUAGES)
assert Client().get("/api/schema").status_code == 200
of_a_server = {
    "catalog.management.commands.import_books",
    *(f"circulation.management.commands.{name}" for name in ("add_holidays", "import_loans", "import_people")),
    *(f"library_site.importing.{name}" for name in ("command", "terminal")),
}
for ours in map(import_module, ("catalog", "circulation", "library_site")):
    for module in walk_packages(ours.__path__, f"{ours.__name__}."):
        if module.name not in of_a_server:  # these need tqdm and holidays
            import_module(module.name)
"""
    run(unpacked, program)


def test_native_libraries_load(unpacked):
    program = """
import msgspec, psycopg, uuid_utils, yaml
from django.contrib.auth.hashers import check_password, make_password
assert psycopg.pq.__impl__ == "binary"
assert yaml.__with_libyaml__
encoded = make_password("correct horse")
assert encoded.startswith("argon2$")
assert check_password("correct horse", encoded)
"""
    run(unpacked, program)


# When it can't be built


def test_a_file_that_nobody_thought_of_stops_the_build(tmp_path, monkeypatch):
    (tmp_path / "catalog" / "tests").mkdir(parents=True)
    (tmp_path / "catalog" / "tests" / "books.csv").touch()
    (tmp_path / "catalog" / ".env").touch()
    (tmp_path / "catalog" / "models.py").touch()
    monkeypatch.setattr(package, "ROOT", tmp_path)
    with pytest.raises(SystemExit, match=r"LEFT_OUT\): catalog/\.env$"):
        package.copy()


def test_a_python_that_lambda_has_not_is_refused(monkeypatch):
    monkeypatch.setattr(package, "GLIBC", {})
    with pytest.raises(SystemExit, match=r"Lambda has no python3\.\d+, "):
        package.main()


def test_a_zip_that_is_too_large_does_not_replace_the_last_one(tmp_path, monkeypatch):
    monkeypatch.setattr(package, "STAGING", tmp_path / "lambda")
    monkeypatch.setattr(package, "ROOT", tmp_path)
    monkeypatch.setattr(package, "PACKAGE", tmp_path / "library.zip")
    monkeypatch.setattr(package, "UNFINISHED", tmp_path / "library.unfinished")
    monkeypatch.setattr(package, "MAX_UNZIPPED", 0)
    package.STAGING.mkdir()
    (package.STAGING / "module.py").write_text("answer = 42\n")
    package.PACKAGE.write_text("the last one")

    package.pack()
    with pytest.raises(SystemExit, match=r"Too large: 0\.0 MiB, unzipped 0\.0 MiB \(at most 20 and 0\)"):
        package.publish()

    assert package.PACKAGE.read_text() == "the last one"
