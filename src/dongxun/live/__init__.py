"""Live: classes that are seen far away while they are taught, and what is asked there.

Owns      LiveClass, Said, Event, Presence.
Door      api.py (functions), contracts.py (shapes and errors).
Reads     activities (the session, its venues and rolls), people, quizzes, seasons.
Writes    facts of who watched alone and passed the short check; who sits in a venue is
          credited by its roll (activities), who sees it later by the replay (library).
Not here  the stream of events itself (edge), pictures of lessons (library).
"""
