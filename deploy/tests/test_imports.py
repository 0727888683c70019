"""The page Import of a packaged function: a file comes in an event, whole, and goes in step by step."""

import re
from urllib.parse import urlsplit

import pytest

from deploy.tests.events import Answer
from deploy.tests.library import Client, Library, Page
from deploy.tests.runtime import Function
from tests.arranger import unique

MEBIBYTE = 2**20


def multipart(fields: dict[str, str], name: str, content: bytes) -> tuple[bytes, str]:
    """A form with a file, as a browser sends it; and its content type."""
    mark = "----WebKitFormBoundary7MA4YWxkTrZu0gW"
    head = f'--{mark}\r\nContent-Disposition: form-data; name="'
    parts = "".join(f'{head}{field}"\r\n\r\n{value}\r\n' for field, value in fields.items())
    file = f'{head}file"; filename="{name}"\r\nContent-Type: text/csv\r\n\r\n'
    return (parts + file).encode() + content + f"\r\n--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"


def send(desk: Client, content: bytes) -> Answer:
    fields = Page(desk.get("/import/begin").text).fields | {"kind": "BOOKS", "options": ""}
    fields.pop("file", None)
    body, kind = multipart(fields, "our-books.csv", content)
    headers = {"Content-Type": kind, "Origin": desk.origin, "Referer": f"{desk.origin}/import/begin"}
    return desk.send("POST", "/import/begin", body=body, headers=headers)


@pytest.mark.parametrize("kind", ["rest_api", "http_api", "function_url"])
def test_a_file_goes_in_step_by_step(library: Library, function: Function, kind: str) -> None:
    desk = Client(function, kind)
    assert desk.sign_in().status == 302
    title = unique("Forest")
    rows = "".join(f"{title} {number},Émile Holt\n" for number in range(150))
    begun = send(desk, f"Title,Author\n{rows}".encode())
    assert begun.status == 302, begun.text
    url = urlsplit(begun.headers["location"])
    for done in ("100 of 150 rows are done.", "All 150 rows are done."):
        text = desk.get(f"{url.path}?{url.query}").text
        form = text[text.index("data-step") :].partition("</form>")[0]
        assert desk.submit("/import/continue", dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form))).status == 302
        assert done in desk.get(f"{url.path}?{url.query}").text
    counted = "SELECT count(*) FROM catalog_book WHERE title LIKE %s"
    assert library.value(counted, f"{title} %") == 150


def test_four_megabytes_fit_into_an_event_and_more_is_for_the_shell(function: Function) -> None:
    desk = Client(function, "http_api")
    assert desk.sign_in().status == 302
    row = b"Forest,Mira Holt," + b"x" * 983 + b"\n"
    whole = b"Title,Author,Note\n" + row * (4 * MEBIBYTE // len(row) - 1)
    assert send(desk, whole).status == 302
    refused = send(desk, whole + 3 * row)
    assert (refused.status, "import_books" in refused.text) == (422, True)
