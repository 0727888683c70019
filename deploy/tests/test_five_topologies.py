"""Each topology, deployed and run: the same day at the library on all five, by every way that leads to a function."""

import json
import math
import re
from collections.abc import Iterator, Sequence
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from uuid import UUID, uuid4

import pytest

from deploy.tests.aws import PROJECT, Aws, zappa_settings
from deploy.tests.deployment import MAINTENANCE, PRODUCTION, Deployment, deployed_topology
from deploy.tests.events import Answer, queue_event, recorded
from deploy.tests.library import PERSON, STAFF, Arranger, Client, Page, new_person, unique
from deploy.tests.runtime import Function, FunctionError
from deploy.topologies import Topology, topologies
from library_site.cqrs.operations import all_operations

TOPOLOGIES = {each.name: each for each in topologies(zappa_settings()["base"])}
F = TypeVar("F")
QUERIES = {each.name for each in all_operations() if each.is_query}


@pytest.fixture(scope="module", params=TOPOLOGIES)
def deployment(request: pytest.FixtureRequest, moto: Aws, unpacked: Path, database_server: str) -> Iterator[Deployment]:
    with deployed_topology(request.param, moto, unpacked, database_server) as deployment:
        yield deployment


@pytest.fixture
def topology(request: pytest.FixtureRequest, deployment: Deployment) -> Topology:
    """What was to be deployed, by the table that the templates are made from."""
    return TOPOLOGIES[request.node.callspec.params["deployment"]]


@pytest.fixture
def home(topology: Topology) -> dict[str, str]:
    """The function of each operation, by that table."""
    return {each.name: topology.function_of(each).name for each in all_operations()}


# A day at the library


class Ids(NamedTuple):
    """Who and what the day is about."""

    ann: str
    bob: str
    dune: str
    messiah: str
    hive: str
    herbert: str


def test_a_day_at_the_library(deployment: Deployment, home: dict[str, str]) -> None:
    desk, program = deployment.client(), deployment.program()
    before = len(journal(deployment))

    the_doors_are_shut(deployment.client())
    staff_sign_in(desk)
    ann, bob = people_register(desk, program)
    ids = Ids(ann, bob, *books_are_bought(desk, program))
    what_the_library_has_is_found(desk, program, ids)
    key = books_are_lent(desk, program, ids)
    what_is_lent_is_not_lent_again(desk, program, ids)
    a_book_is_kept_for_longer(program, ids)
    reservation = somebody_waits_for_a_book(program, ids)
    books_cannot_be_found(desk, program, ids)
    books_turn_up(desk, program, ids)
    books_come_back(desk, program, ids)
    a_book_waits_for_somebody(program, ids, reservation)
    the_stock_is_looked_after(program, ids)
    labels_are_printed(desk, program, ids)
    people_change(program, ids)
    days_pass(program)
    everything_is_on_file(program, ids)
    everything_is_counted(desk, program)
    what_arrives_late_is_not_done_again(program, ids, key)
    tables_are_edited(desk, program, ids)

    (staff,) = {actor for *_, actor in deployment.rows("SELECT 'user:' || id FROM auth_user")}
    assert journal(deployment)[before:] == [(*entry, staff) for entry in THE_DAY]
    assert deployment.front_door.functions_by_operation() == {name: {function} for name, function in home.items()}


THE_DAY = [
    ("RegisterUser", "html", "CARRIED_OUT", ""),
    ("VerifyUser", "html", "CARRIED_OUT", ""),
    ("RegisterUser", "rest", "CARRIED_OUT", ""),
    ("VerifyUser", "rest", "CARRIED_OUT", ""),
    ("AddNewBook", "rest", "CARRIED_OUT", ""),
    ("AddNewBook", "html", "CARRIED_OUT", ""),
    ("AddNewBook", "rest", "CARRIED_OUT", ""),
    ("BorrowBook", "html", "CARRIED_OUT", ""),
    ("BorrowBook", "rest", "CARRIED_OUT", ""),
    ("BorrowBook", "rest", "CARRIED_OUT", ""),
    ("BorrowBook", "rest", "REFUSED", "book_not_available"),
    ("BorrowBook", "html", "REFUSED", "book_not_available"),
    ("RenewLoan", "rest", "CARRIED_OUT", ""),
    ("PlaceReservation", "rest", "CARRIED_OUT", ""),
    ("MoveReservation", "rest", "CARRIED_OUT", ""),
    ("RenewLoan", "rest", "REFUSED", "book_reserved"),
    ("ReportMissingBook", "rest", "CARRIED_OUT", ""),
    ("ReportMissingBook", "html", "CARRIED_OUT", ""),
    ("BorrowBook", "rest", "REFUSED", "book_not_available"),
    ("ReportFoundBook", "html", "CARRIED_OUT", ""),
    ("ReportFoundBook", "rest", "CARRIED_OUT", ""),
    ("ReturnBook", "rest", "CARRIED_OUT", ""),
    ("ReturnBook", "html", "CARRIED_OUT", ""),
    ("BorrowBook", "rest", "REFUSED", "book_reserved"),
    ("CancelReservation", "rest", "CARRIED_OUT", ""),
    ("AddCopies", "rest", "CARRIED_OUT", ""),
    ("CorrectBook", "rest", "CARRIED_OUT", ""),
    ("WithdrawBook", "rest", "CARRIED_OUT", ""),
    ("RestoreBook", "rest", "CARRIED_OUT", ""),
    ("ChangeContact", "rest", "CARRIED_OUT", ""),
    ("SuspendUser", "rest", "CARRIED_OUT", ""),
    ("ReinstateUser", "rest", "CARRIED_OUT", ""),
    ("SetCalendarException", "rest", "CARRIED_OUT", ""),
    ("ExpireReservations", "rest", "CARRIED_OUT", ""),
    ("EndSuspensions", "rest", "CARRIED_OUT", ""),
]


def journal(deployment: Deployment) -> list[Any]:
    return deployment.rows("SELECT operation, source, outcome, code, actor FROM cqrs_journalentry ORDER BY at")


def the_doors_are_shut(stranger: Client) -> None:
    """Nobody is served without saying who it is, but for what tells how to."""
    assert stranger.get("/healthz").json() == {"status": "ok"}
    for url in ("/api/book", "/api/book/missing", "/api/book/search?q=dune"):
        assert_problem(stranger.get(url), 401, "not_authenticated")
    assert_problem(stranger.post("/api/user/register", new_person()), 401, "not_authenticated")
    assert_problem(stranger.get("/api/nothing/here"), 404, "not_found")
    assert stranger.get("/nothing/here").status == 404
    schema = stranger.get("/api/schema?format=json").json()
    named = {about["operationId"] for methods in schema["paths"].values() for about in methods.values()}
    assert {each.name for each in all_operations()} <= named
    assert stranger.get("/").headers["location"] == "/login?next=/"
    (sheet,) = (each for each in Page(stranger.get("/login").text).loads if each.endswith(".css"))
    assert stranger.get(sheet).headers["content-type"] == 'text/css; charset="utf-8"'


def staff_sign_in(desk: Client) -> None:
    signed_in = desk.sign_in()
    assert (signed_in.status, signed_in.headers["location"]) == (302, "/")
    assert "Scan a card or a book" in desk.get("/").text


def people_register(desk: Client, program: Client) -> tuple[str, str]:
    """Ann at the desk, Bob by the program of a branch."""
    registered = fill_in(desk, "/register-user", new_person())
    assert f"Ann {PERSON} is registered, and not verified yet." in registered.words
    ann = registered.url.removeprefix("/verify-user?user_id=")
    assert f"Ann {PERSON} is verified." in fill_in(desk, registered.url, {"user_id": ann}).words

    bob = done(program.post("/api/user/register", new_person() | {"name": f"Bob {PERSON}"}), 201)["user_id"]
    assert done(program.post(f"/api/user/{bob}/verify", {})) == {"user_id": bob, "status": "VERIFIED"}
    found = done(program.get(f"/api/user/search?q={PERSON}"))["results"]
    status = {each["id"]: (each["name"], each["status"]) for each in found}
    assert status.items() >= {ann: (f"Ann {PERSON}", "VERIFIED"), bob: (f"Bob {PERSON}", "VERIFIED")}.items()
    return ann, bob


def books_are_bought(desk: Client, program: Client) -> tuple[str, str, str, str]:
    """Dune by an author who is new, two more by the same author."""
    bought = {"title": "Dune", "isbn": "0-441-01359-7", "author": {"name": "Frank Herbert"}}
    dune = done(program.post("/api/book/new", bought), 201)
    assert dune["author_added"]
    added = fill_in(desk, "/add-new-book", {"title": "Dune Messiah", "author_q": "Frank Herbert"})
    assert "Added “Dune Messiah” by Frank Herbert." in added.words
    bought = {"title": "Hellstrom's Hive", "author": {"id": dune["author_id"]}}
    hive = done(program.post("/api/book/new", bought), 201)
    assert (hive["author_id"], hive["author_added"]) == (dune["author_id"], False)
    (messiah,) = done(program.get("/api/book/search?q=dun+mess"))["results"]
    return dune["book_id"], messiah["id"], hive["book_id"], dune["author_id"]


def what_the_library_has_is_found(desk: Client, program: Client, ids: Ids) -> None:
    """By whoever is known to any function: with a token, or signed in at the desk."""
    (author,) = done(program.get("/api/author/search?q=herb"))["results"]
    assert author == {"id": ids.herbert, "name": "Frank Herbert"}
    assert titles(program, f"/api/book/by-author/{ids.herbert}") == ["Dune", "Dune Messiah", "Hellstrom's Hive"]
    for client in (program, desk):
        assert titles(client, "/api/book/search?q=dun+her&page_size=1") == ["Dune", "Dune Messiah"]


def books_are_lent(desk: Client, program: Client, ids: Ids) -> str:
    """All three to Ann: the first by scanning it, the others by a program that loses an answer; its key for one."""
    lent = fill_in(desk, "/borrow-book", {"user_id": ids.ann, "book_id_q": "9780441013593"})
    assert f"“Dune” is lent to Ann {PERSON}, due on " in lent.words
    key = {"Idempotency-Key": str(uuid4())}
    lost, retried = (
        program.post(f"/api/book/{ids.messiah}/borrow", {"user_id": ids.ann}, headers=key) for _ in range(2)
    )
    assert done(lost) == done(retried)
    assert "idempotency-replayed" not in lost.headers
    assert retried.headers["idempotency-replayed"] == "true"
    done(program.post(f"/api/book/{ids.hive}/borrow", {"user_id": ids.ann}))

    borrowed = ["Dune", "Dune Messiah", "Hellstrom's Hive"]
    assert sorted(titles(program, f"/api/book/by-user/{ids.ann}?page_size=2")) == borrowed
    listed = done(program.get(f"/api/book?borrower={ids.ann}&status=BORROWED"))["results"]
    assert sorted(each["title"] for each in listed) == borrowed
    return key["Idempotency-Key"]


def what_is_lent_is_not_lent_again(desk: Client, program: Client, ids: Ids) -> None:
    refused = program.post(f"/api/book/{ids.dune}/borrow", {"user_id": ids.bob})
    assert_problem(refused, 409, "book_not_available")
    assert refused.json()["borrower_id"] == ids.ann
    assert [each["code"] for each in refused.json()["problems"]] == ["book_not_available"]
    page = fill_in(desk, "/borrow-book", {"user_id": ids.bob, "book_id": ids.dune}, status=422)
    assert f"“Dune” is on loan to Ann {PERSON}" in page.words


def a_book_is_kept_for_longer(program: Client, ids: Ids) -> None:
    renewed = done(program.post(f"/api/book/{ids.hive}/renew", {}))
    assert (renewed["user_id"], renewed["renewals"]) == (ids.ann, 1)


def somebody_waits_for_a_book(program: Client, ids: Ids) -> str:
    """Bob, and so Ann may not keep it any longer. The reservation."""
    placed = done(program.post(f"/api/book/{ids.hive}/reserve", {"user_id": ids.bob}), 201)
    assert (placed["position"], placed["waiting_book_id"]) == (1, None)
    reservation: str = placed["reservation_id"]
    moved = program.post(f"/api/reservation/{reservation}/move", {"position": 1, "reason": "An exam."})
    assert done(moved) == {"reservation_id": reservation, "user_id": ids.bob, "position": 1, "book_id": ids.hive}
    (waiting,) = done(program.get(f"/api/reservation/by-book/{ids.hive}"))["results"]
    assert (waiting["user_name"], waiting["state"]) == (f"Bob {PERSON}", "QUEUED")
    assert titles(program, f"/api/reservation/by-user/{ids.bob}") == ["Hellstrom's Hive"]
    assert_problem(program.post(f"/api/book/{ids.hive}/renew", {}), 409, "book_reserved")
    return reservation


def books_cannot_be_found(desk: Client, program: Client, ids: Ids) -> None:
    """Ann, who had them, is suspended."""
    missing = done(program.post(f"/api/book/{ids.messiah}/missing", {}))
    assert missing == {"book_id": ids.messiah, "user_id": ids.ann}
    reported = fill_in(desk, "/report-missing-book", {"book_id_q": "dune", "book_id": ids.dune})
    assert f"“Dune” is reported missing. Ann {PERSON} is suspended." in reported.words

    assert done(program.get(f"/api/user/{ids.ann}"))["status"] == "SUSPENDED"
    refused = program.post(f"/api/book/{ids.dune}/borrow", {"user_id": ids.ann})
    assert_problem(refused, 409, "book_not_available")
    assert [each["code"] for each in refused.json()["problems"]] == ["book_not_available", "user_suspended"]
    assert titles(program, "/api/book/missing?page_size=1") == ["Dune", "Dune Messiah"]
    assert "Dune Messiah" in Page(desk.get("/missing-books").text).text


def books_turn_up(desk: Client, program: Client, ids: Ids) -> None:
    """Ann may borrow again as soon as both are there."""
    found = fill_in(desk, "/report-found-book", {"book_id": ids.messiah})
    assert "“Dune Messiah” is found and available again." in found.words
    assert done(program.get(f"/api/user/{ids.ann}"))["status"] == "SUSPENDED"
    reinstated = {"book_id": ids.dune, "reinstated_user_id": ids.ann}
    assert done(program.post(f"/api/book/{ids.dune}/found", {})) == reinstated
    assert done(program.get(f"/api/user/{ids.ann}"))["status"] == "VERIFIED"
    assert titles(program, "/api/book/missing") == []


def books_come_back(desk: Client, program: Client, ids: Ids) -> None:
    """The one that was on loan; and one that was not, for scanners fire twice."""
    assert "Hellstrom's Hive" in titles(program, "/api/book/due?last=2099-12-31")
    assert done(program.post(f"/api/book/{ids.hive}/return", {}))["user_id"] == ids.ann
    returned = fill_in(desk, "/return-book", {"book_id_q": "9780441013593"})
    assert "“Dune” was not on loan. It is available." in returned.words
    assert titles(program, f"/api/book/by-user/{ids.ann}") == []


def a_book_waits_for_somebody(program: Client, ids: Ids, reservation: str) -> None:
    """Until Bob does not want it any more."""
    held = {each["id"]: each for each in done(program.get("/api/book/on-hold"))["results"]}
    assert (held[ids.hive]["user_id"], held[ids.hive]["reservation_id"]) == (ids.bob, reservation)
    assert_problem(program.post(f"/api/book/{ids.hive}/borrow", {"user_id": ids.ann}), 409, "book_reserved")
    cancelled = done(program.post(f"/api/reservation/{reservation}/cancel", {}))
    assert (cancelled["released_book_id"], cancelled["reserved_for_user_id"]) == (ids.hive, None)


def the_stock_is_looked_after(program: Client, ids: Ids) -> None:
    """A second copy of Dune; Hellstrom's Hive is given its real name, given away, and comes back."""
    (copy,) = done(program.post(f"/api/book/{ids.dune}/copies", {"copies": 1}), 201)["book_ids"]
    assert done(program.get(f"/api/book/{copy}/file"))["results"][0]["copies_available"] == 2
    done(program.post(f"/api/book/{ids.hive}/correct", {"title": "Hellstrom’s Hive"}))
    done(program.post(f"/api/book/{ids.hive}/withdraw", {"reason": "Given away."}))
    assert done(program.get(f"/api/book/{ids.hive}"))["status"] == "WITHDRAWN"
    done(program.post(f"/api/book/{ids.hive}/restore", {}))
    assert done(program.get(f"/api/book/{ids.hive}"))["status"] == "AVAILABLE"


def labels_are_printed(desk: Client, program: Client, ids: Ids) -> None:
    """For Dune, and for Ann's new card."""
    for kind, number in (("book", ids.dune), ("user", ids.ann)):
        (file,) = done(program.get(f"/api/{kind}/{number}/file"))["results"]
        (label,) = done(program.get(f"/api/{kind}/labels?first={file['barcode']}"))["results"]
        assert (label["id"], label["barcode"]) == (number, file["barcode"])
        page = "book-labels" if kind == "book" else "card-labels"
        assert "data:image/svg+xml;base64," in desk.get(f"/{page}?first={file['barcode']}").text


def people_change(program: Client, ids: Ids) -> None:
    """Bob has another address, and forgets to pay; but not for long."""
    contact = {"email": new_person()["email"]}
    done(program.post(f"/api/user/{ids.bob}/contact", contact))
    suspended = done(program.post(f"/api/user/{ids.bob}/suspend", {"reason": "Unpaid fees.", "until": "2099-12-31"}))
    assert (suspended["status"], suspended["suspended_until"]) == ("SUSPENDED", "2099-12-31")
    done(program.post(f"/api/user/{ids.bob}/reinstate", {"reason": "Paid."}))
    (file,) = done(program.get(f"/api/user/{ids.bob}/file"))["results"]
    assert (file["email"], file["status"], file["loans"]) == (contact["email"], "VERIFIED", 0)


def days_pass(program: Client) -> None:
    """None of the day's books is overdue."""
    day_off = {"day": "2099-12-25", "is_open": False, "note": "Christmas Day"}
    assert done(program.post("/api/calendar/exception", day_off)) == {"day": "2099-12-25", "is_open": False}
    assert done(program.post("/api/reservation/expire", {})).keys() == {"reservation_ids", "book_ids"}
    assert done(program.post("/api/user/end-suspensions", {})).keys() == {"user_ids"}
    assert titles(program, "/api/book/overdue") == []


def everything_is_on_file(program: Client, ids: Ids) -> None:
    assert titles(program, f"/api/user/{ids.ann}/past-loans?page_size=2") == [
        "Hellstrom’s Hive",
        "Dune",
        "Dune Messiah",
    ]
    (loan,) = done(program.get(f"/api/book/{ids.dune}/history"))["results"]
    assert (loan["user_name"], loan["ending"]) == (f"Ann {PERSON}", "MISSING")
    rows = done(program.get(f"/api/journal?book_id={ids.hive}&operation=RenewLoan"))["results"]
    assert [(row["outcome"], row["code"]) for row in rows] == [("REFUSED", "book_reserved"), ("CARRIED_OUT", "")]
    assert {(row["book_id"], row["actor_name"]) for row in rows} == {(ids.hive, STAFF)}


def everything_is_counted(desk: Client, program: Client) -> None:
    """What was lent is counted on its day, and drawn."""
    today = done(program.get("/api/statistics/loans"))["results"][-1]
    assert today["loans"] >= 3
    titles_lent = {each["title"] for each in done(program.get("/api/statistics/most-borrowed"))["results"]}
    assert titles_lent >= {"Dune", "Dune Messiah"}
    late = done(program.get("/api/statistics/overdue"))["results"]
    stock = {each["status"]: each["overdue"] for each in done(program.get("/api/statistics/stock"))["results"]}
    assert sum(each["loans"] for each in late) == stock["BORROWED"]
    pictures = re.findall(r'<img src="([^"]+)"', desk.get("/statistics").text)
    assert len(pictures) >= 3  # none of what is overdue, where nothing is
    for picture in pictures:
        assert "</svg>" in desk.get(unescape(picture)).text


def what_arrives_late_is_not_done_again(program: Client, ids: Ids, key: str) -> None:
    """The program sends the morning's loan once more."""
    document, headers = {"user_id": ids.ann}, {"Idempotency-Key": key}
    late = program.post(f"/api/book/{ids.messiah}/borrow", document, headers=headers)
    assert done(late)["user_id"] == ids.ann
    assert late.headers["idempotency-replayed"] == "true"
    assert done(program.get(f"/api/book/{ids.messiah}"))["status"] == "AVAILABLE"


def tables_are_edited(desk: Client, program: Client, ids: Ids) -> None:
    """As it was done before there were tasks."""
    renamed = program.send("PATCH", f"/api/book/{ids.hive}", body=b'{"title": "Project 40"}', headers=JSON)
    assert done(renamed)["title"] == "Project 40"
    assert "Frank Herbert" in [each["name"] for each in done(program.get("/api/author"))["results"]]
    assert_problem(program.send("DELETE", f"/api/author/{ids.herbert}"), 409, "still_referenced")
    assert "Project 40" in desk.get("/admin/catalog/book/").text


JSON = {"Content-Type": "application/json"}


class Shown(NamedTuple):
    """Where a form leads to, and what is said there."""

    url: str
    words: str


def fill_in(desk: Client, url: str, fields: dict[str, str], status: int = 302) -> Shown:
    """Open the page, fill in its form, send it, and go where that leads."""
    answer = desk.submit(url, Page(desk.get(url).text).fields | fields)
    assert answer.status == status, Page(answer.text).text
    url = answer.headers.get("location", url)
    page = Page(desk.get(url).text if answer.status == 302 else answer.text)
    return Shown(url, " ".join(page.text.split()))


def done(answer: Answer, status: int = 200) -> Any:
    """What REST answered."""
    assert answer.status == status, answer.text
    return answer.json()


def titles(client: Client, url: str) -> list[str]:
    """Of all pages, each found by the one before."""
    found: list[str] = []
    while url:
        page = done(client.get(url))
        found += [row["title"] for row in page["results"]]
        url = page["next"]
    return found


def assert_problem(answer: Answer, status: int, code: str) -> None:
    assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json")
    assert (answer.json()["status"], answer.json()["code"]) == (status, code)


# Past the front door


@pytest.fixture
def asked(deployment: Deployment) -> dict[str, dict[str, Any]]:
    """Arguments of every operation; the commands can be carried out in this order."""
    arrange = Arranger(deployment.running(PRODUCTION))
    author = arrange("AddNewBook", title=unique("Emma"), author_name=unique("Austen"))["author_id"]
    book, person = arrange.book(), arrange.person()
    reservation, lent, _ = arrange.reservation()
    return {
        "AddNewBook": {"title": unique("Persuasion"), "author_id": author},
        "RegisterUser": new_person(),
        "VerifyUser": {"user_id": person},
        "BorrowBook": {"book_id": book, "user_id": person},
        "RenewLoan": {"book_id": book},
        "ReturnBook": {"book_id": book},
        "ReportMissingBook": {"book_id": book},
        "ReportFoundBook": {"book_id": book},
        "CorrectBook": {"book_id": book, "title": unique("Emma")},
        "AddCopies": {"book_id": book, "copies": 2},
        "WithdrawBook": {"book_id": book, "reason": "Worn out."},
        "RestoreBook": {"book_id": book},
        "PlaceReservation": {"book_id": lent, "user_id": person},
        "MoveReservation": {"reservation_id": reservation, "position": 2, "reason": "An exam."},
        "CancelReservation": {"reservation_id": reservation},
        "ExpireReservations": {},
        "ChangeContact": {"user_id": person} | new_person(),
        "SuspendUser": {"user_id": person, "reason": "Unpaid fees."},
        "ReinstateUser": {"user_id": person, "reason": "Paid."},
        "EndSuspensions": {},
        "SetCalendarException": {"day": "2099-12-25"},
        "GetBookFile": {"book_id": book},
        "GetBookHistory": {"book_id": book},
        "GetBookLabels": {"first": "30001000000010"},
        "GetBooksByAuthor": {"author_id": author},
        "GetBorrowedBooksByUser": {"user_id": person},
        "GetCardLabels": {"first": "20001000000012"},
        "GetHoldShelf": {},
        "GetJournal": {},
        "GetLoansDue": {},
        "GetLoansOverTime": {"by": "week"},
        "GetMissingBooks": {},
        "GetMostBorrowedBooks": {},
        "GetOverdueByAge": {},
        "GetOverdueLoans": {},
        "GetPastLoansByUser": {"user_id": person},
        "GetReservationQueue": {"book_id": book},
        "GetReservationsByUser": {"user_id": person},
        "GetStockByState": {},
        "GetUserFile": {"user_id": person},
        "SearchAuthors": {"q": "austen"},
        "SearchBooks": {"q": "persuasion"},
        "SearchUsers": {"q": PERSON},
    }


def commands(asked: dict[str, Any]) -> list[str]:
    """The commands among them, all that there are."""
    names = [name for name in asked if name not in QUERIES]
    assert set(names) | QUERIES == {each.name for each in all_operations()}
    return names


def test_commands_come_by_the_queue_of_their_function(
    deployment: Deployment, home: dict[str, str], asked: dict[str, Any]
) -> None:
    """Twice, as queues deliver now and then; they are carried out once."""
    readers = {
        each["EventSourceArn"].rpartition(":")[2]: each
        for each in deployment.aws.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    }
    used = {home[command]: readers[home[command]] for command in commands(asked)}
    assert used == readers
    assert all(each["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for each in readers.values())

    for command in commands(asked):
        reader, id = readers[home[command]], str(uuid4())
        event = queue_event(json.dumps({"operation": command, "arguments": asked[command]}), ids=(id,))
        event["Records"][0]["eventSourceARN"] = reader["EventSourceArn"]
        function = deployment.running(reader["FunctionArn"].rpartition(":")[2])
        assert [function.invoke(event) for _ in range(2)] == [{"batchItemFailures": []}] * 2, command
        assert entries_of(deployment, id) == [(command, "lambda", "CARRIED_OUT", "system:lambda")]

    assert effects(deployment, asked) == ("AVAILABLE", "VERIFIED", 1, 1)


def entries_of(deployment: Deployment, key: str) -> list[Any]:
    query = "SELECT operation, source, outcome, actor FROM cqrs_journalentry WHERE idempotency_key = %s"
    return deployment.rows(query, key)


def effects(deployment: Deployment, asked: dict[str, Any]) -> tuple[Any, ...]:
    """How the book and the person are, and how often there is the new book and the new person."""
    return (
        deployment.value("SELECT status FROM catalog_book WHERE id = %s", asked["BorrowBook"]["book_id"]),
        deployment.value("SELECT status FROM circulation_libraryuser WHERE id = %s", asked["VerifyUser"]["user_id"]),
        deployment.value("SELECT count(*) FROM catalog_book WHERE title = %s", asked["AddNewBook"]["title"]),
        deployment.value(
            "SELECT count(*) FROM circulation_libraryuser WHERE email = %s", asked["RegisterUser"]["email"]
        ),
    )


def test_every_day_the_sessions_that_are_over_are_cleared(deployment: Deployment) -> None:
    target = target_of(deployment, "clear-sessions")
    yesterdays, todays = deployment.client(), deployment.client()
    for browser in (yesterdays, todays):
        assert browser.sign_in().status == 302
    expire = "UPDATE django_session SET expire_date = now() - interval '1 day' WHERE session_key = %s RETURNING 1"
    assert deployment.rows(expire, yesterdays.cookies["sessionid"]) == [(1,)]

    assert target["Arn"].rpartition(":")[2] == deployment.maintenance.name
    deployment.maintenance.invoke(json.loads(target["Input"]))

    kept = {key for (key,) in deployment.rows("SELECT session_key FROM django_session")}
    assert yesterdays.cookies["sessionid"] not in kept
    assert [browser.get("/").status for browser in (yesterdays, todays)] == [302, 200]


def target_of(deployment: Deployment, schedule: str) -> dict[str, Any]:
    """What happens by the clock under this name."""
    rules = deployment.aws.client("events").list_targets_by_rule(Rule=f"{PROJECT}-{schedule}")
    (target,) = rules["Targets"]
    return dict(target)


@pytest.mark.parametrize(
    ("operation", "schedule"),
    [("ExpireReservations", "expire-reservations"), ("EndSuspensions", "end-suspensions")],
)
def test_every_day_what_is_over_ends(
    deployment: Deployment, home: dict[str, str], operation: str, schedule: str
) -> None:
    """Once, however often the event of the day comes."""
    reservation, person = yesterdays_reservation(deployment), yesterdays_suspension(deployment)
    target, id = target_of(deployment, schedule), str(uuid4())
    event = json.loads(target["InputTransformer"]["InputTemplate"].replace("<id>", json.dumps(id)))

    assert target["Arn"].rpartition(":")[2] == home[operation]
    for _ in range(2):
        deployment.running(home[operation]).invoke(event)

    assert entries_of(deployment, id) == [(operation, "lambda", "CARRIED_OUT", "system:lambda")]
    expired = deployment.value("SELECT status FROM circulation_reservation WHERE id = %s", reservation) == "EXPIRED"
    freed = deployment.value("SELECT status FROM circulation_libraryuser WHERE id = %s", person) != "SUSPENDED"
    assert (expired, freed) == (operation == "ExpireReservations", operation == "EndSuspensions")


def yesterdays_reservation(deployment: Deployment) -> str:
    """A reservation whose copy should have been collected yesterday."""
    arrange = Arranger(deployment.running(PRODUCTION))
    book = arrange.book()
    placed = arrange("PlaceReservation", book_id=book, user_id=arrange.person())
    yesterday = "UPDATE catalog_book SET held_until = current_date - 1 WHERE id = %s RETURNING status"
    assert deployment.rows(yesterday, book) == [("ON_HOLD",)]
    return str(placed["reservation_id"])


def yesterdays_suspension(deployment: Deployment) -> str:
    """Somebody who was suspended until yesterday."""
    arrange = Arranger(deployment.running(PRODUCTION))
    person = arrange.person()
    arrange("SuspendUser", user_id=person, reason="Unpaid fees.")
    yesterday = "UPDATE circulation_libraryuser SET suspended_until = current_date - 1 WHERE id = %s RETURNING status"
    assert deployment.rows(yesterday, person) == [("SUSPENDED",)]
    return person


def test_a_function_does_nothing_but_what_it_is_for(
    deployment: Deployment, topology: Topology, asked: dict[str, Any]
) -> None:
    endpoints, before = rest_endpoints(deployment), deployment.contents()
    for each in some(topology.dedicated):
        function = deployment.running(each.name)
        program = deployment.program(past_the_door_to=function)
        for operation in (operation.name for operation in all_operations() if operation not in each.operations):
            assert_problem(program.send(*endpoints[operation], body=b"{}", headers=JSON), 404, "not_found")
            assert refusal(function, operation, asked[operation]) == ("Refused", "not_found")
        assert [program.get(url).status for url in ("/", "/login", "/admin/", "/api/author")] == [404] * 4
    for event in (recorded("http_api"), {"operation": "GetMissingBooks"}):
        with pytest.raises(FunctionError, match="NotAllowed"):
            deployment.maintenance.invoke(event)
    assert deployment.contents() == before


def some(functions: Sequence[F]) -> Sequence[F]:
    """At most five of them, from all over the list: they have one zip, and differ by their settings."""
    return functions[:: max(1, math.ceil(len(functions) / 5))]


def rest_endpoints(deployment: Deployment) -> dict[str, tuple[str, str]]:
    """A request of each operation, as the library itself documents them."""
    paths = deployment.client().get("/api/schema?format=json").json()["paths"]
    return {
        about["operationId"]: (method.upper(), re.sub(r"{\w+}", str(UUID(int=1)), path))
        for path, methods in paths.items()
        for method, about in methods.items()
    }


def refusal(function: Function, operation: str, arguments: dict[str, Any]) -> tuple[str, str]:
    with pytest.raises(FunctionError) as refused:
        function.invoke({"operation": operation, "arguments": arguments})
    return refused.value.kind, json.loads(refused.value.message)["code"]


# What answers queries only


def test_who_may_write(deployment: Deployment, topology: Topology) -> None:
    """Whoever carries out commands; the schema is maintenance's alone."""
    roles = {each.name: "writer" for each in topology.functions} | {MAINTENANCE: "owner"}
    roles |= dict.fromkeys(query_functions(topology), "reader")

    assert {name: deployment.role(name) for name in roles} == roles


def test_a_write_smuggled_into_a_query_function_fails_in_the_database(
    deployment: Deployment, topology: Topology, asked: dict[str, Any]
) -> None:
    """Though all of our own code would let it pass."""
    before = deployment.contents()
    for name in some(query_functions(topology)):
        smuggled = deployment.function(name, LIBRARY_OPERATIONS="*")
        for command in commands(asked):
            with pytest.raises(FunctionError, match="in a read-only transaction"):
                smuggled.invoke({"operation": command, "arguments": asked[command]})
        book = f"/api/book/{asked['BorrowBook']['book_id']}"
        program, desk = (make(past_the_door_to=smuggled) for make in (deployment.program, deployment.client))
        answers = [
            program.post("/api/user/register", new_person()),
            program.post(f"{book}/borrow", {"user_id": asked["BorrowBook"]["user_id"]}),
            program.send("PATCH", book, body=b'{"title": "Emma"}', headers=JSON),
            program.send("DELETE", book),
            desk.sign_in(),
        ]
        assert [answer.status for answer in answers] == [500] * len(answers)
        refused = [record for record in smuggled.logs if "ReadOnlySqlTransaction" in record.get("exception", "")]
        assert len(refused) >= len(answers)
        smuggled.stop()
    assert deployment.contents() == before


def query_functions(topology: Topology) -> list[str]:
    return [each.name for each in topology.dedicated if {operation.name for operation in each.operations} <= QUERIES]
