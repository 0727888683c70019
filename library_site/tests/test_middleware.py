"""What is kept of answers."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import get_resolver

from tests.doors import routes
from tests.library import add_book, register

pytestmark = pytest.mark.django_db

MAY_BE_KEPT = {"api/schema"}


def test_no_answer_is_kept_but_the_schema(desk: Client) -> None:
    """Pages, their redirects and refusals, those of REST and of the admin: found from the URLs."""
    for route, _ in routes(get_resolver().url_patterns):
        path = re.sub(r"[\^$]|\\Z|\(\?:/\|", "", route)
        url = "/" + "/".join(str(uuid4()) if "<" in part else part for part in path.split("/"))
        response = desk.get(url)
        assert ("no-store" in response["Cache-Control"]) is (path not in MAY_BE_KEPT), (url, response.headers)


def test_neither_is_what_was_sent_nor_a_file_nor_an_error(desk: Client, client: Client, token: str) -> None:
    ann, dune = register("Ann Lee", verified=True), add_book()
    program = {"Authorization": f"Token {token}"}
    answers = [
        desk.get(f"/person?user_id={ann}"),
        desk.get("/overdue-loans?format=csv"),
        desk.post("/", {"typed": "x", "scan_key": uuid4()}, headers={"Accept": "application/json"}),
        desk.post(f"/borrow-book?user_id={ann}", {"page_key": "1", "user_id": ann, "book_id": dune}),
        desk.post("/register-user", {}),
        desk.get("/nowhere"),
        desk.get("/static/nothing.js"),
        client.get(f"/person?user_id={ann}"),
        client.get(f"/api/user/{ann}", headers=program),
        client.post(f"/api/book/{dune}/borrow", {"user_id": ann}, "application/json", headers=program),
        client.get("/api/user/nobody", headers=program),
        client.get("/api/user"),
    ]
    assert {each["Cache-Control"] for each in answers} == {"no-store"}, [each.headers for each in answers]


def test_who_signs_out_has_the_browser_forget_what_it_saw(desk: Client) -> None:
    for url in ("/logout", "/admin/logout/"):
        response = desk.post(url)
        assert (response.status_code, response["Location"]) == (302, "/login?signed_out")
        assert response["Clear-Site-Data"] == '"cache"'
