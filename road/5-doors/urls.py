from django.contrib import admin
from django.urls import include, path
from rest_framework.routers import DefaultRouter

from library import api, crud
from library.pages import BorrowBookPage

router = DefaultRouter(trailing_slash=False)
router.register("book", api.BookTasks, basename="book-tasks")
router.register("user", api.UserTasks, basename="user-tasks")
router.register("author", crud.AuthorViewSet)
router.register("book", crud.BookViewSet)
router.register("user", crud.UserViewSet)

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", include(router.urls)),
    path("borrow", BorrowBookPage.as_view()),
]
