"""How many connections each database role may hold: shares of what the server has, so that none starves the others."""

from collections.abc import Mapping

from django.core.management.base import CommandError
from django.db import connection

SHARES = {"desk": 4, "commands": 3, "reader": 3}
"""How what the server has is divided; what cannot be divided is the desk's."""

MAINTENANCE = 3
"""Connections that are left to the owner, for maintenance and whoever looks after the database."""

IDLE_SECONDS = 20
"""For how long a session may wait for its client: a frozen process says nothing, and a busy one no statement for less.

Longer than it is from one scan to the next, so that who works keeps the connection; so short that whoever is told 503
and tries again a few times is served. (What it costs to be cut off: to connect again.)
"""

_RESERVED = """
    SELECT current_setting('max_connections')::int, current_setting('superuser_reserved_connections')::int
        + coalesce(current_setting('reserved_connections', true)::int, 0)
        + coalesce(current_setting('rds.rds_superuser_reserved_connections', true)::int, 0)
"""


def limits(chosen: Mapping[str, int | None]) -> dict[str, int]:
    """The limit of each role: what is chosen for it, or its share of what the choices leave.

    Raises CommandError for limits that add up to more than there is.
    """
    there_are = _available()
    limits = {kind: limit for kind in SHARES if (limit := chosen[kind]) is not None}
    left, others = there_are - sum(limits.values()), [kind for kind in SHARES if kind not in limits]
    shares = sum(SHARES[kind] for kind in others)
    limits |= {kind: left * SHARES[kind] // shares for kind in others}
    if others:
        limits[others[0]] += there_are - sum(limits.values())
    if sum(limits.values()) > there_are or min(limits.values()) < 1:
        asked = ", ".join(f"{kind} {limits[kind]}" for kind in SHARES)
        raise CommandError(
            f"The server has {there_are} connections for them, {MAINTENANCE} for maintenance not counted, and each "
            f"role needs one. This would be: {asked}."
        )
    return {kind: limits[kind] for kind in SHARES}


def _available() -> int:
    """What the server has for the three roles."""
    with connection.cursor() as cursor:
        cursor.execute(_RESERVED)
        most, reserved = cursor.fetchone()
    return int(most - reserved - MAINTENANCE)
