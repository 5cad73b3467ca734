"""Library: what can be learned at any time, and how far each person has come in it.

Owns      Lesson, Chapter, Media, Question, Edition, Progress.
Door      api.py (functions), contracts.py (shapes and errors).
Reads     seasons (topics, who takes part), organisations, people.
Writes    ledger: one ``studied`` fact per person and lesson, mode online, once every chapter
          was heard or read and its short check answered. Minutes spent are never asked.
Not here  question banks and contests (quizzes, contests), notes and posters (publishing),
          live classes (live).
"""
