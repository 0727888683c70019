"""The catalogue's pages."""

from django.urls import path

from catalog import views
from library_site.html.pages import urls_of

urlpatterns = [
    *urls_of(views),
    path("pick/book", views.PickBook.as_view(), name="pick_book"),
    path("pick/author-or-new", views.PickAuthorOrNew.as_view(), name="pick_author_or_new"),
    path("pick/author", views.PickAuthor.as_view(), name="pick_author"),
]
