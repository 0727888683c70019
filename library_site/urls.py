"""Every URL: tasks before the CRUD that they grew from. What this process does not serve has none."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLResolver, include, path, re_path
from django.urls.resolvers import RoutePattern
from django.views.i18n import set_language

import catalog.api
import circulation.api
from library_site import navigation, views
from library_site.accounts import refused_pages
from library_site.rest.tasks import by_first_word

handler403 = refused_pages.permission_denied
handler500 = views.server_error

task_api = by_first_word([*circulation.api.router.urls, *catalog.api.router.urls])
crud_api = [URLResolver(RoutePattern("api/"), urls) for urls in ("circulation.crud.api", "catalog.crud.api")]
pages = [URLResolver(RoutePattern(""), urls) for urls in navigation.PAGES]

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("api/", include(task_api)),
]

if "*" in settings.LIBRARY_OPERATIONS:
    urlpatterns += [
        *crud_api,
        *pages,
        path("tasks", navigation.tasks, name="tasks"),
        path("login", views.SignIn.as_view(), name="login"),
        path("logout", views.SignOut.as_view(), name="logout"),
        path("keys", navigation.keys, name="keys"),
        path("language", set_language, name="set_language"),
        path("api/schema", views.schema, name="schema"),
        path("api/docs", views.documentation, name="docs"),
        path("admin/logout/", views.SignOut.as_view()),
        path("admin/", admin.site.urls),
    ]

urlpatterns += [re_path(r"^api(?:/|$)", views.no_such_api_url)]
