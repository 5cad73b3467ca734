"""What this room's worker does now and then: forget counters of tries that are long over."""

from dongxun.access import throttle
from dongxun.kernel import worker

SWEEP_EVERY_S = 3600.0

sweep = worker.seldom(SWEEP_EVERY_S, throttle.sweep)
worker.add_turn(sweep)
