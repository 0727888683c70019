"""What several commands do to find the author of a book."""

from uuid import UUID

from django.utils.translation import gettext as _

from catalog.models import Author
from catalog.text import collapse, name_key
from library_site.cqrs import NotFound


def find_or_add_author(author_id: UUID | None, author_name: str | None) -> tuple[Author | None, bool]:
    """The author and whether it is a new one; locked, so that it stays until a book refers to it. Of nothing, none.

    Raises NotFound for an id that no author has.
    """
    if author_id is None and not author_name:
        return None, False
    # Whoever has locked a book, and refers to the author when committing, need not wait for this.
    authors = Author.objects.select_for_update(no_key=True)
    if author_id is None:
        # Two clerks may add the same author at once: the unique key lets one in, and the other gets that one.
        name = collapse(author_name or "")
        return authors.get_or_create(name_key=name_key(name), defaults={"name": name})
    author = authors.filter(pk=author_id).first()
    if author is None:
        raise NotFound(_("The catalogue has no author with this id."), author_id=author_id)
    return author, False
