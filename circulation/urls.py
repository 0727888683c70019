"""The REST tasks of circulation."""

from circulation import api

api_urls = api.router.urls
