"""Forms of the commands by which books come into the catalogue."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy

from catalog.commands import AddCopies, AddNewBook
from catalog.models import MAX_TITLE
from library_site.html.form_fields import number_field, text_field
from library_site.html.forms import TaskForm

from .picks import BookPick, NewOrKnownAuthor


class AddNewBookForm(TaskForm):
    message = AddNewBook
    about: ClassVar = {"book_already_in_catalogue": "title", "barcode_taken": "barcode"}

    isbn = number_field(
        gettext_lazy("ISBN"),
        gettext_lazy("Scan it, or type 10 or 13 digits. Leave it empty for a book that has none."),
    )
    title = text_field(gettext_lazy("Title"), max_length=MAX_TITLE)
    author = NewOrKnownAuthor(
        help_text=gettext_lazy("Type the name. If the library knows the author, it appears below.")
    )
    barcode = number_field(
        gettext_lazy("Barcode"),
        gettext_lazy("Scan the label, if it has one already. Empty: it gets the next number."),
    )
    only_if_new = forms.BooleanField(
        label=gettext_lazy("Only if the library has no copy yet"),
        required=False,
        help_text=gettext_lazy("Otherwise the book is added as another copy."),
    )


class AddCopiesForm(TaskForm):
    message = AddCopies
    shows_first = "book_id"

    book_id = BookPick(label=gettext_lazy("A copy that the library has"), interchangeable=True)
    copies = forms.IntegerField(
        label=gettext_lazy("How many more"), initial=1, widget=forms.NumberInput(attrs={"min": 1})
    )
