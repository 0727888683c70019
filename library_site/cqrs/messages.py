"""Messages: what an actor asks of the library, as data of plain, flat values."""

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from typing import Any, ClassVar, Generic, Never, TypeVar, dataclass_transform

from .validation import as_seen

R_co = TypeVar("R_co", covariant=True)

PAGE_SIZE = 100
MAX_PAGE_SIZE = 500


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


class Message(Data, Generic[R_co]):
    """Something to dispatch; `R_co` is what its handler returns. Its texts hold what is seen, whoever asks."""

    def __init__(self, **values: Any) -> None:
        super().__init__(**{name: as_seen(value) for name, value in values.items()})


class Command(Message[R_co]):
    """Changes the state of the library."""


class Overriding(Command[R_co]):
    """A command some of whose refusals may be overridden, by those who hold the permission of the rule.

    `override` are the codes of the refusals to override; `override_reason` says why, in the journal: it is required,
    and names nobody.
    """

    override: tuple[str, ...] = ()
    override_reason: str = ""


class Query(Message[R_co]):
    """Reads the state of the library, a page at a time.

    `cursor` comes from an earlier page of the same query; `page_size` is in rows, 1 to MAX_PAGE_SIZE (larger
    values mean MAX_PAGE_SIZE).
    """

    cursor: str | None = None
    page_size: int = PAGE_SIZE


def personal(kept: Callable[[Any], Any] = lambda message: None, **kwargs: Any) -> Any:
    """A field that says something of a person; the journal leaves it out, but for what is `kept` of it."""
    return field(metadata={"personal": True, "kept": kept}, **kwargs)
