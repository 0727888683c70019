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
    """For how many seconds this process does nothing more for a stranger; a device that is known has its own bound."""
    if request.user.is_authenticated:
        return 0
    device = devices.device_of(request)
    asks = "health" if request.path_info == "/healthz" else "page"  # for a balancer, no stranger may use it up
    return strangers.wait_of(f"{asks}:{device.id if device else network_of(request)}")
