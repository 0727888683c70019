from django.contrib import admin

from .models import Author, Book, LibraryUser

admin.site.register(Author)
admin.site.register(LibraryUser)


@admin.register(Book)
class BookAdmin(admin.ModelAdmin):
    list_display = ["title", "status", "borrower"]
