"""Records of other catalogues that books came with."""

import zlib
from hashlib import sha256
from typing import Self
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _


class SourceRecord(models.Model):
    """A record as another catalogue had it: MARC 21 in UTF-8 (ISO 2709), compressed.

    All copies that came with a record share its row: the id is made of what it says. It never changes.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    compressed = models.BinaryField(editable=False)

    class Meta:
        default_permissions = ("view",)
        verbose_name = _("source record")
        verbose_name_plural = _("source records")

    def __str__(self) -> str:
        return str(self.id)

    @classmethod
    def of(cls, marc: bytes) -> Self:
        """Not saved."""
        return cls(id=UUID(bytes=sha256(marc).digest()[:16]), compressed=zlib.compress(marc, 9))

    @property
    def marc(self) -> bytes:
        return zlib.decompress(self.compressed)
