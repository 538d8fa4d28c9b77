"""Revoked with a reason, valid again under the same number. A changed result does both by itself (events "scoring.changed")."""

from collections.abc import Sequence

from django.db import transaction

from yanxiu.access.rules import Capability, Scope
from yanxiu.events import actions as events
from yanxiu.events.models import Event
from yanxiu.lib import clock
from yanxiu.lib.decision import Decision, Reason
from yanxiu.organisation.models import Person
from yanxiu.recognition import rules
from yanxiu.recognition.models import Certificate
from yanxiu.scoring.models import Result

from .issuing import tell


def _locked(certificate_id: int) -> Certificate | None:
    return (
        Certificate.objects.select_for_update(of=("self",))
        .select_related("enrolment")
        .filter(pk=certificate_id)
        .first()
    )


@transaction.atomic
def revoke(*, by: Person, scope: Scope, certificate_id: int, reason: str) -> Decision:
    certificate = _locked(certificate_id)
    if certificate is None or not scope.covers(Capability.ISSUE_CERTIFICATES, unit=certificate.enrolment.school_path):
        return Decision.no(Reason("out_of_scope", "S1.0"))
    about_self = certificate.enrolment.person_id == by.pk
    decision = rules.may_revoke(revoked=certificate.revoked_at is not None, about_self=about_self, reason=reason)
    if decision:
        _revoke(certificate, by=by, reason=reason.strip())
    return decision


@transaction.atomic
def reinstate(*, by: Person, scope: Scope, certificate_id: int, reason: str) -> Decision:
    """The office takes its revocation back: the same certificate, the same number. Not while the result says failed."""
    certificate = _locked(certificate_id)
    if certificate is None or not scope.covers(Capability.ISSUE_CERTIFICATES, unit=certificate.enrolment.school_path):
        return Decision.no(Reason("out_of_scope", "S1.0"))
    passed = Result.objects.filter(enrolment=certificate.enrolment_id, passed=True).exists()
    about_self = certificate.enrolment.person_id == by.pk
    decision = rules.may_reinstate(
        revoked=certificate.revoked_at is not None, passed=passed, about_self=about_self, reason=reason
    )
    if decision:
        _reinstate(certificate, by=by, reason=reason.strip())
    return decision


@transaction.atomic
def follow_result(happened: Sequence[Event]) -> None:
    """Reaction to "scoring.changed": failed now → revoked; passed again → valid again, unless an office revoked it for its own reason."""
    for event in happened:
        certificate = (
            Certificate.objects.select_for_update(of=("self",))
            .select_related("enrolment")
            .filter(enrolment__result=event.subject_id)
            .first()
        )
        if certificate is None:
            continue
        passed = event.data["after"]["passed"]
        if passed is False and certificate.revoked_at is None:
            _revoke(certificate, by=None, reason=event.data["reason"])
        elif passed is True and certificate.revoked_at is not None and certificate.revoked_by_id is None:
            _reinstate(certificate, by=None, reason=event.data["reason"])


def _revoke(certificate: Certificate, *, by: Person | None, reason: str) -> None:
    certificate.revoked_at, certificate.revoked_by, certificate.revoked_reason = (
        clock.now(),
        by,
        reason[: rules.REASON_LIMIT],
    )
    certificate.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
    _record("recognition.revoked", certificate, by, reason)


def _reinstate(certificate: Certificate, *, by: Person | None, reason: str) -> None:
    certificate.revoked_at, certificate.revoked_by, certificate.revoked_reason = None, None, ""
    certificate.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
    _record("recognition.reinstated", certificate, by, reason)


def _record(kind: str, certificate: Certificate, by: Person | None, reason: str) -> None:
    data = {"number": certificate.number, "reason": reason}
    events.record_many([tell(kind, certificate, certificate.enrolment, actor=by.pk if by else None, data=data)])
