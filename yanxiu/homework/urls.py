from django.urls import path

from yanxiu.homework.views import marking, quiz, work

app_name = "homework"
urlpatterns = [
    path("learn/<int:enrolment_id>/quiz/<int:item_id>/", quiz.quiz, name="quiz"),
    path("learn/<int:enrolment_id>/quiz/<int:item_id>/start/", quiz.start, name="start"),
    path("learn/attempts/<int:attempt_id>/", quiz.attempt, name="attempt"),
    path("learn/attempts/<int:attempt_id>/save/", quiz.save, name="save_answers"),
    path("learn/<int:enrolment_id>/work/<int:item_id>/", work.work, name="work"),
    path("learn/<int:enrolment_id>/work/<int:item_id>/draft/", work.draft, name="draft"),
    path("works/versions/<int:version_id>/file/", work.file, name="file"),
    path("works/", marking.queue, name="queue"),
    path("works/unmarked/", marking.unmarked, name="unmarked"),
    path("works/<int:work_id>/", marking.mark, name="mark"),
    path("works/<int:work_id>/claim/", marking.claim, name="claim"),
]
