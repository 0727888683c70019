"""An answer is lost, and the program asks again."""

from secrets import token_hex

from road.tour.client import Answer
from road.tour.crud import AUTHOR, ISBN
from road.tour.report import Report
from road.tour.world import World

TITLE = "The Word for World Is Forest"
BOOKS = "SELECT {} FROM catalog_book WHERE title = 'The Word for World Is Forest'"
ENTRIES = "SELECT count(DISTINCT entry_id) FROM cqrs_journalsubject WHERE subject IN ({})"


def play(report: Report, world: World) -> None:
    report.scene(
        "A retry",
        "A program adds a book, loses the answer on its way, and does what programs do: it asks again.",
    )
    by_crud(report, world)
    by_commands(report, world)


def by_crud(report: Report, world: World) -> None:
    clerk, row = world.crud.clerk(), {"title": TITLE, "isbn": ISBN, "author": AUTHOR}
    answers = [clerk.post("/api/book", row) for _ in range(2)]
    books = [each for each in clerk.get("/api/book").document if each["title"] == TITLE]

    shown(report, "step 0", "POST /api/book", answers)
    report.claim("step 0 does it twice", len(books) == 2, f"{len(books)} books where one stands on the shelf")


def by_commands(report: Report, world: World) -> None:
    program, wanted = world.library.program(), {"title": TITLE, "author": {"name": "Ursula K. Le Guin"}}
    key = {"Idempotency-Key": token_hex(8)}
    first, again = (program.post("/api/book/new", wanted, **key) for _ in range(2))
    ((books,),), ((entries,),) = (
        world.library.rows(each) for each in (BOOKS.format("count(*)"), ENTRIES.format(BOOKS.format("id")))
    )

    replayed = again.headers.get("idempotency-replayed", "no")

    shown(report, "product", "POST /api/book/new, Idempotency-Key: …", [first, again])
    report.claim(
        "the product gives the same answer, and says that it is the first one's",
        first.document == again.document and replayed == "true",
        f"{first} and {again}, Idempotency-Replayed: {replayed}",
    )
    report.claim("and does it once", (books, entries) == (1, 1), f"{books} book, {entries} entry in the journal")


def shown(report: Report, where: str, request: str, answers: list[Answer]) -> None:
    for number, answer in enumerate(answers):
        report.asked("" if number else where, f"{request}{' (again)' if number else ''}", str(answer))
