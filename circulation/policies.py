"""Rules of lending: pure decisions, with no database and no clock."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class LoanPolicy:
    """How long (in days) and how many books (at a time) the library lends, and how often it renews a loan."""

    loan_days: int = 28
    renewals: int = 3
    limit_not_verified: int = 2
    limit_verified: int = 10

    def due_on(self, today: date) -> date:
        """The day at whose end a book that is lent on `today` is due."""
        return today + timedelta(days=self.loan_days)

    def renewed_until(self, due_on: date | None, today: date) -> date:
        """The day at whose end a book is due that was due on `due_on` (None: a loan without a due date)."""
        return self.due_on(max(due_on or today, today))

    def limit(self, *, verified: bool) -> int:
        """How many books a person may have at a time."""
        return self.limit_verified if verified else self.limit_not_verified


POLICY = LoanPolicy()


def loss_comment(title: str, reported_on: date) -> str:
    """The line in a borrower's status comment that a loss leaves, and that finding the book takes away."""
    return f"“{title}” was reported missing on {reported_on.isoformat()}."


def add_line(comment: str, line: str) -> str:
    return f"{comment}\n{line}" if comment else line


def without_line(comment: str, line: str) -> str:
    """`comment` less one occurrence of `line`; what staff wrote stays."""
    lines = comment.split("\n")
    if line in lines:
        lines.remove(line)
    return "\n".join(lines)
