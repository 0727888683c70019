"""Rows that stand in a file of books and are none: totals, mostly below the others."""

from collections.abc import Iterable

from catalog.text import search_words

_TOTAL = (
    "total totals totale totaux totales subtotal sum summe zwischensumme gesamt gesamtsumme gesamtzahl "
    "gesamtanzahl insgesamt anzahl count somme nombre suma recuento cuenta cantidad"
)
_COUNTED = (
    "sub sous zwischen report titles title books book items item records record copies rows entries grand of "
    "number all the in titel bucher buecher medien exemplare datensatze der aller titres titre livres exemplaires "
    "documents notices general generale generales de des du au en libros libro titulos ejemplares registros"
)
_TOTALS, _COUNTABLE = frozenset(_TOTAL.split()), frozenset(_COUNTED.split())


def is_total(cells: Iterable[str]) -> bool:
    """Whether a row only counts others: words for a total, and beside them nothing but numbers."""
    words = [search_words(cell) for cell in cells]
    said = {word for cell in words for word in cell if not word.isdecimal()}
    return bool(said & _TOTALS) and said <= _TOTALS | _COUNTABLE
