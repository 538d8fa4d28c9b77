from django.urls import path

from yanxiu.classroom.views import learner, staff

app_name = "classroom"
urlpatterns = [
    path("learn/", learner.home, name="home"),
    path("learn/ping/", learner.ping, name="ping"),
    path("learn/<int:enrolment_id>/", learner.room, name="class"),
    path("learn/<int:enrolment_id>/go-on/", learner.go_on, name="go_on"),
    path("learn/<int:enrolment_id>/<int:item_id>/", learner.item, name="item"),
    path("learn/<int:enrolment_id>/<int:item_id>/appeal/", learner.appeal, name="appeal"),
    path("learn/<int:enrolment_id>/<int:item_id>/<str:what>/", learner.media, name="media"),
    path("classes/", staff.classes, name="classes"),
    path("classes/<int:class_id>/", staff.room, name="staff_class"),
    path("classes/<int:class_id>/<int:item_id>/", staff.item, name="staff_item"),
    path("classes/<int:class_id>/<int:item_id>/<str:what>/", staff.media, name="staff_media"),
    path("appeals/time/", staff.appeals, name="appeals"),
    path("appeals/time/<int:appeal_id>/", staff.decide, name="decide_appeal"),
]
