"""How the catalogue compares words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.text import collapse, name_key, search_words


@pytest.mark.parametrize(
    ("text", "collapsed"),
    [
        ("", ""),
        (" \t\n", ""),
        ("  Jane \u00a0 Austen\n", "Jane Austen"),
        ("Mu\u0308ller", "Müller"),
        ("Ｗｉｄｅ", "Ｗｉｄｅ"),  # what was written is kept
        ("ﬁ", "ﬁ"),
    ],
)
def test_collapse_tidies_white_space_and_composes(text: str, collapsed: str) -> None:
    assert collapse(text) == collapsed


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jane Austen", "JANE  austen"),
        ("Straße", "STRASSE"),
        ("ﬁn", "FIN"),
        ("Ｊａｎｅ", "jane"),
        ("Mu\u0308ller", "MÜLLER"),
        ("ΣΣ", "ςσ"),
        ("ｶﾞ", "ガ"),
    ],
)
def test_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Jose", "José"), ("I", "İ"), ("Le Guin", "LeGuin"), ("J. P.", "J P"), ("a", "а")]
)
def test_other_names_have_other_keys(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Les Misérables", ["les", "miserables"]),
        ("O'Brien’s", ["obriens"]),
        ("'quoted'", ["quoted"]),
        ("Gödel, Escher—Bach", ["godel", "escher", "bach"]),
        ("snake_case a.b", ["snake", "case", "a", "b"]),
        ("", []),
        ("%_'\"\\", []),
        ("x" * 150, ["x" * 100]),
        ("ﷺ", ["صلى", "الله", "عليه", "وسلم"]),
    ],
)
def test_words_of_a_search_have_no_case_no_accents_and_no_punctuation(text: str, words: list[str]) -> None:
    assert search_words(text) == words


@given(st.text())
def test_a_text_that_is_tidied_is_tidy(text: str) -> None:
    assert collapse(collapse(text)) == collapse(text)


@given(st.text())
def test_a_key_is_its_own_key_and_that_of_the_tidied_text(text: str) -> None:
    assert name_key(name_key(text)) == name_key(text)
    assert name_key(collapse(text)) == name_key(text)


@given(st.text())
def test_words_hold_nothing_that_means_something_in_sql(text: str) -> None:
    for word in search_words(text):
        assert 0 < len(word) <= 100
        assert not set(word) & set(" %_'\"\\:*&|!()<>\x00")
