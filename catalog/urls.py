"""The catalogue's pages."""

from django.urls import path

from catalog.views import arrivals, labels, lists
from library_site.html.pages import urls_of

urlpatterns = [
    *urls_of(arrivals, labels, lists),
    path("pick/book", lists.PickBook.as_view(), name="pick_book"),
    path("pick/author-or-new", lists.PickAuthorOrNew.as_view(), name="pick_author_or_new"),
    path("pick/author", lists.PickAuthor.as_view(), name="pick_author"),
]
