"""Files as programs have broken them: every record is read, or named with what is wrong with it."""

from io import BytesIO

import pytest

from catalog.marc.file import open_marc
from catalog.marc.form import ISO_2709, MARCXML, form_of
from library_site.tables import NotATable

from .made import collection, marc, xml

ONE = [("001", "k1"), ("100", "1 $aMüller, Käthe,"), ("245", "10$aGroße Flöte :$bein Märchen /$cKäthe Müller.")]
TWO = [("001", "k2"), ("100", "1 $aRey, Zoé"), ("245", "10$aUn été à Nîmes.")]
THREE = [("001", "k3"), ("245", "00$aAtlas & <maps>")]
TITLES = ["Große Flöte : ein Märchen", "Un été à Nîmes", "Atlas & <maps>"]

A, B, C = map(marc, (ONE, TWO, THREE))
NO_DIRECTORY = "it has no directory of its fields, or a damaged one"
CUT_OFF = "the file ends in the middle of it"


def read(content: bytes, encoding: str | None = None) -> list[str]:
    """What each record is called, and what is wrong with it."""
    copies = [*open_marc(BytesIO(content), encoding)]
    assert [copy.line for copy in copies] == [*range(1, len(copies) + 1)]
    return [": ".join(filter(None, (copy.called, copy.problem))) for copy in copies]


def changed(record: bytes, old: bytes, new: bytes) -> bytes:
    assert old in record
    return record.replace(old, new, 1)


MENDED = {
    "as it should be": A + B + C,
    "line ends between, and a byte order mark": b"\xef\xbb\xbf" + b"\r\n".join([A, B, C]),
    "the end of a file of DOS": A + B + C + b"\x1a\x1a",
    "padded": A + b"\0" * 9 + B + b"   " + C + b"\0" * 99,
    "wrong lengths": b"99999" + A[5:] + b"00007" + B[5:] + b"     " + C[5:],
    "no length": b"00000" + A[5:] + b"00000" + B[5:] + C,
    "a wrong address of the fields": A[:12] + b"00000" + A[17:] + B[:12] + b"99999" + B[17:] + C,
    "lengths of letters, not of bytes": b"".join(
        marc(fields, encoding="latin-1").decode("latin-1").encode() for fields in (ONE, TWO, THREE)
    ),
    "no places of the fields": changed(A, b"245005300024", b"245     0000") + B + C,
    "no end between two": A[:-1] + B[:-1] + C,
    "it says that it is MARC-8": (A + B + C).replace(b"nam a22", b"nam  22"),
    "Latin-1": b"".join(marc(fields, encoding="latin-1") for fields in (ONE, TWO, THREE)),
    "MARC-8, and UTF-8": A
    + changed(marc(TWO[2:], encoding="latin-1"), b"\xe9t\xe9 \xe0 N\xee", b"\xe2et\xe2e \xe1a N\xe3i")
    + C,
}


@pytest.mark.parametrize("name", MENDED)
def test_what_can_be_mended_is(name: str) -> None:
    assert form_of(BytesIO(MENDED[name])) == ISO_2709
    assert read(MENDED[name]) == TITLES


REJECTED = {
    "cut off": (A + B + C[:-1], [*TITLES[:2], f"{TITLES[2]}: {CUT_OFF}"]),
    "cut off early": (A + B[:55], [TITLES[0], CUT_OFF]),
    "more fields in the directory": (
        A + changed(B, b"245", b"245001200099245") + C,
        [TITLES[0], "k2: its directory names 4 fields, and it has 3", TITLES[2]],
    ),
    "something else between them": (A + b"no record\x1d\x1d" + C, [TITLES[0], NO_DIRECTORY, TITLES[2]]),
    "too long": (
        A + B[:-1] + b"x" * (1 << 21) + b"\x1d" + C,
        [TITLES[0], "Un été à Nîmes.: it is longer than any record", TITLES[2]],
    ),
}


@pytest.mark.parametrize("name", REJECTED)
def test_what_cannot_is_named_and_costs_itself_alone(name: str) -> None:
    content, expected = REJECTED[name]
    assert read(content) == expected


def test_unimarc_is_in_iso_5426_where_it_is_not_utf_8() -> None:
    fields = [("200", "1 $aL'été à la forêt, Fløte, cŒur")]
    latin, in_iso_5426 = b"\xe9\xe0\xea\xf8\x8c", (b"\xc2e", b"\xc1a", b"\xc3e", b"\xf9", b"\xea")
    old = marc(fields, encoding="cp1252")
    assert read(old) == ["L'été à la forêt, Fløte, cŒur"]
    for letter, there in zip(latin, in_iso_5426, strict=True):
        old = old.replace(bytes([letter]), b"<%d>" % letter).replace(b"<%d>" % letter, there)
    assert read(old) == ["L'été à la forêt, Fløte, cŒur"]
    assert read(old, "iso-5426") == ["L'été à la forêt, Fløte, cŒur"]


def test_what_is_not_utf_8_is_told_by_the_file_or_said() -> None:
    greek = [marc([("245", f"10$aΘάλασσα {number}")], encoding="iso8859-7") for number in range(3)]
    assert read(b"".join(greek), "iso8859-7") == [f"Θάλασσα {number}" for number in range(3)]
    assert "read as cp1252" in open_marc(BytesIO(MENDED["Latin-1"])).remarks[0]
    assert "read as MARC-8" in open_marc(BytesIO(MENDED["MARC-8, and UTF-8"])).remarks[0]
    one_bad_byte = changed(A, "ü".encode(), b"\xff\xff")
    [copy] = open_marc(BytesIO(one_bad_byte))
    assert (copy.called, copy.says.author) == (TITLES[0], "Käthe M\ufffd\ufffdller")
    assert copy.remarks == ("what is no text in it was replaced by �",)
    escaped = marc([("245", "10$aH\x1bb2\x1bsO \x1b(Nmir\x1b(B!")], leader="00000nam  2200000 i 4500")
    assert read(escaped) == ["H₂O МИР!"]


ONE_X, TWO_X, THREE_X = map(xml, (ONE, TWO, THREE))
OAI = "<OAI-PMH><record><header/><metadata>{}</metadata></record></OAI-PMH>"

XML = {
    "as it should be": collection([ONE_X, TWO_X, THREE_X], '<?xml version="1.0" encoding="utf-8"?>\n'),
    "a byte order mark, and no namespace": f"\ufeff<collection>{ONE_X}\n{TWO_X}<!-- ! -->{THREE_X}</collection>",
    "a prefix": collection([xml(fields, prefix="marc:") for fields in (ONE, TWO, THREE)]),
    "records in records": OAI.format(f"{ONE_X}</metadata></record><record>{TWO_X}</record><record>{THREE_X}"),
    "a bare &": collection([ONE_X, TWO_X, THREE_X]).replace("s &amp; &lt;", "s & &lt;"),
    "entities of HTML": collection([ONE_X.replace("ß", "&szlig;"), TWO_X.replace("é", "&#233;"), THREE_X]),
    "a control character": collection([ONE_X.replace("Fl", "F\x1bl"), TWO_X.replace("Un", "U&#7;n"), THREE_X]),
}


@pytest.mark.parametrize("name", XML)
def test_xml_in_all_its_shapes_is_read(name: str) -> None:
    content = XML[name].encode()
    assert form_of(BytesIO(content)) == MARCXML
    assert read(content) == TITLES


def test_xml_in_other_encodings_is_read() -> None:
    whole = XML["as it should be"]
    assert read(whole.encode("utf-16")) == TITLES
    assert read(whole.replace("utf-8", "iso-8859-1").encode("latin-1")) == TITLES
    assert read(whole.encode("latin-1")) == TITLES  # which says that it is UTF-8


def test_a_bare_less_than_is_text() -> None:
    [copy] = open_marc(BytesIO(collection([THREE_X.replace("s &amp; ", "s < ")]).encode()))
    assert (copy.called, copy.remarks) == ("Atlas < <maps>", ("its XML was damaged, and mended",))


def test_a_bad_record_of_xml_costs_itself_alone() -> None:
    bad = TWO_X.replace("</datafield>", "</datafeld>", 1)
    found = read(collection([ONE_X, bad, TWO_X.replace("</record>", ""), THREE_X, ONE_X[:-20]]).encode())
    assert found == [
        TITLES[0],
        "Un été à Nîmes.: its XML is damaged (mismatched tag)",
        "Un été à Nîmes.: it has no end",
        TITLES[2],
        f"Große Flöte :: {CUT_OFF}",
    ]


BOMB = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 9}">' for n in range(1, 9))


@pytest.mark.parametrize(
    "declared", [f'<!DOCTYPE x [<!ENTITY l0 "lol">{BOMB}]>', '<!DOCTYPE x [<!ENTITY l8 SYSTEM "file:///etc/passwd">]>']
)
def test_xml_from_outside_cannot_hurt(declared: str) -> None:
    title = THREE_X.replace("Atlas", "&l8;")
    with pytest.raises(NotATable, match="DOCTYPE"):
        open_marc(BytesIO(collection([title], declared).encode()))
    assert read(collection([THREE_X, " " * (1 << 16), declared, title]).encode()) == [TITLES[2], "&l8; & <maps>"]
    within = title.replace("<leader>", f"{declared}<leader>")
    assert read(collection([within, THREE_X]).encode())[1:] == [TITLES[2]]
