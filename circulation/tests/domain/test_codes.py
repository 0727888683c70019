"""The codes of what the library refuses: programs tell refusals apart by them, so they stay as they are."""

from library_site.cqrs.operations import all_operations

CODES = """
barcode_taken book_already_in_catalogue book_already_missing book_already_withdrawn book_in_use book_not_available
book_not_missing book_not_on_loan book_not_withdrawn book_on_loan book_reserved book_withdrawn cannot_be_undone
closure_over closures_overlap import_begun import_ended import_held_up invalid last_copy_reserved
library_never_opens loan_limit_reached maybe_registered not_found nothing_to_undo overdue_limit_reached
renewal_limit_reached renewal_moves_nothing reservation_ended reservation_waits reservations_clash
title_already_borrowed title_already_reserved undo_overtaken user_already_suspended user_not_suspended
user_suspended
"""


def test_the_codes_by_which_operations_refuse_are_these() -> None:
    assert {refusal.code for operation in all_operations() for refusal in operation.refusals} == set(CODES.split())
