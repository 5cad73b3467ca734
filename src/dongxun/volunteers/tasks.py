"""What the worker does for this room: registers delete themselves, gaps are told."""

from dongxun.kernel import worker
from dongxun.volunteers.services import duty, gaps

PURGE_EVERY_S = 3600.0
FORGET_EVERY_S = 86_400.0
TELL_EVERY_S = 900.0
purge = worker.seldom(PURGE_EVERY_S, duty.purge_registers)
forget = worker.seldom(FORGET_EVERY_S, duty.forget_refused_lines)
tell = worker.seldom(TELL_EVERY_S, gaps.tell_gaps)
worker.add_turn(purge)
worker.add_turn(forget)
worker.add_turn(tell)
