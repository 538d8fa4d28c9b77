from django.urls import path

from yanxiu.monitoring import views

app_name = "monitoring"
urlpatterns = [
    path("watch/", views.watch, name="watch"),
    path("watch/unit/<int:unit_id>/", views.unit, name="unit"),
    path("watch/unit/<int:unit_id>/learners/", views.learners, name="learners"),
    path("watch/class/<int:class_id>/", views.training_class, name="class"),
]
