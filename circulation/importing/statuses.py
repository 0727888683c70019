"""Whether somebody may borrow, by what a row says of it."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from django.utils.translation import gettext as _

from catalog.importing.numbers import says_something
from catalog.text import collapse, search_words
from library_site.tables import Row

from .days import Days


class Standing(Enum):
    NONE = ""
    VERIFIED = "verified"
    SUSPENDED = "suspended"


@dataclass(frozen=True, kw_only=True)
class Status:
    """`reason` and `until` are those of a suspension; `notes` go to the note, `remarks` into the report."""

    standing: Standing = Standing.NONE
    reason: str = ""
    until: date | None = None
    notes: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


NO_STATUS = Status()

FAR = date(2100, 1, 1)
"""Suspensions that last until then, or for longer, last until they are ended."""

_LIKE = {
    "verified": (
        "verified active ok current valid enabled good goodstanding yes true 1 x aktiv verifiziert gepruft geprueft ja "
        "gultig gueltig actif active activa verifie valide oui activo verificado valido si vigente"
    ),
    "blocked": (
        "blocked suspended barred debarred banned restricted gesperrt sperre gebannt bloque bloquee suspendu suspendue "
        "bloqueado bloqueada suspendido suspendida sancionado sancionada"
    ),
    "expired": (
        "expired inactive inactif inactive lapsed disabled no false 0 abgelaufen inaktiv ungultig nein expire expiree "
        "perime non caducado caducada vencido vencida inactivo inactiva"
    ),
    "neither": "new pending unverified notverified neu offen ungepruft nouveau enattente nonverifie nuevo pendiente",
}
_MEANS = {word: meaning for meaning, words in _LIKE.items() for word in words.split()}
_NOS = "no n false 0 nein non none keine aucun ninguno not ok active aktiv"
_YESES = "yes y true 1 x ja j oui o si s blocked gesperrt bloque bloqueado"
_NO, _YES = frozenset(_NOS.split()), frozenset(_YESES.split())
_NO_REASON = {"blocked": "Suspended in the former system.", "expired": "Membership expired."}


def status_of(row: Row, days: Days, today: date, *, verified: bool) -> Status:
    """Who is blocked, or whose membership is over, is suspended. Unless it is said, nobody is verified."""
    said = collapse(row.one("status"))
    meaning = _MEANS.get("".join(search_words(said)), "") or ("unknown" if says_something(said) else "")
    ends = days.read(row.one("expires"), FAR)
    notes = (f"Until {ends.isoformat()}",) if ends and today <= ends < FAR else ()
    if (blocked := _blocked(row, days, today)) is not None or meaning == "blocked":
        return _suspended("blocked", _reason(row), blocked, notes)
    if meaning == "expired" or (ends and ends < today):
        return _suspended(
            "expired", _reason(row) or (f"Membership expired on {ends.isoformat()}." if ends else ""), None
        )
    remarks = (
        (_("its status “{status}” is not known: it was left out").format(status=said),) if meaning == "unknown" else ()
    )
    is_verified = meaning == "verified" or (verified and meaning in {"", "unknown"})
    return Status(standing=Standing.VERIFIED if is_verified else Standing.NONE, notes=notes, remarks=remarks)


def _blocked(row: Row, days: Days, today: date) -> date | None:
    """The last day of what a column says that only tells who is blocked; FAR is none. None: nothing is said."""
    said = row.one("blocked")
    if not says_something(said) or "".join(search_words(said)) in _NO:
        return None
    until = days.read(said, FAR)
    return None if until and until < today else until or FAR


def _reason(row: Row) -> str:
    reason, blocked = collapse(row.one("reason")), collapse(row.one("blocked"))
    is_reason = (
        says_something(blocked) and "".join(search_words(blocked)) not in _YES | _NO and not blocked[:1].isdigit()
    )
    return reason or (blocked if is_reason else "")


def _suspended(why: str, reason: str, until: date | None, notes: tuple[str, ...] = ()) -> Status:
    return Status(
        standing=Standing.SUSPENDED,
        reason=reason or _NO_REASON[why],
        until=until if until and until < FAR else None,
        notes=notes,
    )
