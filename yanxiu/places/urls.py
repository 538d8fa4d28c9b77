"""Addresses of places."""

from django.urls import path

from yanxiu.places.views import cases, choosing, enrolments, offices, outcomes, plans, quota, quota_acts, single

app_name = "places"
urlpatterns = [
    path("choose/", choosing.choose, name="choose"),
    path("choose/take/", choosing.take, name="take"),
    path("choose/leave/", choosing.leave, name="leave"),
    path("choose/leave/sure/", choosing.before_leave, name="before_leave"),
    path("choose/change/<int:class_id>/", choosing.before_change, name="before_change"),
    path("choose/outcome/<uuid:key>/", choosing.outcome, name="outcome"),
    path("choose/<int:choice_id>/complain/", choosing.complain, name="complain"),
    path("enrolments/", enrolments.enrolments, name="enrolments"),
    path("enrolments/enrol/", enrolments.enrol, name="enrol"),
    path("enrolments/upload/", enrolments.upload, name="upload"),
    path("enrolments/result/", outcomes.result, name="result"),
    path("enrolments/add/", single.add, name="add"),
    path("enrolments/list/", offices.choices, name="choices"),
    path("enrolments/complaints/", offices.complaints, name="complaints"),
    path("enrolments/complaints/<int:complaint_id>/", offices.answer_complaint, name="answer_complaint"),
    path("enrolments/confirm/", offices.confirm, name="confirm"),
    path("enrolments/<int:choice_id>/", single.choice, name="choice"),
    path("enrolments/<int:choice_id>/refuse/", single.refuse, name="refuse"),
    path("enrolments/<int:choice_id>/return/", single.give_back, name="return"),
    path("enrolments/<int:choice_id>/replace/", single.replace, name="replace"),
    path("quota/", quota.quota, name="quota"),
    path("quota/save/", quota.save, name="save_quota"),
    path("quota/give-back/", quota_acts.give_back, name="give_back"),
    path("quota/across/", quota_acts.across, name="across"),
    path("quota/ask/", quota_acts.ask, name="request_quota"),
    path("quota/requests/<int:request_id>/", quota_acts.answer, name="answer_quota"),
    path("quota/ledger/", quota_acts.ledger, name="ledger"),
    path("quota/export/", quota_acts.export, name="export_quota"),
    path("quota/import/", quota_acts.load, name="import_quota"),
    path("plan/", plans.plan, name="plan"),
    path("plan/save/", plans.save, name="save_plan"),
    path("plans/", plans.plans, name="plans"),
    path("plans/<int:unit_id>/", plans.one, name="plan_one"),
    path("plans/<int:unit_id>/decide/", plans.decide, name="decide_plan"),
    path("plans/<int:unit_id>/reopen/", plans.reopen, name="reopen_plan"),
    path("exemptions/", cases.exemptions, name="exemptions"),
    path("exemptions/new/", cases.exempt, name="exempt"),
    path("exemptions/<int:exemption_id>/withdraw/", cases.withdraw_exemption, name="withdraw_exemption"),
    path("bars/", cases.bars, name="bars"),
    path("bars/<int:bar_id>/lift/", cases.lift, name="lift_bar"),
]
