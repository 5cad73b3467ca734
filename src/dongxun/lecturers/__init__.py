"""Lecturers: from a nomination to an appointment, and from a unit's order to its rating.

Owns      Candidate, Appointment, FreePart, UnwantedPart, Away, Order, Rating.
Door      api.py (functions), contracts.py (shapes and errors).
Reads     people (who teaches), organisations, seasons, activities (sessions, bookings, tasks).
Writes    sessions and bookings by the door of activities: an order that is dispatched is a
          draft session with a lecturer asked (docs/adr/0025).
Not here  the list of lecturers (people), their stations (exchanges), what a session is worth.
"""
