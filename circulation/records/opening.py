"""Edits of the policy and of the calendar."""

from typing import Any

from circulation.domain.policy_in_force import policy_from
from library_site.cqrs import Context
from library_site.cqrs.records import EditRecord, edit_plainly, edits


@edits("circulation.librarypolicy")
@edits("circulation.calendarexception")
def edit_opening(command: EditRecord, context: Context) -> Any:
    """Edit how the library lends, or when it is open. Raises LibraryNeverOpens."""
    record_id = edit_plainly(command, context)
    policy_from(context.today).next_open(context.today)
    return record_id
