"""Tasks, by page: a form makes the message, and shows the refusal."""

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.views.generic import FormView

from .commands.borrow_book import BorrowBook
from .cqrs import Actor, Context, DomainError, dispatch


class BorrowBookForm(forms.Form):
    book_id = forms.IntegerField()
    user_id = forms.IntegerField()


class BorrowBookPage(LoginRequiredMixin, FormView):
    form_class = BorrowBookForm
    template_name = "task.html"
    success_url = "/borrow"

    def form_valid(self, form):
        try:
            context = Context(actor=Actor.of_user(self.request.user), source="html")
            result = dispatch(BorrowBook(**form.cleaned_data), context)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, f"Lent, until {result.due_on}.")
        return super().form_valid(form)
