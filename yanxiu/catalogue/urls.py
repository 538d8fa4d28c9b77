from django.urls import path

from yanxiu.catalogue import views

app_name = "catalogue"
urlpatterns = [
    path("courses/", views.courses, name="courses"),
    path("courses/<int:course_id>/", views.course, name="course"),
    path("courses/pictures/<str:sha>/", views.picture, name="picture"),
]
