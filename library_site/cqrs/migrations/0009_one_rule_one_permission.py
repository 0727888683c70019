"""In a library at work: what its groups were given until now, and one permission to end a suspension or override it."""

from django.db import migrations
from django.db.models import Q

TABLES = ("librarypolicy", "calendarexception")
SUPERVISED = (
    Q(codename__startswith="override_")
    | Q(codename__in=["set_name_and_address", "set_opening_weekdays"])
    | Q(codename__in=[f"{verb}_{table}" for verb in ("add", "change", "delete") for table in TABLES])
)
"""What supervisors were given before this release, and librarians were not."""


def remember_what_was_given(apps, schema_editor):
    using = schema_editor.connection.alias
    given = apps.get_model("cqrs", "GivenPermission").objects.using(using)
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    ours = permissions.filter(content_type__app_label__in=["cqrs", "catalog", "circulation"])
    for name, theirs in (("Librarians", ours.exclude(SUPERVISED)), ("Supervisors", ours.filter(SUPERVISED))):
        for group in apps.get_model("auth", "Group").objects.using(using).filter(name=name):
            given.bulk_create(given.model(group=group, permission=each) for each in theirs)


def join_reinstating_to_overriding(apps, schema_editor):
    """Whoever had the one by name has the other, which lets do no more; librarians had it as every operation's."""
    using = schema_editor.connection.alias
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    former = permissions.filter(content_type__app_label="cqrs", codename="reinstate_user").first()
    if former is None:
        return
    override, _ = permissions.get_or_create(
        content_type=former.content_type, codename="override_user_suspended", defaults={"name": "Override"}
    )
    override.user_set.add(*former.user_set.all())
    override.group_set.add(*former.group_set.exclude(name="Librarians"))
    former.delete()


class Migration(migrations.Migration):
    dependencies = [("cqrs", "0008_given_permissions")]

    operations = [
        migrations.RunPython(join_reinstating_to_overriding, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(remember_what_was_given, migrations.RunPython.noop, elidable=True),
    ]
