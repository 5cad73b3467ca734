"""Seasons: what is to be learnt, by whom, by when, and what a minute is worth.

Owns      Season, Topic, Course, Requirement, CreditRule, Campaign, StudyDay, CascadeTask,
          Cohort, Participation, PlanVersion, SeasonOrganisation.
Door      api.py (functions), contracts.py (shapes and errors).
Reads     organisations, people, access.
Says      ParticipationChanged, RequirementChanged.
Not here  sessions (activities), who has met what (coverage).
"""
