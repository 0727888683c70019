"""Data: what messages and answers are."""

from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from typing import Any, ClassVar, Never, dataclass_transform


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
class Data:
    """A frozen dataclass whose fields are given by name: `class BookBorrowed(Data)`.

    dataclass() compiles six methods for each class, and to do so for a hundred of them was a tenth of a function's
    start. Here the six are written once. Else it is one, for fields(), replace() and asdict(), too; but it has no
    __post_init__, and its defaults are plain values.
    """

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    _blank: ClassVar[dict[str, Any]]
    _required: ClassVar[set[str]]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.__doc__ = cls.__doc__ or cls.__name__  # else dataclass() would write one, and takes its time
        dataclass(init=False, repr=False, eq=False, kw_only=True)(cls)
        cls._blank = {each.name: each.default for each in fields(cls)}
        cls._required = {name for name, default in cls._blank.items() if default is MISSING}

    def __init__(self, **values: Any) -> None:
        if not self._required <= values.keys() <= self._blank.keys():
            missing, unknown = sorted(self._required - values.keys()), sorted(values.keys() - self._blank.keys())
            raise TypeError(f"{type(self).__name__}: missing fields {missing}, unknown ones {unknown}")
        vars(self).update(self._blank | values)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in vars(self).items())})"

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other) if type(self) is type(other) else NotImplemented

    def __hash__(self) -> int:
        return hash(frozenset(vars(self).items()))

    def __setattr__(self, name: str, value: Never) -> None:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> None:
        raise FrozenInstanceError(f"cannot delete field {name!r}")
