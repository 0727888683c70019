"""One permission per operation, and the group that has them all."""

from typing import Any

from django.apps import AppConfig, apps

from .operations import all_operations

LIBRARIANS = "Librarians"


def make_permissions(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """After migrating (or flushing) an app of ours: make what is missing, and nothing twice.

    Librarians may carry out every operation, and edit the tables of the legacy CRUD.
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
                content_type=operation_type, codename=operation.slug, defaults={"name": operation.title}
            )
    librarians, _ = Group.objects.using(using).get_or_create(name=LIBRARIANS)
    librarians.permissions.add(*Permission.objects.using(using).filter(content_type__app_label=sender.label))
