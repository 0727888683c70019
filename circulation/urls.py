"""The pages of circulation."""

from django.urls import include, path

from circulation.views import (
    books,
    files,
    import_files,
    imports,
    lending,
    lists,
    opening,
    people,
    reservations,
    undoing,
)
from library_site.html.many import ManyView
from library_site.html.pages import urls_of

urlpatterns = [
    path("", include("circulation.desk.urls")),
    path("", include("circulation.statistics.urls")),
    *urls_of(books, files, import_files, imports, lending, lists, opening, people, reservations, undoing),
    path("many", ManyView.as_view(), name="many"),
    path("pick/user", lists.PickUser.as_view(), name="pick_user"),
    path("pick/reservation", lists.PickReservation.as_view(), name="pick_reservation"),
]
