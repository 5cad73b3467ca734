"""Reads: who comes in, and which accounts and audit rows somebody may see."""

from dongxun.access.queries.actors import account_actor, device_actor

__all__ = ["account_actor", "device_actor"]
