from django.urls import path

from yanxiu.season import views

app_name = "season"
urlpatterns = [
    path("demo/clock/", views.clock_forward, name="clock"),
    path("demo/role/", views.role, name="role"),
    path("demo/reset/", views.reset, name="reset"),
]
