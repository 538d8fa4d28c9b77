from django.urls import path

from yanxiu.desks import views

app_name = "desks"
urlpatterns = [path("desk/", views.desk, name="desk")]
