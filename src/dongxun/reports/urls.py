"""Addresses of this room."""

from django.urls import path

from dongxun.reports.views import (
    away,
    booths,
    contests,
    documents,
    home,
    lecturers,
    packs,
    papers,
    posters,
    visits,
    volunteers,
)

app_name = "reports"
urlpatterns = [
    path("console/reports/", home.home, name="home"),
    path("console/reports/weekly/", home.weekly, name="weekly"),
    path("console/reports/print/", home.print_paper, name="print"),
    path("console/reports/activation-slips/", papers.activation_slips, name="activation_slips"),
    path("console/reports/link-slips/", papers.link_slips, name="link_slips"),
    path("console/reports/make-up/", papers.make_up, name="make_up"),
    path("console/reports/documents/", documents.attach, name="attach"),
    path("console/reports/documents/<uuid:document_id>/", documents.document, name="document"),
    path("console/reports/documents/<uuid:document_id>/remove/", documents.remove, name="remove"),
    path(
        "console/sessions/<uuid:session_id>/sign-in-sheet.pdf",
        papers.sign_in_sheet,
        name="sign_in_sheet",
    ),
    path("console/sessions/<uuid:session_id>/poster.pdf", papers.poster, name="poster"),
    path(
        "console/sessions/<uuid:session_id>/attendance.xlsx",
        papers.attendance_book,
        name="attendance_book",
    ),
    path("console/exchanges/<uuid:exchange_id>/gaps.pdf", away.gap_list, name="gap_list"),
    path(
        "console/lecturers/terms/<uuid:appointment_id>/letter.pdf",
        lecturers.appointment,
        name="appointment",
    ),
    path("console/floating/blank.pdf", away.blank_register, name="blank_register"),
    path("console/packs/lists/<uuid:list_id>/sheet.pdf", packs.issue_sheet, name="issue_sheet"),
    path(
        "console/packs/donations/<uuid:donation_id>/letter.pdf",
        packs.donation_letter,
        name="donation_letter",
    ),
    path("console/visits/blank.pdf", visits.blank_visits, name="blank_visits"),
    path("console/visits/<uuid:round_id>/sheet.pdf", visits.visit_sheet, name="visit_sheet"),
    path(
        "console/volunteers/posts/<uuid:post_id>/shift-table/",
        volunteers.duty_roster,
        name="duty_roster",
    ),
    path(
        "console/volunteers/posts/<uuid:post_id>/register.xlsx",
        volunteers.duty_register,
        name="duty_register",
    ),
    path("console/volunteers/blank/<slug:which>.pdf", volunteers.blank_sheet, name="blank_sheet"),
    path(
        "volunteers/certificates/<uuid:certificate_id>/certificate.pdf",
        volunteers.service_certificate,
        name="service_certificate",
    ),
    path(
        "contests/awards/<uuid:award_id>/certificate.pdf",
        contests.certificate,
        name="contest_certificate",
    ),
    path(
        "console/contests/<uuid:contest_id>/certificates.pdf",
        contests.certificates,
        name="contest_certificates",
    ),
    path(
        "console/points/certificates.pdf",
        contests.month_certificates,
        name="month_certificates",
    ),
    path("console/booths/<uuid:card_id>/codes.pdf", booths.sheets, name="booth_sheets"),
    path("console/booths/<uuid:card_id>/cards.pdf", booths.cards, name="stamp_cards"),
    path("me/posters/", posters.mine, name="posters"),
    path("me/posters/make/<uuid:topic_id>/", posters.make, name="make_poster"),
    path("me/posters/<uuid:poster_id>/", posters.poster, name="own_poster"),
    path("me/posters/<uuid:poster_id>/poster.png", posters.image, name="poster_image"),
    path("console/packs/donations/blank.pdf", packs.blank_gifts, name="blank_gifts"),
    path("console/needs/blank.pdf", papers.blank_problems, name="blank_problems"),
    path("console/questions/<uuid:book_id>/booklet.pdf", papers.booklet, name="booklet"),
    path("console/notices/<uuid:notice_id>/errands.pdf", papers.errands, name="errands"),
]
