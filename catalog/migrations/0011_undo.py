from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0010_missing_books_sorted"),
    ]

    operations = [
        migrations.AddField(
            model_name="book",
            name="undo",
            field=models.JSONField(
                editable=False,
                help_text="What undoes the last return, loan or renewal of today.",
                null=True,
                verbose_name="undo",
            ),
        ),
    ]
