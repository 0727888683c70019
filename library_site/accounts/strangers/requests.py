"""Requests of nobody who is signed in: they are few from each client, and told how long to wait."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from library_site.middleware import has_token
from library_site.rest.clients import network_of
from library_site.rest.throttles import strangers
from library_site.views import too_many

from . import devices
from .attempts import TooManyAttempts


class Strangers:
    """Bounds what a process does for strangers, and remembers the devices of those who are none.

    Of programs that bring a token, rest/clients.py bounds those whose token is wrong.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if has_token(request):
            return self.get_response(request)
        if wait := _wait(request):
            return too_many(request, wait)
        response = self.get_response(request)
        if account := vars(request).get("signed_in"):  # by sign_ins.py
            devices.remember(request, response, account)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return too_many(request, error.wait) if isinstance(error, TooManyAttempts) else None


def _wait(request: HttpRequest) -> float:
    """For how many seconds this process does nothing more for a stranger; who is signed in never waits.

    A device that is known is counted by itself, whoever else is at its address; so are those that ask for our health,
    and are asked for no session.
    """
    device, is_health = devices.device_of(request), request.path_info == "/healthz"
    wait = strangers.wait_of(f"{is_health}:{device.id if device else network_of(request)}")
    return wait if wait and (is_health or not request.user.is_authenticated) else 0
