"""The door of access."""

from dongxun.access.guards import (
    console_required,
    holding,
    organiser_required,
    person_of,
    phone_required,
    signed_in,
)
from dongxun.access.passes import holder_of, issue_pass
from dongxun.access.phones import actor_of, device_of, set_phone_cookie
from dongxun.access.queries.accounts import account_names, accounts_within
from dongxun.access.queries.granting import who_can_grant
from dongxun.access.services.accounts import create_account, issue_slips
from dongxun.access.services.grants import end_grant, grant_role
from dongxun.access.services.known import (
    KnownAccount,
    current_code,
    open_known_accounts,
)
from dongxun.access.services.phones import (
    IssuedLink,
    forget_person,
    is_link_open,
    issue_link,
    remember_person,
    revoke_links,
    revoke_member_access,
)
from dongxun.access.sessions import client_address
from dongxun.access.throttle import attempt, forgive, refuse_spent, sweep, throttle

__all__ = [
    "IssuedLink",
    "KnownAccount",
    "account_names",
    "accounts_within",
    "actor_of",
    "attempt",
    "client_address",
    "console_required",
    "create_account",
    "current_code",
    "device_of",
    "end_grant",
    "forget_person",
    "forgive",
    "grant_role",
    "holder_of",
    "holding",
    "is_link_open",
    "issue_link",
    "issue_pass",
    "issue_slips",
    "open_known_accounts",
    "organiser_required",
    "person_of",
    "phone_required",
    "refuse_spent",
    "remember_person",
    "revoke_links",
    "revoke_member_access",
    "set_phone_cookie",
    "signed_in",
    "sweep",
    "throttle",
    "who_can_grant",
]
