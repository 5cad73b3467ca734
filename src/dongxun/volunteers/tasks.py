"""What the worker does for this room: registers delete themselves, gaps are told."""

from dongxun.kernel import worker
from dongxun.volunteers.services import duty, gaps

PURGE_EVERY_S = 3600.0
TELL_EVERY_S = 900.0
purge = worker.seldom(PURGE_EVERY_S, duty.purge_registers)
tell = worker.seldom(TELL_EVERY_S, gaps.tell_gaps)
worker.add_turn(purge)
worker.add_turn(tell)
