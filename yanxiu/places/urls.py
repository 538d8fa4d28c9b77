"""Addresses of places."""

from django.urls import path

from yanxiu.places.views import choosing

app_name = "places"
urlpatterns = [
    path("choose/", choosing.choose, name="choose"),
    path("choose/take/", choosing.take, name="take"),
    path("choose/leave/", choosing.leave, name="leave"),
    path("choose/leave/sure/", choosing.before_leave, name="before_leave"),
    path("choose/change/<int:class_id>/", choosing.before_change, name="before_change"),
    path("choose/outcome/<uuid:key>/", choosing.outcome, name="outcome"),
    path("choose/<int:choice_id>/complain/", choosing.complain, name="complain"),
]
