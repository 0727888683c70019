"""A client that speaks HTTP to a server on this machine, keeps cookies, and counts what it asks."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

HOST = "127.0.0.1"
JSON = "application/json"


@dataclass(frozen=True)
class Answer:
    """`headers` by their names in small letters."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def document(self) -> Any:
        return json.loads(self.text)

    @property
    def code(self) -> str:
        """By which it was refused; empty, if it was not."""
        return str(self.document["code"]) if "problem" in self.headers.get("content-type", "") else ""

    def __str__(self) -> str:
        return f"{self.status} {self.code}".rstrip()


class Client:
    """One clerk's, or one program's."""

    def __init__(self, port: int, headers: Mapping[str, str] | None = None, cookies: Mapping[str, str] | None = None):
        self.port, self.headers, self.cookies = port, dict(headers or {}), dict(cookies or {})
        self.requests = 0

    def get(self, path: str) -> Answer:
        return self.send("GET", path)

    def post(self, path: str, document: Any = None, **headers: str) -> Answer:
        return self.send("POST", path, json.dumps(document or {}), {"Content-Type": JSON} | headers)

    def put(self, path: str, document: Any) -> Answer:
        return self.send("PUT", path, json.dumps(document), {"Content-Type": JSON})

    def patch(self, path: str, document: Any) -> Answer:
        return self.send("PATCH", path, json.dumps(document), {"Content-Type": JSON})

    def submit(self, path: str, fields: Mapping[str, str]) -> Answer:
        """Fill in the form of a page and send it, as a browser does, with what is hidden in it."""
        given = hidden(self.get(path).text) | dict(fields)
        return self.send("POST", path, urlencode(given), {"Content-Type": "application/x-www-form-urlencoded"})

    def send(self, method: str, path: str, body: str | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        self.requests += 1
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = self.headers | dict(headers or {}) | ({"Cookie": cookies} if cookies else {})
        connection = HTTPConnection(HOST, self.port, timeout=60)
        try:
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            answer = Answer(
                response.status,
                {name.lower(): value for name, value in response.getheaders()},
                response.read().decode(),
            )
            for cookie in response.headers.get_all("Set-Cookie", []):
                self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(cookie).items()}
        finally:
            connection.close()
        return answer


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the forms of a page: the token against forged requests among them."""
    found = {}
    for tag in re.findall(r"<input\b[^>]*>", page):
        given = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if given.get("type") == "hidden":
            found[given["name"]] = unescape(given.get("value", ""))
    return found
