from django.urls import path

from yanxiu.web import views

app_name = "web"
urlpatterns = [
    path("language/", views.language, name="language"),
    path("theme/", views.theme, name="theme"),
    path("appointment/", views.appointment, name="appointment"),
    path("batch/", views.batch, name="batch"),
    path("about/<slug:page>/", views.about, name="about"),
    path("status/", views.status, name="status"),
    path("components/", views.components, name="components"),
]
