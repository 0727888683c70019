from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    operations = [
        migrations.CreateModel(
            name="Failures",
            fields=[
                ("key", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("until", models.FloatField(db_index=True)),
            ],
            options={"default_permissions": ()},
        ),
    ]
