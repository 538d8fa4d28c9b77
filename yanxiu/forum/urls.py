from django.urls import path

from yanxiu.forum import views

app_name = "forum"
urlpatterns = [
    path("forum/", views.mine, name="mine"),
    path("forum/moderate/", views.moderate, name="moderate"),
    path("forum/classes/<int:class_id>/", views.thread_list, name="thread_list"),
    path("forum/classes/<int:class_id>/write/", views.write, name="write"),
    path("forum/classes/<int:class_id>/points/", views.points, name="points"),
    path("forum/posts/<int:post_id>/", views.thread, name="thread"),
    path("forum/posts/<int:post_id>/<str:what>/", views.keep_order, name="keep_order"),
]
