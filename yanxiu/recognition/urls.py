from django.urls import path

from yanxiu.recognition import views

app_name = "recognition"
urlpatterns = [
    path("verify/", views.verify, name="verify"),
    path("verify/<str:code>/", views.verify_code, name="verify_code"),
    path("certificates/", views.certificates, name="certificates"),
    path("certificates/mine/", views.mine, name="mine"),
    path("certificates/issue/", views.issue, name="issue"),
    path("certificates/issue/<int:batch_id>/", views.start, name="start"),
    path("certificates/runs/<int:run_id>/", views.run, name="run"),
    path("certificates/mine/<str:number>.pdf", views.own_pdf, name="own_pdf"),
    path("certificates/<str:number>.pdf", views.pdf, name="pdf"),
    path("certificates/<str:number>/", views.certificate, name="certificate"),
]
