"""Every read of certificates and runs of issuing."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from yanxiu.access import queries as access
from yanxiu.access.rules import Capability, Scope
from yanxiu.events.ready import Ready
from yanxiu.lib import clock, hours
from yanxiu.organisation.models import Person
from yanxiu.places.models import Enrolment
from yanxiu.programme import queries as programme
from yanxiu.programme.models import Batch
from yanxiu.recognition import rules
from yanxiu.recognition.models import Certificate, IssueRun
from yanxiu.scoring import rules as scoring
from yanxiu.scoring.models import Result


def due(batch: Batch) -> QuerySet[Result]:
    """Final, passed, without a certificate: what issuing the batch is to do."""
    return Result.objects.filter(
        enrolment__batch=batch,
        enrolment__state=Enrolment.State.STANDING,
        state=Result.State.FINAL,
        passed=True,
        enrolment__certificate=None,
    ).order_by("pk")


def record(result: Result, number: str) -> dict[str, Any]:
    """Everything printed, as it is now. `result` with enrolment, person, school, class, version, batch, programme, policy at hand."""
    enrolment = result.enrolment
    batch = enrolment.batch
    policy = programme.policy(result.policy_id)
    seconds = min(scoring.Evidence.from_json(result.evidence).seconds, policy.time.required_seconds)
    return {
        "number": number,
        "name": enrolment.person.name,
        "identity_mask": enrolment.person.identity_mask or "—",
        "school": enrolment.school.name,
        "course": enrolment.training_class.version.title,
        "class": enrolment.training_class.name,
        "programme": policy.programme.name,
        "code": policy.programme.code,
        "document": policy.programme.document,
        "batch": batch.number,
        "first_day": batch.first_day.isoformat(),
        "last_day": batch.last_day.isoformat(),
        "days_text": rules.days(batch.first_day, batch.last_day),
        "hours": hours.show(hours.hours(seconds, policy.time.minutes_per_hour)),
        "total": str(result.total),
        "level": "pass",
        "level_text": "合格",
        "host": policy.programme.host,
        "organisers": list(policy.programme.organisers),
        "issued_on": clock.today().isoformat(),
        "issued_text": rules.day(clock.today()),
    }


def _whole() -> QuerySet[Certificate]:
    return Certificate.objects.select_related(
        "enrolment__person", "enrolment__school", "enrolment__training_class", "enrolment__batch", "batch__programme"
    )


def certificates(scope: Scope, *, batch: int | None = None) -> QuerySet[Certificate]:
    """Of the schools that enrolled (silent.md: the certificate stays with the enrolling school)."""
    rows = _whole().filter(access.within(scope, Capability.READ_ENROLMENTS, units="enrolment__school_path"))
    return rows if batch is None else rows.filter(batch_id=batch)


def certificate_in(scope: Scope, number: str) -> Certificate | None:
    return certificates(scope).filter(number=number).first()


def mine(person: Person) -> QuerySet[Certificate]:
    return _whole().filter(enrolment__person=person).order_by("-issued_at", "-pk")


def own(person: Person, number: str) -> Certificate | None:
    return mine(person).filter(number=number).first()


_FOUND = {
    "number": Ready(lambda text: _whole().filter(number=text)),
    "code": Ready(lambda text: _whole().filter(code=text)),
}


def find(kind: str, text: str) -> Certificate | None:
    """For the public page: by "number" or "code"."""
    return _FOUND[kind].first(text) if kind in _FOUND else None


def batches() -> list[dict[str, Any]]:
    """Each batch that has ended: how many results are final and passed, how many certificates there are, what is to be issued, the last run."""
    rows = []
    runs: dict[int, IssueRun] = {}
    for run in IssueRun.objects.order_by("pk"):
        runs[run.batch_id] = run
    found = Batch.objects.filter(ends__lte=clock.now()).select_related("programme").order_by("-starts")
    issued = Certificate.objects.filter(enrolment=OuterRef("enrolment"))
    for batch in found:
        results = Result.objects.filter(enrolment__batch=batch, enrolment__state=Enrolment.State.STANDING)
        passed = results.filter(state=Result.State.FINAL, passed=True)
        rows.append(
            {
                "batch": batch,
                "learners": results.count(),
                "final": results.filter(state=Result.State.FINAL).count(),
                "passed": passed.count(),
                "due": passed.exclude(Exists(issued)).count(),
                "issued": Certificate.objects.filter(batch=batch).count(),
                "revoked": Certificate.objects.filter(batch=batch, revoked_at__isnull=False).count(),
                "run": runs.get(batch.pk),
            }
        )
    return rows


def run(run_id: int) -> IssueRun | None:
    return IssueRun.objects.select_related("batch__programme", "by").filter(pk=run_id).first()
