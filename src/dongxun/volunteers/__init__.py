"""Volunteers: teams, service, posts staffed day and night, errands, hours and their proof.

Owns      Team, ServiceType, Service, Post, Shift, Turn, Handover, DutyEntry, Errand, Certificate.
Door      api.py (functions), contracts.py (shapes and errors).
Reads     seasons (least share, days a register is kept), people, organisations (places).
Writes    nothing outside; service is no study, so no fact enters the ledger.
Not here  home study visits (visits), needs and their clocks (needs), papers (reports).
"""
