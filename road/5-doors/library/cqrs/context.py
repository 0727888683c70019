"""What an adapter knows of a request and the message must not say."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone


@dataclass(frozen=True)
class Actor:
    """Who asks: `user:<id>` for staff, `system:<name>` for the library's own processes."""

    id: str
    user: Any = None

    @classmethod
    def of_user(cls, user):
        return cls(f"user:{user.pk}", user)

    def may(self, permission):
        """Whether the actor holds it; the system holds them all."""
        return self.user.has_perm(permission) if self.user else self.id.startswith("system:")


@dataclass(frozen=True, kw_only=True)
class Context:
    actor: Actor
    source: str
    now: datetime = field(default_factory=timezone.now)

    @property
    def today(self) -> date:
        return timezone.localdate(self.now)
