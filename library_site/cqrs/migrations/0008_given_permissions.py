import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("cqrs", "0007_refusals_by_code"),
    ]

    operations = [
        migrations.CreateModel(
            name="GivenPermission",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "group_id", "permission_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="auth.group"),
                ),
                (
                    "permission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="auth.permission"
                    ),
                ),
            ],
            options={"default_permissions": ()},
        ),
    ]
