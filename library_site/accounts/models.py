"""The table of failed sign-ins; attempts.py has the rule."""

from django.db import models


class Failures(models.Model):
    """Failed sign-ins that have something in common: until when they weigh, in seconds since 1970.

    The key is a keyed hash of what that is. Of what was typed nothing is kept.
    """

    key = models.CharField(max_length=32, primary_key=True)
    until = models.FloatField(db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.key
