"""What an adapter knows of a request and the message must not say."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, cast
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from .errors import InvalidInput

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User

Source = Literal["rest", "html", "admin", "cli", "lambda"]


@dataclass(frozen=True)
class Actor:
    """Who asks: `user:<id>` for staff and API clients, `system:<name>` for the library's own processes.

    `anonymous` is whoever has not signed in, and may do nothing.
    """

    id: str
    user: "User | None" = None

    @classmethod
    def of_user(cls, user: "User | AbstractBaseUser | AnonymousUser") -> "Actor":
        """The actor for a signed-in user; whom nobody has authenticated is no actor."""
        if not user.is_authenticated:
            raise TypeError("Only a signed-in user can act.")
        return cls(f"user:{user.pk}", cast("User", user))

    @classmethod
    def system(cls, name: Literal["cli", "lambda"]) -> "Actor":
        return cls(f"system:{name}")

    @classmethod
    def anonymous(cls) -> "Actor":
        return cls("anonymous")

    def may(self, permission: str) -> bool:
        """Whether the actor holds `permission` (app_label.codename); the system holds them all."""
        return self.user.has_perm(permission) if self.user else self.id.startswith("system:")


@dataclass(frozen=True, kw_only=True)
class Context:
    """The actor, the instant now (aware), the source, and the key that makes a retry of a command safe.

    `on_replay` is called when the answer to a command is the stored answer to an earlier, equal request. `if_match` are
    the versions that a record may have that is to be edited (If-Match; "*" is any). `whole` is the id of the journal's
    entry of which what is carried out is a part. `ahead` is what the operation has found out ahead for this command
    and those that are carried out together with it.
    """

    actor: Actor
    source: Source
    now: datetime = field(default_factory=timezone.now)
    idempotency_key: str | None = None
    on_replay: Callable[[], object] | None = None
    if_match: tuple[str, ...] | None = None
    whole: UUID | None = None
    ahead: Any = None

    def __post_init__(self) -> None:
        """Raises InvalidInput for a junk idempotency key."""
        if self.idempotency_key is not None and not re.fullmatch(r"[\x20-\x7e]{1,255}", self.idempotency_key):
            detail = _("An idempotency key has 1 to 255 printable ASCII characters.")
            raise InvalidInput.of("Idempotency-Key", detail)

    @cached_property
    def today(self) -> date:
        """The date in the library's time zone."""
        return timezone.localdate(self.now)
