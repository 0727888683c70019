from uuid import UUID

from django.db.models import CharField, IntegerField, QuerySet
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from catalog.domain.barcodes import barcode_range, few
from catalog.policies import BarcodeKind
from circulation.models import LibraryUser
from library_site.cqrs import Context, Data, InvalidInput, Page, Query, handles, page_of
from library_site.statements import Given


class CardLabel(Data):
    """What stands on the library card of a person (`id`)."""

    id: UUID
    barcode: str
    name: str


class GetCardLabels(Query[Page[CardLabel]]):
    """`first` and `last` are barcodes, as scanned or typed; without `last`, the first is the only one.

    Or `user_ids` are those that are meant, up to MAX_PAGE_SIZE.
    """

    first: str = ""
    last: str = ""
    user_ids: tuple[UUID, ...] = ()


@handles(GetCardLabels, title=_("Card labels"), refuses=(InvalidInput,))
def get_card_labels(query: GetCardLabels, context: Context) -> Page[CardLabel]:
    """What stands on the labels of the library cards whose barcodes lie in a range, or of people chosen, by barcode."""
    if query.user_ids:
        return page_of(CardLabel, _chosen(few(query.user_ids, "user_ids")), query, order_by=("barcode",))
    first, last = barcode_range(BarcodeKind.CARD, query.first, query.last)
    return page_of(
        CardLabel, _users, query, order_by=("barcode",), given={"first": first, "last": last, "length": len(first)}
    )


def _users() -> "QuerySet[LibraryUser]":
    """As long as the first: between A-1 and A-9 there is no A-10."""
    users = LibraryUser.objects.annotate(length=Length("barcode")).filter(length=Given("length", IntegerField()))
    return users.filter(barcode__range=[Given(name, CharField()) for name in ("first", "last")])


def _chosen(ids: tuple[UUID, ...]) -> "QuerySet[LibraryUser]":
    return LibraryUser.objects.filter(pk__in=ids)
