"""The loans of a library: those that have ended, and of all what the journal says; made by the database."""

from datetime import datetime, timedelta

from django.db import connection

_FUNCTIONS = """
CREATE FUNCTION pg_temp.uuid7(at timestamptz) RETURNS uuid LANGUAGE sql VOLATILE AS $$
    SELECT encode(set_bit(set_bit(overlay(
        uuid_send(gen_random_uuid())
        PLACING substring(int8send((extract(epoch FROM at) * 1000)::bigint) FROM 3) FROM 1 FOR 6
    ), 52, 1), 53, 1), 'hex')::uuid
$$;
CREATE FUNCTION pg_temp.said(at timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
$$;
"""

# Half of the books were never lent; one in a hundred was lent twenty times, and that for which most wait. A book's
# loans follow each other.
_PAST_LOANS = """
INSERT INTO circulation_pastloan
    (id, book_id, borrower_id, borrowed_at, due_on, renewals, ended_at, ending, comment)
SELECT pg_temp.uuid7(borrowed_at), book_id, borrower_id, borrowed_at, (borrowed_at + interval '28 days')::date, 0,
    date_trunc('second', borrowed_at + length), 'RETURNED', ''
FROM (
    SELECT book.id AS book_id, person.id AS borrower_id, length, date_trunc('second', %(from)s
            + span * (loan - 1) + (span - length) * ((book.number * 37 + loan * 11) %% 100) / 100) AS borrowed_at
    FROM (
        SELECT id, row_number() OVER (ORDER BY id) AS number FROM catalog_book WHERE status IN ('AVAILABLE', 'BORROWED')
    ) book
    CROSS JOIN LATERAL (
        SELECT CASE WHEN number %% 100 = 0 OR book.id = (
            SELECT book_id FROM circulation_reservation GROUP BY book_id ORDER BY count(*) DESC LIMIT 1
        ) THEN 20 WHEN number %% 10 = 1 THEN 3 WHEN number %% 10 IN (3, 5, 7, 8) THEN 1
            WHEN number %% 20 = 2 THEN 2 ELSE 0 END AS loans
    ) popular
    CROSS JOIN LATERAL (SELECT interval '330 days' / greatest(loans, 1) AS span) spans
    CROSS JOIN LATERAL (SELECT least(span * 0.8, interval '20 days') AS length) lengths
    CROSS JOIN LATERAL generate_series(1, loans) AS loan
    JOIN (
        SELECT id, row_number() OVER (ORDER BY id) - 1 AS number FROM circulation_libraryuser
    ) person ON person.number = (book.number * 7919 + loan * 104729) %% (SELECT count(*) FROM circulation_libraryuser)
) made
"""

_EVENTS = """
CREATE TEMPORARY TABLE event AS
SELECT pg_temp.uuid7(at) AS id, *,
    row_number() OVER (ORDER BY at) + (SELECT max(number) FROM cqrs_journalentry) AS number
FROM (
    SELECT 'BorrowBook' AS operation, loan_id, book_id, user_id, at, due_on, at AS borrowed_at FROM (
        SELECT id AS loan_id, book_id, borrower_id AS user_id, borrowed_at AS at, due_on FROM circulation_pastloan
        UNION ALL
        SELECT loan_id, id, borrower_id, borrowed_at, due_on FROM catalog_book WHERE status = 'BORROWED'
    ) loan
    UNION ALL
    SELECT 'ReturnBook', id, book_id, borrower_id, ended_at, due_on, borrowed_at FROM circulation_pastloan
) loan;
"""

_ENTRIES = """
INSERT INTO cqrs_journalentry
    (id, operation, arguments, actor, source, at, outcome, code, result, changes, number, left_out)
SELECT event.id, operation,
    CASE operation WHEN 'BorrowBook' THEN jsonb_build_object('book_id', book_id, 'user_id', user_id)
        ELSE jsonb_build_object('book_id', book_id) END,
    'system:cli', 'cli', at, 'CARRIED_OUT', '',
    CASE operation WHEN 'BorrowBook' THEN
        jsonb_build_object('book_id', book_id, 'user_id', user_id, 'due_on', due_on, 'loan_id', loan_id)
    ELSE
        jsonb_build_object('book_id', book_id, 'user_id', user_id, 'was_missing', false, 'reinstated_user_id', null,
            'book_status', 'AVAILABLE', 'reservation_id', null, 'reserved_for_user_id', null, 'held_until', null)
    END,
    CASE operation WHEN 'BorrowBook' THEN
        jsonb_build_array(jsonb_build_object('table', 'catalog.book', 'id', book_id, 'status', 'BORROWED',
            'borrower_id', user_id, 'loan_id', loan_id, 'borrowed_at', pg_temp.said(borrowed_at), 'due_on', due_on))
    ELSE
        jsonb_build_array(
            jsonb_build_object('table', 'circulation.pastloan', 'id', loan_id, 'book_id', book_id,
                'borrower_id', user_id, 'borrowed_at', pg_temp.said(borrowed_at), 'due_on', due_on,
                'ended_at', pg_temp.said(at), 'ending', 'RETURNED'),
            jsonb_build_object('table', 'catalog.book', 'id', book_id, 'status', 'AVAILABLE'))
    END,
    number, 0
FROM event
"""

_SUBJECTS = """
INSERT INTO cqrs_journalsubject (subject, entry_id)
SELECT book_id, id FROM event UNION ALL SELECT user_id, id FROM event UNION ALL SELECT loan_id, id FROM event
"""

_SEQUENCE = "SELECT setval('cqrs_journal_number', (SELECT max(number) FROM cqrs_journalentry))"


def make(opened: datetime) -> None:
    """Past loans, of the library's second year but for its last month, and the entries of all loans."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'UTC'")
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute(_FUNCTIONS)
        cursor.execute(_PAST_LOANS, {"from": opened + timedelta(days=365)})
        for statement in (_EVENTS, _ENTRIES, _SUBJECTS, "DROP TABLE event", _SEQUENCE):
            cursor.execute(statement)
