"""What holds of the tables after any commands, however many desks sent them at once."""

from django.db import connection

from tests.model import barcode

BROKEN = """
WITH
copy_waited_for AS (
    SELECT wait.id AS wait_id, wait.user_id, copy.id, copy.status, copy.borrower_id,
        EXISTS (SELECT 1 FROM catalog_book held WHERE held.reservation_id = wait.id) AS is_held,
        EXISTS (
            SELECT 1 FROM circulation_libraryuser it WHERE it.id = wait.user_id AND it.status = 'SUSPENDED'
        ) AS is_suspended
    FROM circulation_reservation wait
    JOIN catalog_book named ON named.id = wait.book_id
    JOIN catalog_book copy ON copy.id = named.id OR copy.isbn = named.isbn AND named.isbn <> ''
    WHERE wait.status = 'OPEN'
),
suspending_loss AS (
    SELECT borrower_id FROM circulation_pastloan
    WHERE ending = 'MISSING' AND resolved_at IS NULL AND comment <> ''
)
SELECT 'A book has a borrower, and the dates of a loan, exactly when it is on loan', CAST(id AS varchar(36))
FROM catalog_book
WHERE (status = 'BORROWED') <> (borrower_id IS NOT NULL)
    OR (status = 'BORROWED') <> (due_on IS NOT NULL)
    OR (status = 'BORROWED') <> (borrowed_at IS NOT NULL)
    OR (status = 'BORROWED') <> (loan_id IS NOT NULL)
UNION ALL
SELECT 'A book has a reservation, and a last day, exactly when it is on hold', CAST(id AS varchar(36))
FROM catalog_book
WHERE (status = 'ON_HOLD') <> (reservation_id IS NOT NULL)
    OR (status = 'ON_HOLD') <> (held_until IS NOT NULL)
UNION ALL
SELECT 'A book on hold waits for an open reservation of its title', CAST(id AS varchar(36))
FROM catalog_book book
WHERE reservation_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM copy_waited_for it WHERE it.id = book.id AND it.wait_id = book.reservation_id)
UNION ALL
SELECT 'No copy is available while somebody is in the queue of its title who is not suspended', CAST(id AS varchar(36))
FROM copy_waited_for
WHERE status = 'AVAILABLE' AND NOT is_held AND NOT is_suspended
UNION ALL
SELECT 'Nobody waits for a title of which they have a copy', CAST(wait_id AS varchar(36))
FROM copy_waited_for
WHERE borrower_id = user_id
UNION ALL
SELECT 'Nobody waits for a title twice', CAST(it.wait_id AS varchar(36))
FROM copy_waited_for it
JOIN circulation_reservation another ON another.book_id = it.id AND another.user_id = it.user_id
WHERE another.status = 'OPEN' AND another.id <> it.wait_id
UNION ALL
SELECT 'A reservation has ended exactly when it is not open', CAST(id AS varchar(36))
FROM circulation_reservation
WHERE (status = 'OPEN') <> (ended_at IS NULL)
UNION ALL
SELECT 'Losses that nobody has pardoned, and these alone, suspend for a loss', CAST(id AS varchar(36))
FROM circulation_libraryuser
WHERE suspended_for_loss <> (id IN (SELECT borrower_id FROM suspending_loss))
UNION ALL
SELECT 'A suspension has a cause, a beginning and what undoes it, and nobody else has', CAST(id AS varchar(36))
FROM circulation_libraryuser
WHERE (status = 'SUSPENDED') <> (suspended_for_loss OR suspended_by_staff)
    OR (status = 'SUSPENDED') <> (suspended_at IS NOT NULL)
    OR (status = 'SUSPENDED') <> (suspended_by <> '')
    OR (status = 'SUSPENDED') <> (status_before IN ('VERIFIED', 'NOT_VERIFIED'))
UNION ALL
SELECT 'Staff give a reason, and they alone a last day', CAST(id AS varchar(36))
FROM circulation_libraryuser
WHERE suspended_by_staff <> (suspension_reason <> '')
    OR suspended_until IS NOT NULL AND NOT suspended_by_staff
UNION ALL
SELECT 'Every loan is open, past or undone', 'all of them'
WHERE (SELECT COUNT(*) FROM cqrs_journalentry WHERE operation = 'BorrowBook' AND outcome = 'CARRIED_OUT')
    + (SELECT COUNT(*) FROM cqrs_journalentry WHERE operation = 'TakeOverLoan' AND outcome = 'CARRIED_OUT'
        AND REPLACE(CAST(result AS TEXT), ' ', '') LIKE '%"already_there":false%'
        AND NOT EXISTS (SELECT 1 FROM circulation_fileimport it WHERE it.id = whole_id AND it.state = 'UNDONE'))
    - (SELECT COUNT(*) FROM cqrs_journalentry WHERE operation = 'UndoLoan' AND outcome = 'CARRIED_OUT')
    <> (SELECT COUNT(*) FROM catalog_book WHERE status = 'BORROWED')
        + (SELECT COUNT(*) FROM circulation_pastloan)
UNION ALL
SELECT 'A book is found by its barcode', CAST(id AS varchar(36))
FROM catalog_book it
WHERE NOT EXISTS (
    SELECT 1 FROM catalog_code WHERE key = UPPER(it.barcode) AND book_id = it.id AND replaced_at IS NULL
)
UNION ALL
SELECT 'A person is found by the card', CAST(id AS varchar(36))
FROM circulation_libraryuser it
WHERE NOT EXISTS (
    SELECT 1 FROM catalog_code WHERE key = UPPER(it.barcode) AND user_id = it.id AND replaced_at IS NULL
)
"""

BARCODES = "SELECT barcode FROM catalog_book UNION ALL SELECT barcode FROM circulation_libraryuser"


def broken() -> list[tuple[str, str]]:
    """The rules that do not hold, each with the id of a row that breaks it."""
    with connection.cursor() as cursor:
        cursor.execute(BROKEN)
        rows: list[tuple[str, str]] = cursor.fetchall()
        cursor.execute(BARCODES)
        barcodes = [text for (text,) in cursor.fetchall()]
    numbers = [text for text in barcodes if text.isdigit()]  # which the library has made
    misread = [("A barcode is valid", text) for text in numbers if text != barcode(text[:1], int(text[5:13]))]
    return [*rows, *misread]
