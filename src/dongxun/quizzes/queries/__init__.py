"""What quizzes tell."""
