"""What a client of CRUD has to do to lend by the rules, and what happens between its requests."""

from collections.abc import Callable

from road.tour.client import Answer, Client
from road.tour.report import Report
from road.tour.world import World

MOST = 2
"""Books that somebody may have who is not verified, by the product's rules."""

MEANWHILE = {
    "user_suspended": "a colleague suspends the person",
    "book_not_available": "a colleague lends the book to somebody else",
    "loan_limit_reached": f"the person borrows {MOST} others at the other desk",
}
"""What happens between the third call and the fourth, and the code by which BorrowBook refuses then."""


def play(report: Report, world: World) -> None:
    report.scene(
        "One command, or four calls",
        f"Step 0 can keep the rules (not suspended, the book is there, at most {MOST} books) only in its clients: "
        "they read the user, the book and all loans, decide, and write. Meanwhile others are at work. The product "
        "decides and writes in one transaction, so that whatever the others do comes before it or after it.",
    )
    made = {code: _by_crud(world, code) for code in MEANWHILE}
    refused = {code: _by_command(world, code) for code in MEANWHILE}
    report.asked("step 0", "GET the user, the book, all loans; PATCH the book", f"{made['user_suspended'][1]} requests")
    report.asked("product", "POST /api/book/…/borrow", f"{refused['user_suspended'][1]} request")
    report.say("")
    heads = ("after the third call, or before the command", "step 0", "product")
    report.table(heads, [(MEANWHILE[code], made[code][0], refused[code][0]) for code in MEANWHILE])
    report.say("")
    _claims(report, made, refused)


def _claims(report: Report, made: dict[str, tuple[Answer, int]], refused: dict[str, tuple[Answer, int]]) -> None:
    calls, requests = {count for _, count in made.values()}, {count for _, count in refused.values()}
    report.claim(
        "what takes CRUD four requests takes one", (calls, requests) == ({4}, {1}), f"{max(calls)} and {max(requests)}"
    )
    forbidden = sum(answer.status == 200 for answer, _ in made.values())
    report.claim(
        "step 0 makes each loan that the rules forbid by now",
        forbidden == len(made),
        f"{forbidden} of {len(made)}, though its client has looked each time",
    )
    kept = [code for code, (answer, _) in refused.items() if (answer.status, answer.code) == (409, code)]
    report.claim("the product refuses each, and says why", kept == list(refused), f"{len(kept)} of {len(refused)}")


def _by_crud(world: World, code: str) -> tuple[Answer, int]:
    """The answer to the last of the calls, and how many there were."""
    crud, name = world.crud, f"Reader of {code}"
    user, url, others = crud.user(name), crud.book(f"About {code}"), [crud.book(f"{code} {n}") for n in range(MOST)]
    colleague, clerk = crud.clerk(), crud.clerk()

    def meanwhile() -> None:
        {
            "user_suspended": lambda: [colleague.patch(f"/api/user/{user}", {"status": "SUSPENDED"})],
            "book_not_available": lambda: [_lend(colleague, url, crud.user("Eve"))],
            "loan_limit_reached": lambda: [_lend(colleague, other, user) for other in others],
        }[code]()

    return _lend_by_the_rules(clerk, url, user, meanwhile), clerk.requests


def _lend_by_the_rules(clerk: Client, url: str, user: int, meanwhile: Callable[[], None]) -> Answer:
    """As a careful client does, which writes only if everything that it has read is as it should be."""
    person, book = clerk.get(f"/api/user/{user}"), clerk.get(url)
    loans = [each for each in clerk.get("/api/book").document if each["borrower"] == user]
    is_right = person.document["status"] == "VERIFIED" and book.document["status"] == "AVAILABLE" and len(loans) < MOST
    meanwhile()
    return _lend(clerk, url, user) if is_right else book


def _lend(clerk: Client, url: str, user: int) -> Answer:
    return clerk.patch(url, {"status": "BORROWED", "borrower": user})


def _by_command(world: World, code: str) -> tuple[Answer, int]:
    library, colleague, clerk = world.library, world.library.program(), world.library.program()
    user, book = library.user(f"Reader of {code}"), library.book(f"About {code}")
    if code == "user_suspended":
        colleague.post(f"/api/user/{user}/suspend", {"reason": "Owes a fee."})
    elif code == "book_not_available":
        colleague.post(f"/api/book/{book}/borrow", {"user_id": library.user("Eve of the fourth scene")})
    else:
        for number in range(MOST):
            colleague.post(f"/api/book/{library.book(f'{code} {number}')}/borrow", {"user_id": user})
    return clerk.post(f"/api/book/{book}/borrow", {"user_id": user}), clerk.requests
