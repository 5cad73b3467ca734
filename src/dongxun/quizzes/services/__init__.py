"""What quizzes do."""
