"""The pages of the statistics."""

from django.urls import path

from library_site.html.pages import urls_of

from . import views

urlpatterns = [path("statistics", views.StatisticsView.as_view(), name="statistics"), *urls_of(views)]
