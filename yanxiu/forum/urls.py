from django.urls import path

from yanxiu.forum.views import order, threads

app_name = "forum"
urlpatterns = [
    path("forum/", threads.mine, name="mine"),
    path("forum/moderate/", order.moderate, name="moderate"),
    path("forum/classes/<int:class_id>/", threads.thread_list, name="thread_list"),
    path("forum/classes/<int:class_id>/write/", threads.write, name="write"),
    path("forum/classes/<int:class_id>/points/", threads.points, name="points"),
    path("forum/posts/<int:post_id>/", threads.thread, name="thread"),
    path("forum/posts/<int:post_id>/<str:what>/", order.keep_order, name="keep_order"),
]
