"""Forms in which stands what the library knows already, so that one letter of it can be corrected."""

from collections.abc import Mapping
from typing import Any, ClassVar

from library_site.html.forms import TaskForm


class FilledInForm(TaskForm):
    """Of the thing that it `shows_first`, what is known is filled in.

    What is left as it was shown is not given: another desk may have corrected it meanwhile. Of the fields that are
    `emptied`, one that was filled in and is empty now is taken away; of the others, what is left empty stays.
    """

    FILLED_IN: ClassVar[tuple[str, ...]]
    EMPTIED: ClassVar[tuple[str, ...]] = ()

    def known(self, row: Any) -> dict[str, str]:
        """What stands in the fields when this row is shown."""
        return {name: getattr(row, name) for name in self.FILLED_IN}

    def fill_in(self, given: Mapping[str, str]) -> None:
        super().fill_in(given)
        self._fill_in_present()

    def fill_in_again(self, typed: Mapping[str, str]) -> None:
        super().fill_in_again(typed)
        self._fill_in_present()

    def to_show(self) -> Any | None:
        """Of another thing than the one of which it is known what stands in the fields, that is shown first."""
        row, shown = self.picked(self.shows_first), self.data.get("was_barcode")
        if row is None or shown == row.barcode:
            return super().to_show()
        return super().to_show() or (row if shown or not self._is_given() else None)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in {*self.FILLED_IN, *self.EMPTIED} & cleaned.keys():
            cleaned[name] = self._change(name, cleaned[name])
        return cleaned

    def _change(self, name: str, value: Any) -> Any:
        was = self.data.get(f"was_{name}")
        if name in self.EMPTIED:
            return None if _lines(value) == _lines(was) else value or ""
        return None if value == was else value

    def _fill_in_present(self) -> None:
        _typed, chosen = self.initial.get(self.shows_first, ("", ""))
        for row in self.picks()[self.shows_first].widget.rows:
            if str(row.id) == chosen:
                self.present = self.known(row)
                self.initial = {**{name: self.present[name] for name in self.FILLED_IN}, **self.initial}

    def _is_given(self) -> bool:
        """Whether anything is to be corrected, were it only by mistake."""
        given = {name: value for name, value in self.cleaned_data.items() if name != self.shows_first}
        return bool(self.errors) or any(value not in (None, {}, False) for value in given.values())

    def _chosen(self, name: str) -> bool:
        """What is filled in is what may have to be corrected: the focus waits there."""
        return super()._chosen(name) if name == self.shows_first or name in self.more else False


def _lines(text: Any) -> list[str]:
    return str(text or "").splitlines()
