"""Sign-in, the schema, whether the process is well, and what is answered when it isn't."""

import logging
import sys
from math import ceil
from typing import Any, cast

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt

from library_site.accounts.forms import SignInForm
from library_site.cqrs.answers import DATABASE_OUTAGES, MEDIA_TYPE, RETRY_AFTER, UNAVAILABLE, problem, too_many_requests

logger = logging.getLogger(__name__)


class SignIn(LoginView):
    """Staff sign in; a wrong password is said with the focus on the password."""

    template_name = "login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        form.fields["username"].widget.attrs.pop("autofocus", None)
        form.fields["password"].widget.attrs["autofocus"] = True
        response = super().form_invalid(form)
        response.status_code = 422
        return response


class SignOut(LogoutView):
    """The session ends, and the browser forgets what it has seen; the script of the page to sign in does the rest.

    It does not forget its cookies, which hold the language; nor by this its storage, where another window may have
    scans that wait.
    """

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().post(request, *args, **kwargs)
        response["Clear-Site-Data"] = '"cache"'
        return response

    def get_default_redirect_url(self) -> str:
        return f"{reverse('login')}?signed_out"


def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, else 503. It keeps no connection that was not there: anybody may ask."""
    was_connected = connection.connection is not None
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        said = {"status": "the database does not answer"}
        return JsonResponse(said, status=503, headers={"Retry-After": str(RETRY_AFTER)})
    finally:
        if not was_connected:
            connection.close()
    return JsonResponse({"status": "ok"})


@cache_control(no_cache=True)
@csrf_exempt  # as every view of REST framework, which answers a POST in its own words
def schema(request: HttpRequest) -> HttpResponse:
    """The OpenAPI schema. What makes it is imported when it is asked for, as it would slow every start."""
    from library_site.rest.schema_view import SchemaView

    answer: Any = SchemaView.as_view()(request)
    return cast(HttpResponse, answer.render() if hasattr(answer, "render") else answer)


@csrf_exempt
@csp_update({"style-src": [SELF, UNSAFE_INLINE]})  # Swagger UI sets styles of its own
def documentation(request: HttpRequest) -> HttpResponse:
    """Swagger UI of the schema."""
    from drf_spectacular.views import SpectacularSwaggerSplitView

    return SpectacularSwaggerSplitView.as_view(url_name="schema")(request)


def server_error(request: HttpRequest) -> HttpResponse:
    """What answers an error that nobody expected: 503 when the database is down, else 500; to programs, a problem."""
    if isinstance(sys.exc_info()[1], DATABASE_OUTAGES):
        return unavailable(request)
    if _is_for_programs(request):
        return _problem(problem(500, "error", _("The fault is ours, and it is logged.")))
    return defaults.server_error(request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's page; of what was too large to be read, its token is not known, and that is what is said."""
    length = str(request.META.get("CONTENT_LENGTH", ""))
    if length.isascii() and length.isdigit() and int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return HttpResponse(render_to_string("413.html"), status=413)
    return cast(HttpResponse, import_string("django.views.csrf.csrf_failure")(request, reason))  # no start needs it


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: a problem for programs, a page for people."""
    if _is_for_programs(request):
        response = _problem(UNAVAILABLE)
    else:
        response = HttpResponse(render_to_string("503.html"), status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    return response


class Outages(MiddlewareMixin):
    """While debugging, Django shows a page of its own for every error: one for developers, of 500."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DATABASE_OUTAGES):
            return None
        logger.error("The database does not answer", exc_info=exception)
        return unavailable(request)


def too_many(request: HttpRequest, wait: float) -> HttpResponse:
    """429: a problem for programs, a page for people; both say for how long."""
    seconds = ceil(wait)
    if _is_for_programs(request):
        response = _problem(too_many_requests(seconds))
    else:
        response = HttpResponse(render_to_string("429.html", {"minutes": ceil(seconds / 60)}), status=429)
    response["Retry-After"] = str(seconds)
    return response


def _is_for_programs(request: HttpRequest) -> bool:
    return request.path_info.startswith(("/api/", "/healthz"))


def _problem(body: dict[str, Any]) -> HttpResponse:
    return JsonResponse(body, status=body["status"], content_type=MEDIA_TYPE)


@csrf_exempt
def no_such_api_url(request: HttpRequest) -> JsonResponse:
    """A problem, not a page, for programs that ask for what is not there."""
    body = problem(404, "not_found", _("There is nothing at this URL."))
    return JsonResponse(body, status=404, content_type=MEDIA_TYPE)
