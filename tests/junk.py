"""What no person sends: requests with junk in their paths, queries, forms, cookies and headers, by a seed."""

import random
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote

from django.contrib import admin
from django.db.models import DateField, Model
from django.test import Client
from django.urls import reverse

from tests.doors import pages

NOBODY = "01931f3e-7c00-7b3c-8a52-1f0d6a3f5b10"
SENT_AS_IT_IS = {"%ED%A0%80", "%FF%FE%C0%80", "%", "%00"}
"""Half a character, bytes that are none, and what no URL holds."""


def _words(text: str) -> list[str]:
    return text.split()


VALUES = [
    *(
        "",
        "x",
        "0",
        "-1",
        "1",
        "99999",
        "9" * 11,
        "9" * 30,
        "1e999",
        "NaN",
        "0x10",
        "１",
        "²",
        "1_0",
        " 1 ",
        "1,2",
        "99.x",
    ),
    *(
        "\0",
        "a\0b",
        "\x1b[2J",
        "\ufeff",
        "\u202ex",
        "\u200d",
        "\ufdfa" * 40,
        "é" * 300,
        "x" * 3_000,
        "\\",
        "_5F",
        "_00",
    ),
    *("'\"`;--", "../../etc/passwd", "{{ 7*7 }}%s{0}", "<b>", "None", "True", "__proto__", "/", "//evil.example/"),
    *(NOBODY, NOBODY.replace("-", ""), "30001000018319", "2" * 14, "0001-01-01", "9999-12-31", "2026-02-30", "24:61"),
    *("0001-01-01 00:00:00+23:59", "9999-12-31 23:59:59-23:59", *SENT_AS_IT_IS),
]
NAMES = _words("""
o p q e all _facets _popup _to_field _changelist_filters _source_model next page cursor page_size format lang language
_selected_action action index select_across post app_label model_name field_name term page_key override kind username
password csv book_id_q user_id_q book_id user_id author_q author reservation_id operation source _continue _saveasnew
_method _content version initial-status form-TOTAL_FORMS kept
""")
LOOKUPS = _words("""
__year __month __day __gte __lt __exact __in __isnull __contains __regex __id__exact __range __junk __date __week_day
""")
HEADERS = _words("""
HOST ACCEPT_LANGUAGE ACCEPT IF_MATCH IF_NONE_MATCH RANGE IF_MODIFIED_SINCE REFERER ORIGIN HX_REQUEST HX_CURRENT_URL
X_REQUESTED_WITH X_FORWARDED_FOR X_FORWARDED_PROTO IDEMPOTENCY_KEY
""")
CONTENT_TYPES = [
    *("multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=x", "application/json"),
    *("junk", "text/plain; charset=\u00ff", "", ";;="),
]
BODIES = [b"", b"\0", b"\xff\xfe", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n', b"a=%00", b"[" * 9_999]
COOKIES = ["sessionid", "csrftoken", "messages", "django_language"]
ADDRESSES = _words("""
/login /logout /language /keys /tasks /healthz /api/docs / /admin/ /admin/login/ /admin/jsi18n/ /admin/autocomplete/
/admin/password_change/ /admin/r/1/1/ /admin/r/99999999999999999999/x/ /admin/catalog/ /admin/junk/
/admin/auth/user/1/password/ /admin/auth/user/x/password/ /api/book /api/book/search /api/schema
""")


class Sent(NamedTuple):
    """A request. Its URL is quoted."""

    method: str
    url: str
    body: bytes
    content_type: str
    headers: dict[str, Any]

    def by(self, client: Client) -> Any:
        path, _, query = self.url.partition("?")
        return client.generic(self.method, path, self.body, self.content_type, QUERY_STRING=query, **self.headers)


def tables() -> list[type[Model]]:
    return sorted(admin.site._registry, key=lambda model: model._meta.label)


class Junk(random.Random):
    """Requests, whichever a seed makes of them."""

    def requests(self, number: int) -> Iterator[Sent]:
        """To each table and each page, as often as to the others."""
        places = [*tables(), *tables(), *pages(), *ADDRESSES]
        self.shuffle(places)
        for count in range(number):
            yield self.request(places[count % len(places)])

    def request(self, place: Any) -> Sent:
        names = NAMES
        if not isinstance(place, str):
            columns = [each.name for each in place._meta.get_fields()]
            names = NAMES + [column + lookup for column in columns for lookup in ["", *LOOKUPS]]
            path = self.of_table(place._meta)
        else:
            path = place if place.startswith("/") else reverse(place)
        fields = "&".join(f"{quote(self.choice(names))}={self.value()}" for _ in range(self.randint(1, 4)))
        is_form = self.random() < 0.8
        return Sent(
            method=(method := self.choice(["GET", "GET", "POST"])),
            url=f"{path}?{fields}" if method == "GET" or self.random() < 0.3 else path,
            body=b"" if method == "GET" else fields.encode() if is_form else self.choice(BODIES),
            content_type="application/x-www-form-urlencoded" if is_form else self.choice(CONTENT_TYPES),
            headers=self.headers() if self.random() < 0.3 else {},
        )

    def of_table(self, table: Any) -> str:
        """One of its pages in the admin; more often the list."""
        base = f"/admin/{table.app_label}/{table.model_name}/"
        of_row = self.choice(["", "change/", "delete/", "history/"])
        return base + self.choice(["", "", "add/", f"{self.value() or 'x'}/{of_row}"])

    def value(self) -> str:
        value = self.choice(VALUES)
        return value if value in SENT_AS_IT_IS else quote(value, safe="")

    def headers(self) -> dict[str, str]:
        """Junk in one, or in a cookie."""
        junk = self.choice(VALUES).encode().decode("latin-1")
        if self.random() < 0.5:
            return {"HTTP_COOKIE": f"{self.choice(COOKIES)}={junk}"}
        return {f"HTTP_{self.choice(HEADERS)}": junk}


def get(url: str) -> Sent:
    return Sent("GET", url, b"", "application/x-www-form-urlencoded", {})


def post(url: str, body: str) -> Sent:
    return get(url)._replace(method="POST", body=body.encode())


def known(model: type[Model]) -> Iterator[Sent]:
    """What was a server error once, of a table."""
    table, page = admin.site._registry[model], f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    days = [each.name for each in model._meta.fields if isinstance(each, DateField)]
    yield from (get(f"{page}?{day}__{part}={value}") for day in days for part, value in (("year", 0), ("year", 99999)))
    yield from (get(f"{page}?{model._meta.fields[-1].name}__{how}=x") for how in ("range", "regex"))
    yield from (get(f"{page}{row}/{of_row}/") for row in ROWS for of_row in ("change", "delete", "history"))
    actions = {"delete_selected", *(getattr(each, "__name__", each) for each in table.actions or ())}
    yield from (post(page, f"action={action}&_selected_action={row}") for action in actions for row in ROWS)


ROWS = ("x", "9" * 30, "%00", "%ED%A0%80")


def known_names() -> Iterator[Sent]:
    """What was one at the sign-ins."""
    for name in ("x" * 256, "%C3%A9" * 300, "%00"):
        yield from (post(page, f"username={name}&password=x") for page in ("/login", "/admin/login/"))
