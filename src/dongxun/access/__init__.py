"""Access: accounts, grants, devices and personal links; who a request comes from.

Owns      Account, GrantRow, Activation, Device, DevicePerson, PersonalLink, Throttle.
Door      api.py (functions), contracts.py (shapes and errors), middleware.py (the actor).
Reads     organisations (subtrees), people (whom a link speaks for).
Not here  what each role may do: every room has its own rules.py.
"""
