"""Addresses of planned sessions."""

from django.urls import path

from dongxun.activities.sessions.views import (
    boards,
    campaigns,
    delegates,
    held,
    openly,
    plan,
    said,
    schedule,
    session,
    wizard,
)

urlpatterns = [
    path("console/plan/", plan.plan, name="plan"),
    path("console/schedule/", schedule.schedule, name="schedule"),
    path("console/sessions/counts/", schedule.counts, name="counts"),
    path("console/sessions/held/", held.held, name="held"),
    path("console/sessions/new/", wizard.new, name="new"),
    path("console/drafts/<uuid:draft_id>/delete/", wizard.throw_away, name="throw_away"),
    path("console/drafts/<uuid:draft_id>/<slug:name>/", wizard.step, name="draft"),
    path("console/organisations/find/", wizard.find_organisations, name="organisations"),
    path("console/sessions/<uuid:session_id>/", session.session, name="session"),
    path("console/sessions/<uuid:session_id>/edit/", wizard.edit, name="edit"),
    path("console/sessions/<uuid:session_id>/publish/", session.publish, name="publish"),
    path("console/sessions/<uuid:session_id>/move/", session.move, name="move"),
    path("console/sessions/<uuid:session_id>/online/", session.online, name="online"),
    path("console/sessions/<uuid:session_id>/cancel/", session.cancel, name="cancel"),
    path("console/sessions/<uuid:session_id>/recredit/", session.recredit, name="recredit"),
    path("console/sessions/<uuid:session_id>/public/", session.public, name="public"),
    path("console/sessions/<uuid:session_id>/venues/", session.add_venue, name="add_venue"),
    path("console/sessions/<uuid:session_id>/archive/", session.archive, name="archive"),
    path(
        "console/sessions/<uuid:session_id>/delegates/<uuid:organisation_id>/",
        delegates.delegates,
        name="delegates",
    ),
    path(
        "console/sessions/<uuid:session_id>/delegates/<uuid:organisation_id>/quota/",
        delegates.quota,
        name="quota",
    ),
    path("console/sessions/<uuid:session_id>/remarks/", said.write, name="write_remark"),
    path(
        "console/sessions/<uuid:session_id>/remarks/<uuid:remark_id>/withdraw/",
        said.withdraw,
        name="withdraw_remark",
    ),
    path(
        "console/sessions/<uuid:session_id>/bookings/<uuid:booking_id>/",
        session.booking,
        name="booking",
    ),
    path("console/campaigns/", campaigns.campaigns, name="campaigns"),
    path("console/campaigns/<uuid:campaign_id>/", campaigns.campaign, name="campaign"),
    path("console/remarks/", said.said, name="said"),
    path("console/tasks/", boards.tasks, name="tasks"),
    path("console/tasks/<uuid:task_id>/", boards.task, name="task"),
    path("lessons/", openly.lessons, name="lessons"),
    path("lessons/<uuid:booking_id>/", openly.answer, name="answer"),
    path("nearby/", openly.nearby, name="nearby"),
]
