"""The REST tasks of the catalogue, and beside them the CRUD that they grew from."""

from catalog import api

api_urls = api.router.urls
