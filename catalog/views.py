"""HTML pages of the catalogue's tasks. Adapter: they translate, nothing else."""

from catalog.commands.add_new_book import BookAdded
from catalog.forms import (
    AddNewBookForm,
    AuthorPick,
    BookPick,
    GetBooksByAuthorForm,
    NewOrKnownAuthor,
    SearchAuthorsForm,
    SearchBooksForm,
)
from library_site.cqrs.views import PickView, QueryView, TaskView


class AddNewBookView(TaskView):
    form_class = AddNewBookForm
    title = "Add new book"
    lead = "One book, one shelf: add each copy by itself. It is available to borrow at once."
    button = "Add book"

    def success(self, form: AddNewBookForm, result: BookAdded) -> str:
        known = form.picked("author")
        author = known.name if known else form.cleaned_data["author"]["author_name"]
        new = ", an author new to the catalogue" if result.author_added else ""
        return f"Added “{form.cleaned_data['title']}” by {author}{new}."


class SearchBooksView(QueryView):
    form_class = SearchBooksForm
    template_name = "books_found.html"
    title = "Search books"
    empty = "No book matches. Type the first letters of one or more words, or a whole ISBN."


class SearchAuthorsView(QueryView):
    form_class = SearchAuthorsForm
    template_name = "authors_found.html"
    title = "Search authors"
    empty = "No author matches. Type the first letters of one or more words of the name."


class GetBooksByAuthorView(QueryView):
    form_class = GetBooksByAuthorForm
    template_name = "books_by_author.html"
    title = "Books by author"
    empty = "The library has no book by this author."


class PickBook(PickView):
    field = BookPick


class PickAuthor(PickView):
    field = AuthorPick


class PickAuthorOrNew(PickView):
    field = NewOrKnownAuthor
