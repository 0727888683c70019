"""The CRUD that the tasks grew from: /api/user. Its writes: circulation/records/."""

from typing import Any

from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.routers import SimpleRouter

from catalog.text import name_key
from circulation.models import LibraryUser
from library_site.cqrs.barcodes import MAX_BARCODE
from library_site.rest.crud import CrudViewSet


class LibraryUserSerializer(serializers.ModelSerializer[Any]):
    card = serializers.CharField(source="barcode", required=False, allow_blank=True, max_length=MAX_BARCODE)

    class Meta:
        model = LibraryUser
        fields = (
            *("id", "name", "email", "status", "status_comment"),
            *("birth_date", "phone", "address", "language", "note", "card"),
        )


class LibraryUserFilter(filters.FilterSet):
    email = filters.CharFilter(method="by_email", label="The e-mail address, whatever its case.")

    def by_email(self, users: Any, name: str, value: str) -> Any:
        return users.filter(email_key=name_key(value))

    class Meta:
        model = LibraryUser
        fields = ("status", "email")


class LibraryUserViewSet(CrudViewSet):
    queryset = LibraryUser.objects.all()
    serializer_class = LibraryUserSerializer
    filterset_class = LibraryUserFilter


router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("user", LibraryUserViewSet)

urlpatterns = router.urls
