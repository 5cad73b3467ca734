"""Addresses of this room."""

from django.urls import path

from dongxun.quizzes.views import bank, console, paper, phone, surveys

app_name = "quizzes"
urlpatterns = [
    path("console/quizzes/", console.quizzes, name="list"),
    path("console/quizzes/new/", console.new_quiz, name="new_quiz"),
    path("console/quizzes/<uuid:quiz_id>/", console.quiz, name="quiz"),
    path("console/quizzes/<uuid:quiz_id>/edit/", console.edit_quiz, name="edit_quiz"),
    path("console/quizzes/<uuid:quiz_id>/paper/", paper.paper, name="paper"),
    path("console/quizzes/<uuid:quiz_id>/do/", console.do, name="do_quiz"),
    path("console/bank/", bank.bank, name="bank"),
    path("console/bank/new/", bank.new_item, name="new_item"),
    path("console/bank/<uuid:item_id>/", bank.item, name="item"),
    path("console/bank/<uuid:item_id>/do/", bank.do, name="do_item"),
    path("console/surveys/", surveys.surveys, name="surveys"),
    path("console/surveys/new/", surveys.edit, name="new_survey"),
    path("console/surveys/<uuid:survey_id>/", surveys.survey, name="survey"),
    path("console/surveys/<uuid:survey_id>/edit/", surveys.edit, name="edit_survey"),
    path("console/surveys/<uuid:survey_id>/paper/", surveys.enter_paper, name="survey_paper"),
    path("survey/<uuid:survey_id>/", surveys.answer, name="answer_survey"),
    path("quiz/", phone.quizzes, name="own"),
    path("quiz/<uuid:quiz_id>/", phone.quiz, name="take"),
    path("quiz/try/<uuid:attempt_id>/", phone.attempt, name="attempt"),
    path("quiz/try/<uuid:attempt_id>/answer/", phone.answer, name="answer"),
    path("quiz/try/<uuid:attempt_id>/hand-in/", phone.hand_in, name="hand_in"),
]
