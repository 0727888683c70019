"""The pages of the desk."""

from django.urls import path

from . import pages, prints

urlpatterns = [
    path("", pages.DeskView.as_view(), name="desk"),
    path("desk/find", pages.FindView.as_view(), name="desk_find"),
    path("receipt", prints.ReceiptView.as_view(), name="receipt"),
    path("hold-slip", prints.HoldSlipView.as_view(), name="hold_slip"),
]
