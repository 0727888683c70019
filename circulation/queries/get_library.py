from django.utils.translation import gettext_lazy as _

from circulation.models import LibraryPolicy
from circulation.policies import other_weekdays
from library_site.cqrs import Context, Data, InvalidInput, Page, Query, handles, page_of_all, read_database


class LibraryFile(Data):
    """`name` is empty until somebody has set it; `weekdays` are those on which it is open, Monday being 1: 12345."""

    name: str
    address: str
    weekdays: str


class GetLibrary(Query[Page[LibraryFile]]):
    pass


@handles(GetLibrary, title=_("The library"), refuses=(InvalidInput,))
def get_library(query: GetLibrary, context: Context) -> Page[LibraryFile]:
    """What the library says of itself. One row."""
    policy = LibraryPolicy.objects.using(read_database()).first() or LibraryPolicy()
    library = LibraryFile(
        name=policy.library_name,
        address=policy.library_address,
        weekdays=other_weekdays(policy.closed_weekdays),
    )
    return page_of_all([library], query, row=LibraryFile, place=lambda row: 0)
