"""A function starts about as fast as a bare Django project, and imports nothing that its start has no use for."""

from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from bench import coldstart
from bench.coldstart import Import

ACCEPTED = """
    catalog catalog.admin catalog.api catalog.apps catalog.models* catalog.policies catalog.text
    circulation circulation.admin* circulation.api* circulation.apps circulation.models* circulation.policies
    circulation.reading* circulation.records* circulation.states circulation.statistics circulation.statistics.api
    *.commands* *.domain* *.queries*
    library_site library_site.accounts* library_site.admin* library_site.cqrs* library_site.logs library_site.middleware
    library_site.navigation library_site.on_lambda* library_site.postgresql* library_site.rest library_site.rest.clients
    library_site.rest.parsers library_site.rest.renderers library_site.rest.tasks library_site.rest.throttles
    library_site.sessions
    library_site.settings library_site.statements library_site.static_files library_site.urls library_site.views
    library_site.wsgi library_site.html library_site.html.form_fields library_site.html.forms library_site.html.links
    library_site.html.pages library_site.html.picks library_site.html.views

    django.conf.urls* django.contrib.admin* django.contrib.auth.mixins django.contrib.postgres*
    django.contrib.staticfiles.storage django.middleware.locale django.views.defaults
    aws_lambda_powertools* csp* django_filters* django_htmx* django_permissions_policy drf_spectacular
    drf_spectacular.apps drf_spectacular.checks drf_spectacular_sidecar* environ* inflection jmespath* knox* msgspec*
    pydoc rest_framework* stdnum* uritemplate* uuid_utils* whitenoise* wsgiref* yaml*
"""
"""What a start imports beside what a bare Django project does; a star stands for any letters."""


@pytest.fixture(scope="module")
def folder(zip_path: Path, tmp_path_factory: pytest.TempPathFactory, database_server: str) -> Path:
    """The zip unpacked, and the bare project in it."""
    folder: Path = tmp_path_factory.mktemp("start")
    coldstart.unpack(folder, database_server)
    return folder


def test_the_first_answer_comes_hardly_later_than_a_bare_projects(folder: Path, database_server: str) -> None:
    handlers = {"bare Django": coldstart.BARE, "production": coldstart.LIBRARY["production"]}

    took = coldstart.measure(folder, handlers, coldstart.ROUNDS, database_server)

    assert coldstart.ratio(took, "production") <= coldstart.MOST, took


def new(imports: list[Import], accepted: list[str]) -> list[str]:
    """What no name accepts, by whose import, and what it costs with what it imports, which is not named by itself."""
    unknown = {each.module for each in imports if not any(fnmatchcase(each.module, name) for name in accepted)}
    return [
        f"{each.module}, by {each.importer or 'the first request'}: {each.microseconds / 1000:.1f} ms"
        for each in imports
        if each.module in unknown and each.importer not in unknown
    ]


@pytest.fixture(scope="module")
def bare(folder: Path, database_server: str) -> list[str]:
    """What the bare project imports."""
    return [each.module for each in coldstart.imports(folder, coldstart.BARE, database_server)]


@pytest.mark.parametrize("function", coldstart.LIBRARY)
def test_it_imports_nothing_new(function: str, folder: Path, bare: list[str], database_server: str) -> None:
    imports = coldstart.imports(folder, coldstart.LIBRARY[function], database_server)
    unused = [name for name in ACCEPTED.split() if not any(fnmatchcase(each.module, name) for each in imports)]

    found = new(imports, [*bare, *ACCEPTED.split()])

    assert not found, "\n".join(["Import it where it is used, or accept what each start then pays:", *found])
    assert not unused, f"No start imports these any more: {unused}"


def test_of_what_is_new_the_first_is_named_with_its_cost(folder: Path, database_server: str) -> None:
    imports = coldstart.imports(folder, coldstart.LIBRARY["production"], database_server)

    (said,) = new(imports, [each.module for each in imports if not each.module.startswith("yaml")])

    assert said.startswith("yaml, by rest_framework.compat: ")
