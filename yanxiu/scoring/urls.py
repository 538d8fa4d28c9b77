from django.urls import path

from yanxiu.scoring import views

app_name = "scoring"
urlpatterns = [
    path("marks/", views.mine, name="mine"),
    path("marks/<int:enrolment_id>/", views.why, name="why"),
    path("marks/<int:enrolment_id>/objections/", views.object_to, name="object"),
    path("marks/objections/<int:objection_id>/escalate/", views.escalate, name="escalate"),
    path("results/", views.results, name="results"),
    path("results/<int:enrolment_id>/", views.result, name="result"),
    path("objections/", views.objections, name="objections"),
    path("objections/<int:objection_id>/", views.objection, name="objection"),
]
