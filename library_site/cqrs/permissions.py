"""One permission per operation, one per refusal that may be overridden, and the groups that have them."""

from typing import Any

from django.apps import AppConfig, apps
from django.db.models import Q
from django.utils import translation

from .names import override_name
from .operations import all_operations

LIBRARIANS = "Librarians"
SUPERVISORS = "Supervisors"


@translation.override(None)  # their names are stored
def make_permissions(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """After migrating (or flushing) an app of ours: make what is missing, and nothing twice.

    Librarians may carry out every operation, and edit the tables of the legacy CRUD. Supervisors may override
    refusals: who has both groups does so at the desk.
    """
    if sender.label not in {"cqrs", *(operation.app for operation in all_operations())}:
        return
    try:
        kwargs.get("apps", apps).get_model("auth", "Permission")
    except LookupError:  # a single app was migrated, before the tables of permissions
        return
    from django.contrib.auth.models import Group, Permission
    from django.contrib.contenttypes.models import ContentType

    from .models import Operation

    if sender.label == "cqrs":
        operation_type = ContentType.objects.db_manager(using).get_for_model(Operation)
        for operation in all_operations():
            Permission.objects.using(using).update_or_create(
                content_type=operation_type, codename=operation.slug, defaults={"name": str(operation.title)}
            )
        for code in overridable_codes():
            Permission.objects.using(using).update_or_create(
                content_type=operation_type,
                codename=f"override_{code}",
                defaults={"name": override_name(code)},
            )
    theirs = Permission.objects.using(using).filter(content_type__app_label=sender.label)
    overrides = Q(content_type__app_label="cqrs", codename__startswith="override_")
    librarians, _ = Group.objects.using(using).get_or_create(name=LIBRARIANS)
    librarians.permissions.add(*theirs.exclude(overrides))
    supervisors, _ = Group.objects.using(using).get_or_create(name=SUPERVISORS)
    supervisors.permissions.add(*theirs.filter(overrides))


def overridable_codes() -> list[str]:
    """The codes of all refusals that some operation lets be overridden."""
    return sorted({refusal.code for operation in all_operations() for refusal in operation.overridable})
