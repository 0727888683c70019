from django.contrib import admin

from .models import Author, Book, JournalEntry, LibraryUser

admin.site.register(Author)
admin.site.register(LibraryUser)


@admin.register(JournalEntry)
class JournalAdmin(admin.ModelAdmin):
    list_display = ["at", "actor", "operation", "arguments", "outcome", "code"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Book)
class BookAdmin(admin.ModelAdmin):
    list_display = ["title", "status", "borrower"]
