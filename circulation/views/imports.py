"""Tasks of imports: a file is begun, read otherwise, taken in step by step, closed, undone."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.forms import Select
from django.http import HttpResponse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from circulation.commands.begin_import import ImportBegan
from circulation.commands.close_import import ImportClosed
from circulation.commands.continue_import import ImportContinued
from circulation.commands.preview_import import ImportPreviewed
from circulation.commands.undo_import import ImportUndone
from circulation.forms.imports import (
    BeginImportForm,
    CloseImportForm,
    ContinueImportForm,
    PreviewImportForm,
    UndoImportForm,
)
from circulation.models import FileImport
from circulation.queries import GetImport, GetImports
from circulation.queries.get_import import ImportFile
from circulation.queries.get_imports import ImportInList
from library_site.cqrs.messages import MAX_PAGE_SIZE
from library_site.cqrs.operations import operation_of
from library_site.cqrs.texts import grouped, sentences
from library_site.html.forms import MessageForm
from library_site.html.links import task_link
from library_site.html.pages import Group, page
from library_site.html.views import MessageView, TaskView


def is_of_the_shell(file: ImportFile) -> bool:
    """Whether the shell imported it, which counts its rows by itself, and keeps no file here."""
    return not file.size


def _called(each: ImportInList) -> str:
    """Files of one name are told apart by when their imports began."""
    return f"{each.file_name} · {date_format(localtime(each.begun_at), 'SHORT_DATETIME_FORMAT')}"


class OfImport(MessageView):
    """A page about one import, which a link has chosen; else it is chosen here."""

    def render_page(self, form: MessageForm, *, status: int = 200, **values: Any) -> HttpResponse:
        widget = form.fields["import_id"].widget
        if isinstance(widget, Select):
            imports = self.look_up(GetImports(page_size=MAX_PAGE_SIZE))
            widget.choices = [("", _("Choose an import.")), *((str(each.id), _called(each)) for each in imports)]
        return super().render_page(form, status=status, **values)

    def file_of(self, import_id: Any) -> ImportFile | None:
        return next(iter(self.look_up(GetImport(import_id=import_id))), None)


class ImportTaskView(OfImport, TaskView):
    """A task with one import, which goes on at the page of it."""

    def leads_to(self, form: Any, result: Any) -> str:
        return self.next_task_url("get_import", import_id=result.import_id)


@page("import/begin", group=Group.IMPORT, place=20, purpose=gettext_lazy("A file: CSV, TSV or MARC"))
class BeginImportView(TaskView):
    form_class = BeginImportForm
    template_name = "import_begin.html"
    lead = gettext_lazy(
        "What it is taken for is shown first: nothing of it is in the library before you have seen that."
    )
    button = gettext_lazy("Look at it")

    def leads_to(self, form: BeginImportForm, result: ImportBegan) -> str:
        return self.next_task_url("get_import", import_id=result.import_id)

    def success_message(self, form: BeginImportForm, result: ImportBegan) -> str:
        rows = ngettext("It has {number} row.", "It has {number} rows.", result.rows)
        return sentences(rows.format(number=grouped(result.rows)), _("Nothing of it is in the library yet."))


@page("import/reading", group=Group.IMPORT, place=40, purpose=gettext_lazy("Which column is what"))
class PreviewImportView(ImportTaskView):
    form_class = PreviewImportForm
    lead = gettext_lazy("What each column of the file means, before anything of it is in the library.")
    button = gettext_lazy("Read it so")

    def render_page(self, form: MessageForm, *, status: int = 200, **values: Any) -> HttpResponse:
        chosen = form["import_id"].value()
        if chosen and "import_id" not in form.errors:
            form.fields["options"].widget.file = self.file_of(chosen)
        return super().render_page(form, status=status, **values)

    def success_message(self, form: PreviewImportForm, result: ImportPreviewed) -> str:
        rows = ngettext("It is read anew: {number} row.", "It is read anew: {number} rows.", result.rows)
        return rows.format(number=grouped(result.rows))


@page("import/continue", group=Group.IMPORT, place=50, purpose=gettext_lazy("One step of at most 100 rows"))
class ContinueImportView(ImportTaskView):
    form_class = ContinueImportForm
    button = gettext_lazy("Go on")

    def success_message(self, form: ContinueImportForm, result: ImportContinued) -> str:
        said = _("{done} of {rows} rows are done.").format(done=grouped(result.position), rows=grouped(result.rows))
        return sentences(said, _("That is all.") if result.state == FileImport.State.DONE else "")


@page("import/close", group=Group.IMPORT, place=70, purpose=gettext_lazy("The file and the report go"))
class CloseImportView(ImportTaskView):
    form_class = CloseImportForm
    lead = gettext_lazy("The file and the report go, which may name people. What was imported stays.")
    button = gettext_lazy("Close import")

    def success_message(self, form: CloseImportForm, result: ImportClosed) -> str:
        return _("The import is closed: its file and its report are gone. What was imported stays.")


@page("import/undo", group=Group.IMPORT, place=80, purpose=gettext_lazy("All that it has added goes"))
class UndoImportView(ImportTaskView):
    form_class = UndoImportForm
    lead = gettext_lazy("All that the import has added goes, as long as nothing has happened to it since.")
    button = gettext_lazy("Undo import")

    def render_page(self, form: MessageForm, *, status: int = 200, **values: Any) -> HttpResponse:
        chosen = form["import_id"].value()
        if status == 200 and chosen and (file := self.file_of(chosen)):
            asked = (
                _("Nothing is undone yet. Once it is, what the shell has added from {file} is gone.")
                if is_of_the_shell(file)
                else _("Nothing is undone yet. Once it is, what {number} rows of {file} have added is gone.")
            )
            values["question"] = asked.format(number=grouped(file.added), file=file.file_name)
        return super().render_page(form, status=status, **values)

    def success_message(self, form: UndoImportForm, result: ImportUndone) -> str:
        gone = _("The import is undone. Gone are: books {books}, authors {authors}, people {people}, loans {loans}.")
        return gone.format(**{name: grouped(getattr(result, name)) for name in ("books", "authors", "people", "loans")})


def form_of(
    view: MessageView, task: type[TaskView], shown: Mapping[str, Any] = MappingProxyType({}), **hidden: Any
) -> dict[str, Any] | None:
    """The form of a task and where it is sent, for who may carry it out, with what is chosen already."""
    operation, context = operation_of(task.form_class.message), view.context()
    if not (link := task_link(operation, context)):
        return None
    form = task.form_class(context=context, initial={**shown, **hidden})
    for name in hidden:
        form.fields[name].widget = form.fields[name].hidden_widget()
    return {"title": operation.title, "lead": task.lead, "form": form, "url": link.url, "button": task.button}
