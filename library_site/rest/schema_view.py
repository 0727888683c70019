"""The OpenAPI schema as it is served: made once a process, in JSON and in YAML, whatever it is asked by."""

from functools import cache
from hashlib import sha256
from threading import Lock
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.utils import translation
from django.utils.cache import get_conditional_response
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request

RENDERERS: dict[str, Any] = {"json": OpenApiJsonRenderer, "yaml": OpenApiYamlRenderer}

_making = Lock()


class Rendering(NamedTuple):
    body: bytes
    etag: str


class SchemaView(SpectacularAPIView):
    """drf-spectacular's, which makes it anew for each request, in any language and version that it is asked for.

    Here it is in English, of all that there is: a parameter can choose nothing but one of the two renderings.
    """

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        renderer: Any = request.accepted_renderer
        with _making:  # who comes while it is made waits for it
            rendering = _rendered(renderer.format)
        charset = f"; charset={renderer.charset}" if renderer.charset else ""
        headers = {
            "Content-Type": f"{renderer.media_type}{charset}",
            "Content-Disposition": f'inline; filename="Library.{renderer.format}"',
            "Content-Language": "en",
            "Cache-Control": "max-age=300",
            "ETag": rendering.etag,
        }
        response = HttpResponse(rendering.body, headers=headers)
        return get_conditional_response(request._request, etag=rendering.etag, response=response) or response


@cache
def _rendered(kind: str) -> Rendering:
    with translation.override("en"):
        body = RENDERERS[kind]().render(_document())
    return Rendering(body, f'"{sha256(body).hexdigest()[:32]}"')


@cache
def _document() -> Any:
    make: Any = SchemaView.generator_class()
    return make.get_schema(public=True)
