"""The lookup `has_words`, the same on every database."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.models import Author
from catalog.models.search import by_id_or_words, search_key
from tests.library import add_book

pytestmark = pytest.mark.django_db


def names(q: str) -> set[str]:
    return set(Author.objects.filter(by_id_or_words(q)).values_list("name", flat=True))


def test_a_key_is_the_words_of_all_texts() -> None:
    assert search_key("Émile", "O'Brien", "", "978") == "emile obrien 978"


def test_every_word_must_begin_some_word() -> None:
    for name in ("Anna Karenin", "Annabel Lee", "Joanna Lee"):
        add_book(author=name)

    assert names("ann") == {"Anna Karenin", "Annabel Lee"}
    assert names("ann lee") == {"Annabel Lee"}
    assert names("lee ann") == {"Annabel Lee"}
    assert names("") == names(" , ") == set()
    assert names("lee lee") == {"Annabel Lee", "Joanna Lee"}


def test_a_word_of_every_script_is_found_by_its_beginning() -> None:
    for name in ("夏目漱石", "رضوى عاشور", "Достоевский", "Ñandú", "𝔊𝔬𝔱𝔥", "ʻOkina ʼAleph"):
        add_book(author=name)
        assert name in names(name), name
        assert name in names(name[:2]), name


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=60))
def test_whatever_is_stored_is_found_by_itself(text: str) -> None:
    author = Author.objects.create(name="A " + text)

    found = Author.objects.filter(search_key__has_words="a " + text)

    assert author in found
    assert author in Author.objects.filter(search_key__has_words=author.name[:3])
    author.delete()
