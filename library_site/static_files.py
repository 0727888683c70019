"""The static files (style sheets, scripts, what the admin and the API's pages need), served by the application."""

from functools import partial
from typing import Any

from django.http import HttpRequest
from whitenoise.middleware import WhiteNoiseMiddleware


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """WhiteNoise, but that it reads the folder when a file is asked for first: most functions are asked for none.

    Two threads that are asked at once both read it, and find the same.
    """

    _read = staticmethod(lambda: None)

    def update_files_dictionary(self, root: str, prefix: str) -> None:
        self._read = partial(super().update_files_dictionary, root, prefix)

    def __call__(self, request: HttpRequest) -> Any:
        if not self.files and request.path_info.startswith(self.static_prefix):
            self._read()
        return super().__call__(request)
