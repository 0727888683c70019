from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from circulation.models import FileImport
from circulation.reading.annotations import actor_name
from library_site.cqrs import Context, Data, InvalidInput, Page, Query, handles, page_of


class ImportInList(Data):
    """An import, and how far it is: `position` of `rows` are done. `state` is BEGUN, DONE, CLOSED or UNDONE."""

    id: UUID
    kind: str
    file_name: str
    state: str
    rows: int
    position: int
    begun_at: datetime
    begun_by: str


class GetImports(Query[Page[ImportInList]]):
    pass


@handles(GetImports, title=_("Imports"), refuses=(InvalidInput,))
def get_imports(query: GetImports, context: Context) -> Page[ImportInList]:
    """The imports, the latest at the top."""
    imports = FileImport.objects.annotate(begun_by_name=actor_name("begun_by"))
    return page_of(ImportInList, imports, query, order_by=("-id",), columns={"begun_by": "begun_by_name"})
