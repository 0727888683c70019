"""The catalogue's pages."""

from django.urls import path

from catalog import views

urlpatterns = [
    path("add-new-book", views.AddNewBookView.as_view(), name="add_new_book"),
    path("add-copies", views.AddCopiesView.as_view(), name="add_copies"),
    path("search-books", views.SearchBooksView.as_view(), name="search_books"),
    path("search-authors", views.SearchAuthorsView.as_view(), name="search_authors"),
    path("books-by-author", views.GetBooksByAuthorView.as_view(), name="get_books_by_author"),
    path("book-labels", views.GetBookLabelsView.as_view(), name="get_book_labels"),
    path("pick/book", views.PickBook.as_view(), name="pick_book"),
    path("pick/author-or-new", views.PickAuthorOrNew.as_view(), name="pick_author_or_new"),
    path("pick/author", views.PickAuthor.as_view(), name="pick_author"),
]
