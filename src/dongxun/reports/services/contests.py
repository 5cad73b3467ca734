"""Certificates of contests: one on the winner's phone, all of them for the desk."""

from datetime import date
from uuid import UUID

from django.utils import translation

from dongxun.contests import api as contests
from dongxun.contests.contracts import CertificateText
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.reports.contracts.contests import AwardPage
from dongxun.reports.making import FORM_LANGUAGE
from dongxun.reports.papers import contests as setting
from dongxun.reports.recipes import NothingToPrint
from dongxun.reports.services.printing import Ready, pdf


def _page(told: CertificateText) -> AwardPage:
    return AwardPage(
        number=told.number,
        name=told.name,
        branch=told.branch,
        season=told.season,
        contest=told.contest,
        prize=told.prize,
        work=told.work,
        issuer=told.issuer,
        day=clock.day_of(told.decided_at),
    )


def print_certificate(*, by: Actor, award_id: UUID) -> Ready:
    """Return the certificate of one award, to its issuer or on the winner's own phone.

    Raises:
        NotFound: absent, taken back, or neither.
    """
    told = contests.certificate(award_id, by=by)
    with translation.override(FORM_LANGUAGE):
        made = setting.award_certificates([_page(told)])
    name = f"{told.name}获奖证书"
    return pdf(name, made.pdf, by=by, organisation_id=told.issuer_id, paper="award_certificate")


def print_month(*, by: Actor, season_id: UUID, organisation_id: UUID, month: date) -> Ready:
    """Return the certificates of the branches of a month, a page for each.

    Raises:
        NotFound: not theirs.
        NothingToPrint: the month is not awarded.
    """
    with translation.override(FORM_LANGUAGE):
        told = contests.month_certificates(season_id, organisation_id, month, by=by)
        if not told:
            raise NothingToPrint
        made = setting.award_certificates([_page(one) for one in told])
    name = f"{month:%Y-%m}月度评优证书"
    place = told[0].issuer_id
    return pdf(name, made.pdf, by=by, organisation_id=place, paper="award_certificate")


def print_certificates(*, by: Actor, contest_id: UUID) -> Ready:
    """Return all certificates of a contest, a page for each person.

    Raises:
        NotFound: absent, or not theirs.
        NothingToPrint: no results are out.
    """
    told = contests.certificates(contest_id, by=by)
    if not told:
        raise NothingToPrint
    with translation.override(FORM_LANGUAGE):
        made = setting.award_certificates([_page(one) for one in told])
    name = f"{told[0].contest}获奖证书"
    place = told[0].issuer_id
    return pdf(name, made.pdf, by=by, organisation_id=place, paper="award_certificate")
