"""Library: what can be learned at any time, and how far each person has come in it.

Owns      Lesson with its Chapter, Question, Share and Edition; Media, Track, Target; Progress,
          Place; Platform, PlatformCourse, OutsideRecord.
Door      api.py (functions), contracts.py (shapes and errors).
Reads     seasons (topics, who takes part), organisations, people.
Writes    ledger: a ``studied`` fact per person, lesson and topic, mode online, once every chapter
          was heard or read and its short check answered; minutes spent are never asked. What an
          outside platform says was learned there is one of mode external.
Not here  question banks and contests (quizzes, contests), notes and posters (publishing),
          live classes (live).
"""
