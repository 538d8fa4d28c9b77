from django.urls import path

from yanxiu.administration.views import appointments, audit, people, profile, roster, sign_in, units

app_name = "administration"
urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("password/", sign_in.password, name="password"),
    path("link/<str:token>/", sign_in.use_link, name="use_link"),
    path("profile/", profile.profile, name="profile"),
    path("profile/confirm/", profile.confirm, name="confirm"),
    path("profile/export/", profile.export, name="export_own"),
    path("corrections/", profile.corrections, name="corrections"),
    path("corrections/<int:pk>/", profile.decide_correction, name="decide_correction"),
    path("search/", people.search, name="search"),
    path("people/", people.people, name="people"),
    path("people/slips/", people.slips, name="slips"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/reveal/", people.reveal, name="reveal"),
    path("people/<int:pk>/edit/", people.edit, name="edit"),
    path("people/<int:pk>/account/", people.account, name="account"),
    path("roster/", roster.imports, name="imports"),
    path("roster/template/", roster.template, name="template"),
    path("roster/<int:pk>/", roster.one, name="import"),
    path("roster/<int:pk>/apply/", roster.apply, name="apply"),
    path("roster/<int:pk>/discard/", roster.discard, name="discard"),
    path("roster/<int:pk>/refused/", roster.refused, name="refused"),
    path("units/", units.units, name="units"),
    path("units/<int:pk>/", units.unit, name="unit"),
    path("units/<int:pk>/create/", units.create, name="create_unit"),
    path("units/<int:pk>/merge/", units.merge, name="merge"),
    path("appointments/", appointments.appointments, name="appointments"),
    path("appointments/new/", appointments.new, name="appoint"),
    path("appointments/<int:pk>/hand-over/", appointments.hand_over, name="hand_over"),
    path("appointments/<int:pk>/end/", appointments.end, name="end"),
    path("audit/", audit.audit, name="audit"),
]
