"""Re-planning: close the gaps of a published season with as few changes as can be.

``problems`` has the values, ``check`` the rules without any solver, ``repair`` finds lecturers, halls
and slots for meetings that fell through, ``joins`` seats for people who missed a topic, ``plan`` puts
them together.
"""
