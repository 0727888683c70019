"""The words by which files name what they say of books: in English, German, French, Spanish, and in known exports."""

from library_site.tables import Export, Vocabulary

HEADINGS = ("Title", "Author", "Statement of responsibility", "ISBN", "Barcode", "Shelf mark", "Condition", "Status")
"""Of the file that this library writes."""

WORDS: dict[str, tuple[str, ...]] = {
    "title": (
        *("title", "book title", "title proper", "main title", "titel", "buchtitel", "haupttitel", "hauptsachtitel"),
        *("book", "book name", "name of book", "name of the book", "buch", "livre", "libro"),
        *("titre", "titre propre", "titre du livre", "título", "título propio", "título del libro"),
    ),
    "subtitle": (
        *("subtitle", "sub title", "remainder of title", "untertitel", "zusatz zum titel", "titelzusatz"),
        *("sous-titre", "complément du titre", "subtítulo"),
    ),
    "volume": ("volume", "vol", "volume number", "band", "bandnummer", "bd", "tome", "tomo", "volumen"),
    "series": (
        *("series", "series title", "collection", "reihe", "serie", "série", "colección", "gesamttitel", "reihentitel"),
    ),
    "author": (
        *(
            "author",
            "authors",
            "primary author",
            "main author",
            "first author",
            "author name",
            "author 1",
            "written by",
            "author(s)",
            "author l-f",
        ),
        *("author (last, first)", "author last first", "personal author", "writer", "writers", "creator", "creators"),
        *(
            "verfasser",
            "verf.",
            "verfasserin",
            "verfasser/in",
            "verfasser/innen",
            "autor",
            "autorin",
            "autor/in",
            "autoren",
        ),
        *("autorinnen", "autor/innen", "autorenname", "urheber", "schriftsteller", "auteur", "auteurs", "auteur(s)"),
        *("auteur principal", "autrice", "autora", "autores", "autor(es)", "autor principal", "by", "von"),
    ),
    "first_name": (
        *(
            "author first name",
            "first name",
            "author first",
            "vorname",
            "vorname autor",
            "autor vorname",
            "vorname verfasser",
        ),
        *("verfasser vorname", "prénom", "prénom auteur", "prénom de l'auteur", "auteur prénom", "nombre autor"),
        *("nombre del autor", "autor nombre"),
    ),
    "last_name": (
        *("author last name", "last name", "author last", "surname", "author surname", "nachname", "nachname autor"),
        *("autor nachname", "nachname verfasser", "verfasser nachname", "nom auteur", "nom de l'auteur", "auteur nom"),
        *("apellido", "apellidos", "apellidos autor", "apellidos del autor", "autor apellidos"),
    ),
    "others": (
        *("additional authors", "secondary author", "secondary authors", "other authors", "co-author", "co-authors"),
        *("author 2", "author 3", "author2", "author3", "second author", "contributor", "contributors", "editor"),
        *(
            "editors",
            "translator",
            "translators",
            "illustrator",
            "illustrators",
            "weitere autoren",
            "weitere verfasser",
        ),
        *("mitautor", "mitautoren", "mitwirkende", "beteiligte", "sonstige personen", "herausgeber", "herausgeberin"),
        *("hrsg", "übersetzer", "übersetzerin", "übersetzung", "illustratorin", "illustrationen", "autres auteurs"),
        *("co-auteur", "coauteurs", "contributeurs", "traducteur", "traducteurs", "traductrice", "illustrateur"),
        *("illustratrice", "directeur de publication", "otros autores", "coautor", "coautores", "colaboradores"),
        *("traductor", "traductora", "traductores", "ilustrador", "ilustradora", "ilustradores", "editor literario"),
    ),
    "statement": (
        *("statement of responsibility", "responsibility", "verantwortlichkeitsangabe", "verfasserangabe"),
        *("mention de responsabilité", "mentions de responsabilité", "mención de responsabilidad", "responsabilidad"),
    ),
    "isbn": (
        *(
            "isbn",
            "isbns",
            "isbn 10",
            "isbn10",
            "isbn number",
            "isbn no",
            "isbn nummer",
            "isbn nr",
            "n° isbn",
            "no isbn",
        ),
        *(
            "numéro isbn",
            "número isbn",
            "isbn/uid",
            "isbn/issn",
            "isbn/ean",
            "isbn issn",
            "isbn(s)",
            "upc isbn10",
            "sbn",
            "isbn code",
        ),
    ),
    "isbn13": ("isbn 13", "isbn13", "isbn-13", "ean", "ean 13", "ean13", "ean isbn13", "ean/isbn", "gtin", "code ean"),
    "barcode": (
        *(
            "barcode",
            "bar code",
            "barcodes",
            "item barcode",
            "copy barcode",
            "barcode number",
            "item number",
            "item no",
        ),
        *("item id", "accession number", "accession no", "accession", "inventory number", "inventory no", "label"),
        *(
            "inventarnummer",
            "inventarnr",
            "inventar nr",
            "inv nr",
            "mediennummer",
            "mediennr",
            "medien nr",
            "buchnummer",
        ),
        *("exemplarnummer", "exemplar nr", "zugangsnummer", "zugangsnr", "strichcode", "barcode nr", "etikett"),
        *(
            "etikettennummer",
            "code barres",
            "code à barres",
            "code barre",
            "codebarre",
            "codebarres",
            "n° d'inventaire",
            "numéro inventaire",
        ),
        *("numéro d'inventaire", "n° inventaire", "n° exemplaire", "numéro d'exemplaire", "código de barras"),
        *(
            "codigo barras",
            "número de inventario",
            "n° de inventario",
            "nº inventario",
            "nº de inventario",
            "inventario",
        ),
        *("número de registro", "nº de registro", "nº registro", "número de ejemplar", "código de ejemplar"),
    ),
    "shelf_mark": (
        *("call number", "call no", "call #", "callnumber", "item call number", "itemcallnumber", "shelf mark"),
        *("shelfmark", "shelf number", "spine label", "signatur", "standortsignatur", "cote", "cotation", "signatura"),
        *("signatura topográfica", "topográfico", "dewey", "dewey decimal", "ddc", "dewey number", "classification"),
        *("class number", "notation", "systematik", "lc call number", "lc classification", "shelf", "regal", "étagère"),
        *("rayon", "estante", "estantería", "standort", "shelf location", "location", "emplacement", "localisation"),
        *("ubicación", "localización"),
    ),
    "condition": (
        *("condition", "item condition", "physical condition", "zustand", "erhaltung", "erhaltungszustand", "état"),
        *("état du livre", "estado de conservación", "conservación", "estado físico", "condición"),
    ),
    "copies": (
        *("copies", "number of copies", "no of copies", "# of copies", "# copies", "copy count", "quantity", "qty"),
        *("owned copies", "anzahl", "anzahl exemplare", "exemplare", "exemplaranzahl", "stück", "stückzahl", "menge"),
        *("nombre d'exemplaires", "nb exemplaires", "nb d'exemplaires", "exemplaires", "quantité", "qté", "ejemplares"),
        *("número de ejemplares", "nº de ejemplares", "nº ejemplares", "cantidad", "copias"),
    ),
    "medium": (
        *(
            "media type",
            "medium",
            "media",
            "item type",
            "itype",
            "material type",
            "material",
            "format",
            "document type",
        ),
        *("type", "binding", "medienart", "medientyp", "materialart", "mediengruppe", "art", "typ", "einband"),
        *("type de document", "type de média", "support", "reliure", "tipo de material", "tipo de documento", "tipo"),
        *("formato", "soporte", "encuadernación"),
    ),
}
"""Of each meaning the words that a header has, those that say it best first."""

EXPORTS = (
    Export(name="This library’s own", signature=HEADINGS, is_ours=True),
    Export(
        name="Goodreads",
        signature=("Title", "Author l-f", "Exclusive Shelf"),
        columns={"Author l-f": ""},
    ),
    Export(name="StoryGraph", signature=("Title", "Authors", "ISBN/UID", "Read Status")),
    Export(name="LibraryThing", signature=("Title", "Primary Author", "Secondary Author")),
    Export(
        name="BookBuddy", signature=("Title", "Author", "Author (Last, First)"), columns={"Author (Last, First)": ""}
    ),
    Export(name="Libib", signature=("title", "creators", "ean_isbn13"), columns={"group": ""}),
    Export(name="Calibre", signature=("title", "authors", "author_sort"), columns={"formats": "", "series_index": ""}),
    Export(
        name="Zotero",
        signature=("Key", "Item Type", "Title", "Publication Title"),
        columns={"Volume": "", "Type": "", "Format": "", "Rights": "", "Series": ""},
    ),
    Export(name="Readerware", signature=("TITLE", "AUTHOR", "AUTHOR2")),
    Export(name="Koha", signature=("title", "itemcallnumber"), columns={"copynumber": "", "location": ""}),
    Export(name="Koha", signature=("title", "biblionumber"), columns={"copynumber": "", "location": ""}),
)

VOCABULARY = Vocabulary(words=WORDS, header=[["title"]], exports=EXPORTS)
