"""What a record says of a book, in MARC 21 and in UNIMARC."""

from io import BytesIO

import pytest

from catalog.marc.file import open_marc

from .made import LEADER, Field, collection, marc, xml


def copies(*fields: Field, leader: str = LEADER):
    return [*open_marc(BytesIO(marc(fields, leader=leader)))]


TITLES = {
    "10$aTides :$btheir causes /$cby Ida Moll.": "Tides : their causes",
    "10$aTides$btheir causes": "Tides : their causes",
    "10$aTides.$nPart 2,$pEbb.": "Tides. Part 2, Ebb",
    "10$aTides =$bGezeiten /": "Tides = Gezeiten",
    "10$aTides ;$bWinds": "Tides ; Winds",
    "14$a\x98The\x9c tide etc.": "The tide etc",
    "10$aTides at 3 p.m.": "Tides at 3 p.m.",
    "10$aC++ :$ba tour /$cX": "C++ : a tour",
}


@pytest.mark.parametrize("field", TITLES)
def test_the_title_is_whole_and_without_the_marks_of_cataloguers(field: str) -> None:
    assert copies(("245", field))[0].called == TITLES[field]


PEOPLE = {
    "a surname first": ([("100", "1 $aMoll, Ida,$d1950-$eauthor."), ("245", "10$aA /$cIda Moll.")], "Ida Moll"),
    "a suffix": ([("100", "1 $aStone, Ben,$cJr.,$d1950-")], "Ben Stone, Jr."),
    "a forename": ([("100", "0 $aElizabeth$bII,$cQueen")], "Elizabeth II"),
    "a body": ([("110", "2 $aHill Town.$bMuseum.")], "Hill Town. Museum"),
    "a meeting": ([("111", "2 $aTide Days$d(2001 :$cHill)")], "Tide Days"),
    "an author among others": ([("700", "1 $aVane, Tess,$eeditor"), ("700", "1 $aMoll, Ida$4aut")], "Ida Moll"),
    "editors only": ([("700", "1 $aVane, Tess,$eeditor")], ""),
    "UNIMARC": ([("200", "1 $aA$fIda Moll$gTess Vane"), ("700", " 1$aMoll$bIda")], "Ida Moll"),
    "UNIMARC, a forename": ([("200", "1 $aA"), ("700", " 0$aPlaton")], "Platon"),
    "UNIMARC, a body": ([("200", "1 $aA"), ("710", "02$aHill$bMuseum")], "Hill. Museum"),
}


@pytest.mark.parametrize("name", PEOPLE)
def test_the_author_is_one_whole_name(name: str) -> None:
    fields, author = PEOPLE[name]
    assert copies(*fields)[0].says.author == author


def test_the_statement_is_as_printed_else_all_names() -> None:
    assert copies(("245", "10$aA /$cIda Moll ; ill. Bo Chan."))[0].says.statement == "Ida Moll ; ill. Bo Chan"
    assert copies(("100", "1 $aMoll, Ida,"), ("700", "1 $aVane, T."))[0].says.statement == "Moll, Ida ; Vane, T."
    assert copies(("200", "1 $aA$fIda Moll$gTess Vane"))[0].says.statement == "Ida Moll ; Tess Vane"


ITEMS = {
    "Koha": ([("952", "  $00$pB-1$oF 1"), ("952", "  $01$pB-2"), ("952", "  $oF 3")], "B-1 F 1|B-2  withdrawn| F 3"),
    "Evergreen": ([("852", "4 $bHILL$jF MOL$pB-1"), ("852", "4 $bHILL$jF MOL$pB-2")], "B-1 F MOL|B-2 F MOL"),
    "Follett": ([("852", "  $kREF$h551$iMOL$pB-1")], "B-1 REF 551 MOL"),
    "UNIMARC": ([("200", "1 $aA"), ("995", "  $fB-1$kR MOL")], "B-1 R MOL"),
    "none, where it stands": ([("852", "0 $h551$iMOL")], " 551 MOL"),
    "none, a local mark": ([("050", "00$aGC"), ("090", "  $aGC1$b.M6")], " GC1 .M6"),
    "none": ([("082", "00$a551")], " "),
}


@pytest.mark.parametrize("name", ITEMS)
def test_each_item_is_a_copy(name: str) -> None:
    fields, items = ITEMS[name]
    assert "|".join(" ".join(copy.item).removesuffix(" ") for copy in copies(*fields)) == items


MEDIA = {
    "nam": "",
    "ntm": "",
    "ncm": "",
    "njm": "music",
    "ngm": "film",
    "nas": "journal",
    "naa": "article",
    "nz ": "authority record",
    "dam": "deleted record",
}


@pytest.mark.parametrize("kind", MEDIA)
def test_what_is_no_printed_book_is_told_by_its_leader(kind: str) -> None:
    [copy] = copies(("245", "00$aA"), leader=f"00000{kind} a2200000 i 4500")
    assert copy.says.medium == MEDIA[kind]


def test_what_is_online_is_no_printed_book() -> None:
    assert copies(("008", f"{'':23}o{'':16}"), ("245", "00$aA"))[0].says.medium == "electronic"
    assert copies(("245", "00$aA$h[sound recording] :$bB"))[0].says.material == "sound recording"


def test_the_record_is_kept_as_marc_21_in_utf_8() -> None:
    fields = [("001", "k1"), ("245", "10$aÉté"), ("9xx", "  $aown")]
    assert copies(*fields)[0].marc == marc(fields)
    assert next(iter(open_marc(BytesIO(marc(fields, encoding="latin-1"))))).marc == marc(fields)
    assert copies(("200", "1 $aÉté"))[0].marc == b""
    too_long = collection([xml([("245", "10$aA"), *[("520", "  $a" + "x" * 9000)] * 12])])
    [long] = open_marc(BytesIO(too_long.encode()))
    assert (long.called, long.marc) == ("A", b"")
    assert "too long" in long.remarks[0]
