"""One permission per operation, one per refusal that may be overridden or waived, and the groups that have them."""

from typing import TYPE_CHECKING, Any

from django.apps import AppConfig, apps
from django.db.models import Q
from django.utils import translation

from .operations import all_operations
from .texts import override_name

if TYPE_CHECKING:
    from django.contrib.auth.models import Permission
    from django.db.models import QuerySet

LIBRARIANS = "Librarians"
SUPERVISORS = "Supervisors"


@translation.override(None)  # their names are stored
def make_permissions(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """After migrating (or flushing) an app of ours: make what is missing, and nothing twice.

    Librarians may carry out every operation, and edit the tables of the legacy CRUD. Supervisors may override
    refusals, and carry out the operations and edit the models that are `supervised`, at which librarians may look: who
    has both groups does so at the desk.
    """
    if sender.label not in {"cqrs", *(operation.app for operation in all_operations())}:
        return
    try:
        kwargs.get("apps", apps).get_model("cqrs", "GivenPermission")
    except LookupError:  # a single app was migrated, before the tables of permissions
        return
    from django.contrib.auth.models import Permission

    if sender.label == "cqrs":
        _make_permissions_of_operations(using)
    theirs = Permission.objects.using(using).filter(content_type__app_label=sender.label)
    supervised = _overrides() | _supervised_operations() | _edits_of_what_is_supervised(sender)
    _give(LIBRARIANS, theirs.exclude(supervised), instead_of=theirs.filter(supervised))
    _give(SUPERVISORS, theirs.filter(supervised), instead_of=theirs.exclude(supervised))


def _give(name: str, permissions: "QuerySet[Permission]", *, instead_of: "QuerySet[Permission]") -> None:
    """Give a group what it was never given, and take back what it was given and another group has instead.

    What an operator has taken from the group, or added to it, stays so.
    """
    from django.contrib.auth.models import Group

    from .models import GivenPermission

    group, _ = Group.objects.using(permissions.db).get_or_create(name=name)
    given = GivenPermission.objects.using(permissions.db).filter(group=group)
    new = permissions.exclude(pk__in=given.values("permission"))
    former = instead_of.filter(pk__in=given.values("permission"))
    group.permissions.remove(*former)
    given.filter(permission__in=list(former)).delete()
    added = list(new)
    group.permissions.add(*added)
    given.bulk_create(GivenPermission(group=group, permission=each) for each in added)


def _overrides() -> Q:
    return Q(content_type__app_label="cqrs", codename__startswith="override_")


def _supervised_operations() -> Q:
    slugs = [each.slug for each in all_operations() if getattr(each.message, "supervised", False)]
    return Q(content_type__app_label="cqrs", codename__in=slugs)


def _edits_of_what_is_supervised(app: AppConfig) -> Q:
    models = [str(model._meta.model_name) for model in app.get_models() if getattr(model, "supervised", False)]
    return Q(content_type__model__in=models) & ~Q(codename__startswith="view_")


def _make_permissions_of_operations(using: str) -> None:
    from django.contrib.auth.models import Permission
    from django.contrib.contenttypes.models import ContentType

    from .models import Operation

    names = {operation.slug: str(operation.title) for operation in all_operations() if not operation.waives}
    names |= {f"override_{code}": override_name(code) for code in overridable_codes()}
    content_type = ContentType.objects.db_manager(using).get_for_model(Operation)
    permissions = Permission.objects.using(using).filter(content_type=content_type)
    known = dict(permissions.values_list("codename", "name"))
    permissions.bulk_create(
        Permission(content_type=content_type, codename=codename, name=name)
        for codename, name in names.items()
        if codename not in known
    )
    for codename, name in names.items():
        if known.get(codename, name) != name:
            permissions.filter(codename=codename).update(name=name)


def overridable_codes() -> list[str]:
    """The codes of all refusals that some operation lets be overridden."""
    return sorted({refusal.code for operation in all_operations() for refusal in operation.overridable})
