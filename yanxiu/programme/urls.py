from django.urls import path

from yanxiu.programme import views

app_name = "programme"
urlpatterns = [
    path("", views.front, name="front"),
    path("notice/", views.notice, name="notice"),
    path("notice/<int:number>/", views.attachment, name="attachment"),
    path("calendar/", views.calendar, name="calendar"),
    path("policy/", views.policy, name="policy"),
    path("catalogue/", views.catalogue, name="catalogue"),
    path("batches/", views.batches, name="batches"),
    path("batches/<int:number>/open/", views.open_class, name="open_class"),
]
