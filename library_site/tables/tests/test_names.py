import pytest

from library_site.tables.names import Order, names_in, order_of, whole_name

FIRST, LAST = Order.FIRST_LAST, Order.LAST_FIRST


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("Moor, Ada", "Ada Moor"),
        ("  Ada   Moor ", "Ada Moor"),
        ("King, Martin Luther, Jr.", "Martin Luther King, Jr."),
        ("King, Jr., Martin Luther", "Martin Luther King, Jr."),
        ("Martin Luther King, Jr.", "Martin Luther King, Jr."),
        ("DK Publishing, Inc.", "DK Publishing, Inc."),
        ("King, Martin Luther Jr.", "Martin Luther King Jr."),
        ("Smith, S.A.", "S.A. Smith"),
        ("Moor, Ada, 1960-", "Ada Moor"),
        ("Moor, Ada (1960–2001)", "Ada Moor"),
        ("Moor, Ada (1960-....)", "Ada Moor"),
        ("by Ada Moor", "Ada Moor"),
        ("Moor, Ada, approximately 1560-1601, author.", "Ada Moor"),
        ("Moor, Ada (Hrsg.)", "Ada Moor"),
        ("Moor, Ada /", "Ada Moor"),
        ("Moor, Ada.", "Ada Moor"),
        ("Lewis, C. S. (Clive Staples), 1898-1963", "C. S. (Clive Staples) Lewis"),
        ("Beethoven, Ludwig van", "Ludwig van Beethoven"),
        ("Moor, Ada, Dame", "Ada Moor, Dame"),
        ("Blink-182", "Blink-182"),
        (" , ", ""),
    ],
)
def test_one_name_is_as_it_is_spoken_and_whole(given, name):
    assert whole_name(given) == name


@pytest.mark.parametrize(
    ("cell", "order", "names"),
    [
        ("Ada Moor, Bo Lind", FIRST, ["Ada Moor", "Bo Lind"]),
        ("Stendhal, Bo Lind", FIRST, ["Stendhal", "Bo Lind"]),
        ("Moor, Ada (ed.)", FIRST, ["Ada Moor"]),
        ("Moor, A. B.", FIRST, ["A. B. Moor"]),
        ("King, Martin Luther, Jr.", FIRST, ["Martin Luther King, Jr."]),
        ("Martin Luther King, Jr., Ada Moor", FIRST, ["Martin Luther King, Jr.", "Ada Moor"]),
        ("García Marín, Ada Luz", LAST, ["Ada Luz García Marín"]),
        ("Moor, Ada; Lind, Bo, 1960- ; Moor, Ada", LAST, ["Ada Moor", "Bo Lind"]),
        ("Moor, Ada, Lind, Bo", LAST, ["Ada Moor", "Bo Lind"]),
        ("Moor, Ada & Lind, Bo", LAST, ["Ada Moor", "Bo Lind"]),
        ("Ada Moor, Bo Lind, and Cy Dean", LAST, ["Ada Moor", "Bo Lind", "Cy Dean"]),
        *(
            (f"Ada Moor {word} Bo van Lind", LAST, ["Ada Moor", "Bo van Lind"])
            for word in ["&", "and", "with", "und", "mit", "et", "avec", "y", "con", "/", "|", ";"]
        ),
        ("Ada Moor/Bo Lind", FIRST, ["Ada Moor", "Bo Lind"]),
        ("Moor/Lind", FIRST, ["Moor/Lind"]),
        ("Moor, Ada\r\nLind, Bo", LAST, ["Ada Moor", "Bo Lind"]),
        ("Ada\nMoor", FIRST, ["Ada Moor"]),
        ("Ada Moor (Author), Bo Lind (Illustrator)", FIRST, ["Ada Moor", "Bo Lind"]),
        ("Ada Moor et al.", FIRST, ["Ada Moor"]),
        ("Ada Moor ... [et al.]", FIRST, ["Ada Moor"]),
        ("José Ortega y Gasset", FIRST, ["José Ortega y Gasset"]),
        ("Moor and Daughters Ltd", FIRST, ["Moor and Daughters Ltd"]),
        ("Department of Health and Social Security", LAST, ["Department of Health and Social Security"]),
        ("Moor, Ada and Bo", LAST, ["Ada and Bo Moor"]),
        ("", FIRST, []),
    ],
)
def test_all_whom_a_cell_names(cell, order, names):
    assert names_in(cell, order) == names


@pytest.mark.parametrize(
    ("column", "cells", "order"),
    [
        ("Author l-f", ["Ada Moor"], LAST),
        ("author", ["Moor, Ada", "Lind, Bo", "National Trust", ""], LAST),
        ("author", ["Ada Moor & Bo Lind", "Moor, Ada (ed.)", "King, Martin Luther, Jr."], LAST),
        ("author", ["Moor, Ada; Lind, Bo"], LAST),
        ("author", ["Ada Moor, Bo Lind", "Stendhal, Bo Lind", "Ada Moor, Bo Lind, Cy Dean"], FIRST),
        ("author", ["Ada Moor", "DK Publishing, Inc."], FIRST),
    ],
)
def test_the_order_of_a_column(column, cells, order):
    assert order_of(column, cells) is order
