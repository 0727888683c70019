"""Answers as JSON, and whether that is what is asked for."""

from typing import Any

import msgspec
from rest_framework import negotiation, renderers

_encode = msgspec.json.Encoder(enc_hook=str).encode


class JSONRenderer(renderers.JSONRenderer):
    """REST framework's, written by msgspec, which takes a tenth of the time; whoever wants it indented waits."""

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> Any:
        if data is None or self.get_indent(accepted_media_type or "", renderer_context or {}) is not None:
            return super().render(data, accepted_media_type, renderer_context)
        return _encode(data)


class ContentNegotiation(negotiation.DefaultContentNegotiation):
    """REST framework's, which reads a header in which most programs say nothing: they get the first there is."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: str | None = None) -> Any:
        says_nothing = request.META.get("HTTP_ACCEPT", "*/*") == "*/*" and not format_suffix
        if says_nothing and "format=" not in request.META.get("QUERY_STRING", ""):
            return renderers[0], renderers[0].media_type
        return super().select_renderer(request, renderers, format_suffix)
