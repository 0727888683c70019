"""Who wrote the books."""

from collections.abc import Collection, Iterable
from typing import Any, ClassVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from catalog.text import collapse, name_key
from library_site.cqrs.ids import uuid7
from library_site.cqrs.validation import plain_text

from .rules import MAX_NAME, refuse_duplicate, storable_name, with_derived
from .search import SORT_KEY, SearchKeyField, search_key


class Author(models.Model):
    """Who wrote books. Names that differ only in case, width or spacing are one author, as in an authority file."""

    personal = frozenset({"name"})

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=MAX_NAME, validators=[plain_text, storable_name])
    name_key = models.CharField(max_length=MAX_NAME, editable=False)
    search_key = SearchKeyField(editable=False)

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        ordering: ClassVar = ["name_key"]
        indexes: ClassVar = [models.Index(SORT_KEY, "id", name="catalog_author_sorted")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name_key"],
                name="catalog_author_name_unique",
                violation_error_message=_("There is an author of this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Keep the derived keys in step, those of the author's books too."""
        self.derive()
        names = with_derived(update_fields, name_key={"name"}, search_key={"name"})
        renamed = not self._state.adding and (names is None or "name" in names)
        with transaction.atomic():
            if renamed:  # first: whoever has a book needs its author when committing, and PostgreSQL keeps a new name
                self._rename_in_books()
            super().save(update_fields=names, **kwargs)

    def derive(self) -> None:
        """What is stored of the name."""
        self.name = collapse(self.name)
        self.name_key = name_key(self.name)
        self.search_key = search_key(self.name)

    def _rename_in_books(self) -> None:
        books = list(self.book_set.select_for_update())
        for book in books:
            book.search_key = book.words(self.name)
        self.book_set.bulk_update(books, ["search_key"], batch_size=500)

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Check what will be stored: a text that is composed may be longer than what was typed."""
        self.name = collapse(self.name)
        super().clean_fields(exclude)

    def clean(self) -> None:
        """Raises ValidationError for a name that another author has."""
        self.name_key = name_key(self.name)
        refuse_duplicate(self, "name_key", about="name")
