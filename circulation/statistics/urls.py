"""The pages of the statistics."""

from django.urls import path

from . import views
from .statistic_view import statistic_urls

urlpatterns = [
    path("statistics", views.StatisticsView.as_view(), name="statistics"),
    *statistic_urls("statistics/loans", views.GetLoansOverTimeView),
    *statistic_urls("statistics/overdue", views.GetOverdueByAgeView),
    *statistic_urls("statistics/most-borrowed", views.GetMostBorrowedBooksView),
    *statistic_urls("statistics/stock", views.GetStockByStateView),
]
