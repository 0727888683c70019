"""The pages of operations: each view says its URL, and its entry in the list of all tasks, by @page."""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, TypeVar

from django.db.models import TextChoices
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _

from library_site.cqrs.operations import RegisteredOperation, operation_of

from .views import MessageView

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

V = TypeVar("V", bound=MessageView)


class Group(TextChoices):
    """The groups of the list of all tasks, in its order: those of every day first."""

    LENDING = "lending", _("Lending")
    LISTS = "lists", _("Lists")
    EVERY_DAY = "every_day", _("Every day")
    PEOPLE = "people", _("People")
    MISSING_BOOKS = "missing_books", _("Missing books")
    CATALOGUE = "catalogue", _("Catalogue")
    IMPORT = "import", _("Import")
    RESERVATIONS = "reservations", _("Reservations")
    STATISTICS = "statistics", _("Statistics")


@dataclass(frozen=True, kw_only=True)
class RegisteredPage:
    """The page of an operation, as the list of all tasks names it: by its name, and what it is for."""

    operation: RegisteredOperation
    view: type[MessageView]
    route: str
    group: Group
    place: int
    name: "StrOrPromise"
    purpose: "StrOrPromise"

    @property
    def slug(self) -> str:
        """The name of its URL: the operation's."""
        return self.operation.slug


_pages: dict[str, RegisteredPage] = {}


def page(
    route: str, *, group: Group, place: int, purpose: "StrOrPromise", name: "StrOrPromise" = ""
) -> Callable[[type[V]], type[V]]:
    """Register the decorated view as the page of its form's operation, under this route: see `urls_of`.

    In the list of all tasks it stands in the `group` by its `place` (a number of its own; they are tens, so that others
    find room between them), by its `name` (that of the operation, if it has none of its own), with what it is for.
    """

    def register(view: type[V]) -> type[V]:
        operation = operation_of(view.form_class.message)
        if operation.slug in _pages:
            raise TypeError(f"{operation.name} has a page already.")
        for other in (each for each in _pages.values() if (each.group, each.place) == (group, place)):
            taken = f"by {other.operation.name}, in {other.view.__module__}"
            raise TypeError(f"{operation.name} needs another place: {place} in {group} is taken {taken}.")
        _pages[operation.slug] = RegisteredPage(
            operation=operation,
            view=view,
            route=route,
            group=group,
            place=place,
            name=name or operation.title,
            purpose=purpose,
        )
        return view

    return register


def urls_of(*modules: ModuleType) -> list[URLPattern]:
    """The URLs of the pages whose views are written in these modules."""
    written = {module.__name__ for module in modules}
    pages = [each for each in _pages.values() if each.view.__module__ in written]
    return [url for each in pages for url in each.view.url_patterns(each.route, each.slug)]


def pages_by_group() -> dict[Group, list[RegisteredPage]]:
    """The pages that are imported, as the list of all tasks has them."""
    pages = sorted(_pages.values(), key=lambda each: each.place)
    return {group: [each for each in pages if each.group is group] for group in Group}
