from django.urls import path

from yanxiu.notices import views

app_name = "notices"
urlpatterns = [
    path("notifications/", views.inbox, name="inbox"),
    path("notifications/read/", views.read_all, name="read_all"),
    path("notifications/<int:pk>/", views.open_, name="open"),
    path("announcements/", views.announcements, name="announcements"),
    path("announcements/new/", views.write, name="write"),
    path("announcements/<int:pk>/", views.announcement, name="announcement"),
    path("announcements/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
]
