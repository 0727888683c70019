"""What the HTML adapters share."""

from django.http import HttpRequest, JsonResponse

from .problems import MEDIA_TYPE, problem


def no_such_api_url(request: HttpRequest, path: str) -> JsonResponse:
    """A problem, not a page, for programs that ask for what is not there."""
    return JsonResponse(problem(404, "not_found", "There is nothing at this URL."), status=404, content_type=MEDIA_TYPE)
