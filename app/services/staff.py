"""A project manager's own staff: account, role and roster entry in one step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.config import Settings
from app.services import accounts, roles, roster
from app.services.accounts import Invited
from app.services.act import Act
from app.services.roster import Joining
from app.store.contracts import ContractScope


@dataclass(frozen=True)
class Newcomer:
    """A member of staff who gets an account."""

    login_name: str
    display_name: str
    role_id: int
    position: str
    from_on: date


def invite(act: Act, scope: ContractScope, settings: Settings, newcomer: Newcomer) -> Invited:
    """Invites somebody to the actor's own organisation, with a role in the contract and on its roster."""
    organisation = act.person().organisation_id
    invited = accounts.invite(act, settings, newcomer.login_name, newcomer.display_name, organisation)
    roles.add_member(act, scope, invited.user_id, newcomer.role_id, newcomer.from_on, None)
    joining = Joining(invited.user_id, newcomer.position, None, newcomer.from_on, None, None)
    roster.join(act, scope, joining)
    return invited
