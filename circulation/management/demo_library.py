"""The content of the demonstration library: its books, its people, who has borrowed what, and who waits for it.

Pure data, with no import from Django, so that the command which fills a database with it (and the tests) can read it
freely. The books are real ones and each ISBN belongs to an actual edition of the book beside it; two stand for the old
printings, from before there were ISBNs, that every library has on its shelves. The people are invented, and so are the
last books, of the library's own village. What is new comes last: each book and person is a step that has its number.

A title listed twice in ``BOOKS`` has two copies. Loans name a person by email address and a book by title, and tell
time in days before today, so that a demonstration set up on any day has current, overdue and finished loans, people in
a queue, and a book on the hold shelf.
"""

from datetime import date
from typing import NamedTuple


class DemoBook(NamedTuple):
    """One copy of a book; ``isbn`` is an ISBN-13 without hyphens, or empty if the book has none.

    So is ``author``; ``barcode`` is on the label that a book had before, if it had one.
    """

    title: str
    author: str
    isbn: str
    statement: str = ""
    shelf_mark: str = ""
    condition: str = ""
    barcode: str = ""


class DemoPerson(NamedTuple):
    """Someone who uses the library. Who has no ``email``, or shares it, has a ``card`` from before."""

    name: str
    email: str
    verified: bool
    birth_date: date | None = None
    card: str = ""
    note: str = ""

    @property
    def known_by(self) -> str:
        """What no other person has."""
        return self.card or self.email


class DemoLoan(NamedTuple):
    """A copy that is out: ``person`` is the borrower's email address."""

    person: str
    title: str
    days_ago: int


class DemoReturnedLoan(NamedTuple):
    """A loan that has come back."""

    person: str
    title: str
    days_ago_lent: int
    days_ago_returned: int


class DemoMissing(NamedTuple):
    """A copy reported missing, while on loan to ``person`` (None: it went missing from the shelf)."""

    title: str
    person: str | None
    days_ago_lent: int
    days_ago_reported: int


class DemoReservation(NamedTuple):
    """A person who waits for a title, of which there is one copy."""

    person: str
    title: str
    days_ago: int


class DemoWithdrawn(NamedTuple):
    """A copy that is out of use."""

    title: str
    reason: str
    days_ago: int


class DemoSuspension(NamedTuple):
    """A person whom the staff have suspended, until so many days from now."""

    person: str
    reason: str
    days_ago: int
    days_left: int


BOOKS: tuple[DemoBook, ...] = (
    # Classics
    DemoBook("The Odyssey", "Homer", "9780143039952"),
    DemoBook("The Iliad", "Homer", "9780140275360"),
    DemoBook("Tao Te Ching", "Lao Tzu", "9780679776192"),
    DemoBook("Meditations", "Marcus Aurelius", "9780140449334"),
    DemoBook("Beowulf: A New Verse Translation", "Seamus Heaney", "9780393320978"),
    DemoBook("The Divine Comedy: Inferno, Purgatorio, Paradiso", "Dante Alighieri", "9780679433132"),
    DemoBook("The Decameron", "Giovanni Boccaccio", "9780140449303"),
    DemoBook("Don Quixote", "Miguel de Cervantes Saavedra", "9780142437230"),
    DemoBook("The Compleat Angler", "Izaak Walton", ""),
    DemoBook("The Natural History of Selborne", "Gilbert White", ""),
    # Novels of the nineteenth century
    DemoBook("Emma", "Jane Austen", "9780141439587"),
    DemoBook("Mansfield Park", "Jane Austen", "9780141439808"),
    DemoBook("Frankenstein; or, The Modern Prometheus", "Mary Shelley", "9780141439471"),
    DemoBook("The Count of Monte Cristo", "Alexandre Dumas", "9780140449266"),
    DemoBook("Dead Souls", "Nikolai Gogol", "9780140448078"),
    DemoBook("Jane Eyre", "Charlotte Brontë", "9780142437209"),
    DemoBook("Bleak House", "Charles Dickens", "9780143037613"),
    DemoBook("A Tale of Two Cities", "Charles Dickens", "9780141439600"),
    DemoBook("Les Misérables", "Victor Hugo", "9780451525260"),
    DemoBook("Crime and Punishment", "Fyodor Dostoyevsky", "9780143058144"),
    DemoBook("Crime and Punishment", "Fyodor Dostoyevsky", "9780143058144"),
    DemoBook("Middlemarch", "George Eliot", "9780451529176"),
    # Novels since then
    DemoBook("The Metamorphosis", "Franz Kafka", "9780553213690"),
    DemoBook("Mrs. Dalloway", "Virginia Woolf", "9780151009985"),
    DemoBook("All Quiet on the Western Front", "Erich Maria Remarque", "9780449213940"),
    DemoBook("Strong Poison", "Dorothy L. Sayers", "9780060809089"),
    DemoBook("The Long Goodbye", "Raymond Chandler", "9780394757681"),
    DemoBook("1984", "George Orwell", "9780451524935"),
    DemoBook("The Martian Chronicles", "Ray Bradbury", "9780553278224"),
    DemoBook("Doctor Zhivago", "Boris Pasternak", "9780679774389"),
    DemoBook("Palace Walk", "Naguib Mahfouz", "9780385264662"),
    DemoBook("A House for Mr Biswas", "V. S. Naipaul", "9780330487191"),
    DemoBook("Cosmicomics", "Italo Calvino", "9780156226004"),
    DemoBook("Kindred", "Octavia E. Butler", "9780807083697"),
    DemoBook("Midnight's Children", "Salman Rushdie", "9780099578512"),
    DemoBook("The House of the Spirits", "Isabel Allende", "9780553383805"),
    DemoBook("The Unbearable Lightness of Being", "Milan Kundera", "9780571224388"),
    DemoBook("Foucault's Pendulum", "Umberto Eco", "9780156032971"),
    DemoBook(
        "Good Omens: The Nice and Accurate Prophecies of Agnes Nutter, Witch",
        "Neil Gaiman and Terry Pratchett",
        "9780060853983",
    ),
    DemoBook("The Diamond Age: Or, a Young Lady's Illustrated Primer", "Neal Stephenson", "9780553380965"),
    DemoBook("Blindness", "José Saramago", "9780156007757"),
    DemoBook("Americanah", "Chimamanda Ngozi Adichie", "9780307271082"),
    DemoBook("The Thing Around Your Neck", "Chimamanda Ngozi Adichie", "9780307271075"),
    # In their own languages
    DemoBook("2666", "Roberto Bolaño", "9788433968678"),
    DemoBook("Le Petit Prince", "Antoine de Saint-Exupéry", "9782070612758"),
    DemoBook("L'Écume des jours", "Boris Vian", "9782253140870"),
    DemoBook("Demian. Die Geschichte von Emil Sinclairs Jugend", "Hermann Hesse", "9783518367063"),
    DemoBook("Novecento. Un monologo", "Alessandro Baricco", "9788807813023"),
    DemoBook("Czas pogardy", "Andrzej Sapkowski", "9788370540913"),
    DemoBook("Kürk Mantolu Madonna", "Sabahattin Ali", "9789753638029"),
    DemoBook("ثلاثية غرناطة", "رضوى عاشور", "9789770907375"),
    DemoBook("こころ", "夏目漱石", "9784101010137"),
    # Poetry and plays
    DemoBook("Twenty Love Poems and a Song of Despair", "Pablo Neruda", "9780143039969"),
    DemoBook("The Selected Poetry of Rainer Maria Rilke", "Rainer Maria Rilke", "9780679722014"),
    DemoBook("Howl and Other Poems", "Allen Ginsberg", "9780872863101"),
    DemoBook("Arcadia", "Tom Stoppard", "9780571169344"),
    # Science
    DemoBook("Silent Spring", "Rachel Carson", "9780618249060"),
    DemoBook("A Brief History of Time", "Stephen Hawking", "9780553380163"),
    DemoBook("Six Easy Pieces", "Richard P. Feynman", "9780465023929"),
    DemoBook("The Man Who Mistook His Wife for a Hat and Other Clinical Tales", "Oliver Sacks", "9780684853949"),
    DemoBook(
        "Longitude: The True Story of a Lone Genius Who Solved the Greatest Scientific Problem of His Time",
        "Dava Sobel",
        "9780802714626",
    ),
    DemoBook("Gödel, Escher, Bach: An Eternal Golden Braid", "Douglas R. Hofstadter", "9780465026562"),
    # Computing and design
    DemoBook("The C Programming Language", "Brian W. Kernighan and Dennis M. Ritchie", "9780131103627"),
    DemoBook(
        "Structure and Interpretation of Computer Programs",
        "Harold Abelson and Gerald Jay Sussman with Julie Sussman",
        "9780262510875",
    ),
    DemoBook("The Mythical Man-Month: Essays on Software Engineering", "Frederick P. Brooks, Jr.", "9780201835953"),
    DemoBook("The Design of Everyday Things", "Donald A. Norman", "9780465067107"),
    # History, thought and other lives
    DemoBook("The Second Sex", "Simone de Beauvoir", "9780679724513"),
    DemoBook("A Little History of the World", "E. H. Gombrich", "9780300108835"),
    DemoBook("The Fire Next Time", "James Baldwin", "9780679744726"),
    DemoBook("Long Walk to Freedom", "Nelson Mandela", "9780316548182"),
    DemoBook("Istanbul: Memories and the City", "Orhan Pamuk", "9781400033881"),
    DemoBook(
        "Mastering the Art of French Cooking",
        "Julia Child, Louisette Bertholle and Simone Beck",
        "9780375413407",
    ),
    # For children
    DemoBook("The House at Pooh Corner", "A. A. Milne", "9780525444442"),
    DemoBook("Charlotte's Web", "E. B. White", "9780064410939"),
    DemoBook("Charlotte's Web", "E. B. White", "9780064410939"),
    DemoBook("Tom's Midnight Garden", "Philippa Pearce", "9780064404457"),
    DemoBook("The Phantom Tollbooth", "Norton Juster", "9780394820378"),
    DemoBook("A Wizard of Earthsea", "Ursula K. Le Guin", "9780553383041"),
    DemoBook("A Wizard of Earthsea", "Ursula K. Le Guin", "9780553383041"),
    DemoBook("The Tombs of Atuan", "Ursula K. Le Guin", "9780689845369"),
    DemoBook("Alexander and the Terrible, Horrible, No Good, Very Bad Day", "Judith Viorst", "9780689711732"),
    DemoBook("The Brothers Lionheart", "Astrid Lindgren", "9781930900240"),
    # Of the village, with labels and shelf marks from before
    DemoBook(
        "Minutes of the Parish Council, 1891 to 1903",
        "",
        "",
        "kept by the clerks of the parish; edited by Enid Marlowe and Owen Pryce",
        "Local 352 MIN",
        "The binding is loose: handle with care.",
        "RL-0007",
    ),
    DemoBook("Songs from the Mill", "", "", "collected by the village choir", "Music 782 SON"),
    DemoBook("Birds of the Lower River", "Enid Marlowe", "", "Enid Marlowe; with drawings by Owen Pryce", "598 MAR"),
)

PEOPLE: tuple[DemoPerson, ...] = (
    DemoPerson("Zofia Wiśniewska", "zofia.wisniewska@example.org", True),
    DemoPerson("Tomás Echeverría", "tomas.echeverria@example.org", True),
    DemoPerson("Ngozi Umeh", "ngozi.umeh@example.org", True),
    DemoPerson("Søren Kjærgaard", "soren.kjaergaard@example.org", True),
    DemoPerson("Haruka Minamoto", "haruka.minamoto@example.org", True),
    DemoPerson("Éloïse Garnier", "eloise.garnier@example.org", True),
    DemoPerson("Margaret Ashdown", "margaret.ashdown@example.org", True),
    DemoPerson("Jiří Dvořáček", "jiri.dvoracek@example.org", True),
    DemoPerson("Nguyễn Thị Mai", "nguyen.thi.mai@example.org", True),
    DemoPerson("Yusuf Çelikkaya", "yusuf.celikkaya@example.org", False),
    DemoPerson("Priya Venkataraman", "priya.venkataraman@example.org", False),
    DemoPerson("Leila Haddadi", "leila.haddadi@example.org", False),
    # A grandchild without e-mail address, who is called as her grandmother is, and one who shares her mother's
    DemoPerson("Margaret Ashdown", "", True, date(2017, 5, 3), "S-0107", "Comes with her grandmother."),
    DemoPerson("Adaeze Umeh", "ngozi.umeh@example.org", True, date(2014, 11, 21), "S-0112"),
)

LOANS: tuple[DemoLoan, ...] = (
    DemoLoan("soren.kjaergaard@example.org", "Gödel, Escher, Bach: An Eternal Golden Braid", 45),
    DemoLoan("zofia.wisniewska@example.org", "Czas pogardy", 18),
    DemoLoan("zofia.wisniewska@example.org", "Crime and Punishment", 11),
    DemoLoan("zofia.wisniewska@example.org", "The Tombs of Atuan", 11),
    DemoLoan("zofia.wisniewska@example.org", "The Long Goodbye", 2),
    DemoLoan("tomas.echeverria@example.org", "2666", 20),
    DemoLoan("tomas.echeverria@example.org", "Cosmicomics", 6),
    DemoLoan("ngozi.umeh@example.org", "Palace Walk", 15),
    DemoLoan("ngozi.umeh@example.org", "Charlotte's Web", 9),
    DemoLoan("haruka.minamoto@example.org", "A Wizard of Earthsea", 8),
    DemoLoan("margaret.ashdown@example.org", "Bleak House", 13),
    DemoLoan("jiri.dvoracek@example.org", "The Unbearable Lightness of Being", 17),
    DemoLoan("yusuf.celikkaya@example.org", "Kürk Mantolu Madonna", 4),
    DemoLoan("yusuf.celikkaya@example.org", "The C Programming Language", 4),
    DemoLoan("priya.venkataraman@example.org", "Midnight's Children", 1),
)

RETURNED: tuple[DemoReturnedLoan, ...] = (
    DemoReturnedLoan("margaret.ashdown@example.org", "Strong Poison", 64, 51),
    DemoReturnedLoan("soren.kjaergaard@example.org", "Silent Spring", 60, 45),
    DemoReturnedLoan("haruka.minamoto@example.org", "こころ", 40, 22),
    DemoReturnedLoan("ngozi.umeh@example.org", "Americanah", 33, 15),
    DemoReturnedLoan("eloise.garnier@example.org", "L'Écume des jours", 26, 12),
    DemoReturnedLoan("priya.venkataraman@example.org", "A Little History of the World", 19, 7),
    DemoReturnedLoan("tomas.echeverria@example.org", "Blindness", 25, 2),
)

MISSING = DemoMissing("The Design of Everyday Things", "jiri.dvoracek@example.org", 19, 3)

# Two wait for a book that is overdue; one for a book that has come back.
RESERVATIONS: tuple[DemoReservation, ...] = (
    DemoReservation("nguyen.thi.mai@example.org", "Gödel, Escher, Bach: An Eternal Golden Braid", 12),
    DemoReservation("haruka.minamoto@example.org", "Gödel, Escher, Bach: An Eternal Golden Braid", 4),
    DemoReservation("eloise.garnier@example.org", "Blindness", 9),
)

WITHDRAWN = DemoWithdrawn("Doctor Zhivago", "Worn out: the spine is broken.", 10)

SUSPENDED = DemoSuspension("leila.haddadi@example.org", "Has not paid for a book that came back wet.", 5, 30)
