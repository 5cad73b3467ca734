"""Kernel: what every room stands on and no room owns.

Owns      ids, clock, Actor, rules, errors, events + outbox, jobs, audit, secrets,
          the sync inbox and idempotency keys.
Door      every module; the kernel is the one open room.
Reads     nothing above it.
Not here  anything with a word of the domain in its name.
"""
