"""What one person sees of themself, on their own phone.

agenda       the sessions ahead, signed up or expected, and the topics to make up
record       what they learned, in words; taking it out
corrections  asking the home secretary to put the record right, and the answer
"""
