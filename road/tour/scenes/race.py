"""Twenty clerks lend one book at the same moment."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from road.tour.client import Answer, Client
from road.tour.crud import lent
from road.tour.report import Report
from road.tour.world import World

T = TypeVar("T")

CLERKS = 20


def play(report: Report, world: World) -> None:
    report.scene(
        f"{CLERKS} at once",
        f"{CLERKS} clerks lend one book to {CLERKS} people at one moment, each in a thread of its own.",
    )
    by_crud(report, world)
    by_commands(report, world)


def by_crud(report: Report, world: World) -> None:
    url, users = world.crud.book("The Left Hand of Darkness"), [world.crud.user(f"Reader {n}") for n in range(CLERKS)]
    free = world.crud.clerk().get(url).document
    told = at_once(lambda clerk, user: clerk.put(url, lent(free, user)), world.crud.clerk, users)
    yes, holder = sum(answer.status == 200 for answer in told), world.crud.clerk().get(url).document["borrower"]

    report.asked("step 0", f"{CLERKS} × PUT /api/book/… BORROWED", counted(told))
    report.claim(
        "step 0 tells each of them yes, and one has it",
        yes == CLERKS and users.count(holder) == 1,
        f"{yes} were told yes, the row has {users.count(holder)} of them",
    )


def by_commands(report: Report, world: World) -> None:
    library, title = world.library, "The Left Hand of Darkness"
    book, users = library.book(title), [library.user(f"Reader {number}") for number in range(CLERKS)]
    told = at_once(
        lambda clerk, user: clerk.post(f"/api/book/{book}/borrow", {"user_id": user}), library.program, users
    )
    winners, refused = sum(answer.status == 200 for answer in told), [answer for answer in told if answer.status != 200]

    report.asked("product", f"{CLERKS} × POST /api/book/…/borrow", counted(told))
    report.claim(f"exactly one of {CLERKS} lends", winners == 1, f"{winners} of {CLERKS}, on {library.database.name}")
    report.claim(
        "all others are refused by the same code",
        {(answer.status, answer.code) for answer in refused} == {(409, "book_not_available")},
        counted(refused) or "nobody was",
    )


def at_once(ask: Callable[[Client, T], Answer], client: Callable[[], Client], people: list[T]) -> list[Answer]:
    """The answers to all, whose requests leave together."""
    barrier = Barrier(len(people))

    def one(person: T) -> Answer:
        clerk = client()
        barrier.wait(60)
        return ask(clerk, person)

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(one, people))


def counted(answers: list[Answer]) -> str:
    """19 × 409 book_not_available."""
    return ", ".join(f"{number} × {answer}" for answer, number in Counter(map(str, answers)).most_common())
