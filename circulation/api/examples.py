"""Who and what the examples in the schema are about."""

from catalog.api import AUTHOR, BARCODE, BOOK

USER = "01931f3e-7d00-7e22-b1aa-0123456789ab"
CARD = "20001000000152"
RESERVATION = "01931f3e-7d80-7a11-8f4d-3c2b1a090807"
LOAN = "01931f3e-7e00-7c33-9b2e-4d5e6f708192"
CLOSURE = "01931f3e-7e90-7d55-b2d4-6f7081920314"
IMPORT = "01931f3e-7ea0-7d66-83e5-708192031425"
ENTRY = "01931f3e-7e80-7d44-a1c3-5e6f70819203"

LISTED_BOOK = {
    "id": BOOK,
    "title": "Dune",
    "isbn": "9780441013593",
    "author_id": AUTHOR,
    "author_name": "Frank Herbert",
}
NAMED_USER = {
    "user_id": USER,
    "user_name": "Ann Lee",
    "user_birth_date": "2001-05-03",
    "user_barcode": CARD,
}
MISSING_BOOK = LISTED_BOOK | {"barcode": BARCODE, "shelf_mark": "F HER"}
OPEN_LOAN = NAMED_USER | {
    "id": BOOK,
    "title": "Dune",
    "barcode": BARCODE,
    "author_name": "Frank Herbert",
    "shelf_mark": "F HER",
    "user_email": "ann.lee@example.org",
    "loan_id": LOAN,
    "due_on": "2026-12-21",
    "renewals": 1,
}
ENDED_LOAN = {
    "id": LOAN,
    "loan_id": LOAN,
    "borrowed_at": "2026-10-26T09:30:00Z",
    "due_on": "2026-11-23",
    "ended_at": "2026-11-20T16:05:00Z",
    "ending": "RETURNED",
    "resolved_at": None,
}
