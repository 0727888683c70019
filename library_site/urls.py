"""Every URL: tasks before the CRUD that they grew from. What this process does not serve has none."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

import catalog.crud.api
import catalog.urls
import circulation.crud.api
import circulation.urls
from library_site import health
from library_site.cqrs.views import no_such_api_url

tasks = [*circulation.urls.api_urls, *catalog.urls.api_urls]
crud = [*circulation.crud.api.router.urls, *catalog.crud.api.router.urls]

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("api/", include(tasks)),
]

if "*" in settings.LIBRARY_OPERATIONS:
    urlpatterns += [
        path("api/", include(crud)),
        path("api/schema", SpectacularAPIView.as_view(), name="schema"),
        path("api/docs", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
        path("admin/", admin.site.urls),
    ]

urlpatterns += [path("api/<path:path>", no_such_api_url)]
