"""Two clerks lend one book: the last one to save wins, or one is told who has it."""

from road.tour.crud import lent
from road.tour.report import Report
from road.tour.world import World


def play(report: Report, world: World) -> None:
    report.scene(
        "Two clerks, one book",
        "Both look the book up, and see that it is there. One lends it to Ada, then the other to Eve.",
    )
    by_crud(report, world)
    by_commands(report, world)


def by_crud(report: Report, world: World) -> None:
    """PUT sends the whole row, as it was when it was read."""
    url, ada, eve = world.crud.book("The Dispossessed"), world.crud.user("Ada"), world.crud.user("Eve")
    one, other = world.crud.clerk(), world.crud.clerk()
    seen, seen_too = one.get(url).document, other.get(url).document
    first, second = one.put(url, lent(seen, ada)), other.put(url, lent(seen_too, eve))
    has_it = one.get(url).document["borrower"]

    report.asked("step 0", "clerk 1: GET /api/book/…", seen["status"])
    report.asked("", "clerk 2: GET /api/book/…", seen_too["status"])
    report.asked("", "clerk 1: PUT /api/book/… BORROWED, Ada", str(first))
    report.asked("", "clerk 2: PUT /api/book/… BORROWED, Eve", str(second))
    told = [first.status, second.status]
    report.claim(
        "step 0 tells both yes, and one loan is gone without a word",
        told == [200, 200] and has_it == eve,
        f"both have {told[0]}; the row has {'Eve' if has_it == eve else 'Ada'}",
    )


def by_commands(report: Report, world: World) -> None:
    """BorrowBook says what is meant."""
    book, ada, eve = world.library.book("The Dispossessed"), world.library.user("Ada"), world.library.user("Eve")
    one, other = world.library.program(), world.library.program()
    seen, seen_too = (clerk.get(f"/api/book/{book}/file").document["results"][0]["status"] for clerk in (one, other))
    first = one.post(f"/api/book/{book}/borrow", {"user_id": ada})
    second = other.post(f"/api/book/{book}/borrow", {"user_id": eve})

    report.asked("product", "clerk 1: GET /api/book/…/file", seen)
    report.asked("", "clerk 2: GET /api/book/…/file", seen_too)
    report.asked("", "clerk 1: POST /api/book/…/borrow, Ada", str(first))
    report.asked("", "clerk 2: POST /api/book/…/borrow, Eve", str(second))
    report.claim(
        "the product refuses the other, by a code",
        first.status == 200 and (second.status, second.code) == (409, "book_not_available"),
        f"{first} and {second}",
    )
    said = second.document["detail"] if second.status == 409 else "nothing"
    report.claim("the refusal says who has it", "Ada" in said, said)
