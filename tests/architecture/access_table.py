"""Who may call what: written by hand, beside the code's own entries, so that a slip in one shows in the other."""

from __future__ import annotations

EVERYBODY = "everybody"
SIGNED_IN = "signed in"

ADMIN = frozenset({"administrator"})
MEMBERS = frozenset(
    {
        "field_staff",
        "project_manager",
        "supervisor",
        "deputy_head",
        "finance",
        "group_member",
        "auditor",
        "administrator",
    }
)
INSIDE = MEMBERS - ADMIN
MANAGER = frozenset({"project_manager"})
ROSTER = frozenset({"project_manager", "administrator"})
DELEGATES = frozenset({"project_manager", "supervisor", "deputy_head", "finance"})

ACCESS: dict[str, frozenset[str] | str] = {
    "static": EVERYBODY,
    "operations.healthz": EVERYBODY,
    "operations.readyz": EVERYBODY,
    "operations.metrics": EVERYBODY,
    "account.sign_in": EVERYBODY,
    "account.sign_in_post": EVERYBODY,
    "account.code": EVERYBODY,
    "account.code_post": EVERYBODY,
    "account.invitation": EVERYBODY,
    "account.sign_out": SIGNED_IN,
    "account.own": SIGNED_IN,
    "account.password": SIGNED_IN,
    "account.begin_second_factor": SIGNED_IN,
    "account.second_factor": SIGNED_IN,
    "account.drop_second_factor": SIGNED_IN,
    "account.end_session": SIGNED_IN,
    "home.home": SIGNED_IN,
    "contracts.contracts": SIGNED_IN,
    "contracts.create": ADMIN,
    "contracts.contract": MEMBERS,
    "contracts_members.members": MEMBERS,
    "contracts_members.add": ROSTER,
    "contracts_members.end": ROSTER,
    "contracts_members.invite": MANAGER,
    "contracts_outlets.outlets": MEMBERS,
    "contracts_outlets.add": frozenset({"supervisor", "administrator"}),
    "contracts_outlets.rename": frozenset({"supervisor", "administrator"}),
    "contracts_outlets.close": frozenset({"supervisor", "administrator"}),
    "contracts_roster.roster": frozenset({"project_manager", "supervisor", "auditor", "administrator"}),
    "contracts_roster.join": ROSTER,
    "contracts_roster.entry": ROSTER,
    "contracts_roster.sign": ROSTER,
    "contracts_roster.leave": ROSTER,
    "contracts_approvals.approvals": MEMBERS,
    "contracts_approvals.delegate": DELEGATES,
    "contracts_approvals.revoke": DELEGATES,
    "contracts_approvals.chain": frozenset({"supervisor"}),
    "evidence.upload": frozenset({"field_staff", "project_manager", "supervisor"}),
    "evidence.page": INSIDE,
    "evidence.thumb": INSIDE,
    "evidence.shown": INSIDE,
    "evidence.file": INSIDE,
    "evidence.original": frozenset({"supervisor", "auditor"}),
    "admin_people.people": ADMIN,
    "admin_people.invite": ADMIN,
    "admin_people.person": ADMIN,
    "admin_people.manage": ADMIN,
    "admin_people.disable": ADMIN,
    "admin_people.enable": ADMIN,
    "admin_people.reset": ADMIN,
    "admin_people.grant": ADMIN,
    "admin_people.end_grant": ADMIN,
    "admin_roles.roles": ADMIN,
    "admin_roles.create": ADMIN,
    "admin_roles.change": ADMIN,
    "admin_organisations.organisations": ADMIN,
    "admin_organisations.add": ADMIN,
    "admin_sessions.sessions": ADMIN,
    "admin_sessions.end": ADMIN,
    "admin_jobs.jobs": ADMIN,
    "admin_jobs.retry": ADMIN,
    "admin_audit.audit": frozenset({"auditor", "administrator"}),
}
