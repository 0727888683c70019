"""What became of the rows of an import, in figures that add up."""

from dataclasses import dataclass, field

from .book_rows import Isbn


@dataclass
class ImportReport:
    """Each row is counted once: added, already there, or rejected."""

    added: int = 0
    already_there: int = 0
    repaired_isbn: int = 0
    without_isbn: int = 0
    rejected: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return self.added + self.already_there + len(self.rejected)

    def add(self, line: int, isbn: Isbn) -> None:
        """Count a book that was added, and keep what there is to say of its ISBN."""
        self.added += 1
        self.repaired_isbn += isbn.repaired
        self.without_isbn += not isbn.number
        self.remarks += [_line_of(line, remark) for remark in isbn.remarks]

    def reject(self, line: int, reason: str) -> None:
        self.rejected.append(_line_of(line, reason))

    def __str__(self) -> str:
        figures = [
            ("Rows read", self.rows),
            ("  added", self.added),
            ("    with a repaired ISBN", self.repaired_isbn),
            ("    without an ISBN", self.without_isbn),
            ("  already there", self.already_there),
            ("  rejected", len(self.rejected)),
        ]
        lines = [f"{what:<26}{number:>9}" for what, number in figures]
        for title, texts in (("Rejected", self.rejected), ("Remarks on rows that were added", self.remarks)):
            lines += ["", f"{title}:", *texts] if texts else []
        return "\n".join(lines)


def _line_of(line: int, text: str) -> str:
    """A line of the report; what a terminal would obey instead of showing is left out."""
    return f"  line {line}: {''.join(character if character.isprintable() else ' ' for character in text)}"
