"""Who takes part: organisations, accounts, roles, the roster with its papers."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial

from app.demonstration.stage import Stage, moment
from app.security.permissions import ADMINISTRATOR
from app.security.terms import OrganisationKind
from app.services import accounts, organisations, roles, roster
from app.services.act import Act, found
from app.services.roster import Joining
from app.store import contracts
from app.store import roles as stored_roles
from app.store.contracts import ContractScope


@dataclass(frozen=True)
class Part:
    """A part to be played: role, whose people (supplier, buyer, or the name of another body), what the post is called, how many."""

    code: str
    side: str
    post: str
    count: int = 1
    login: str = ""


PARTS = (
    Part("field_staff", "supplier", "专员", 6, "staff"),
    Part("project_manager", "supplier", "项目经理", 1, "manager"),
    Part("supervisor", "buyer", "主管干部", 2, "supervisor"),
    Part("deputy_head", "buyer", "分管领导", 1, "deputy"),
    Part("finance", "buyer", "财务人员", 1, "finance"),
    Part("finance", "buyer", "财务复核人员", 1, "cashier"),
    Part("group_member", "buyer", "考核验收组成员", 1, "member"),
    Part("auditor", "buyer", "审计人员", 1, "auditor"),
)
FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高"
GIVEN = ("晓芸", "建华", "丽萍", "志强", "小梅", "国平", "海燕", "文斌", "雪琴", "家豪", "玉兰", "永辉", "春花", "立新")


@dataclass
class Cast:
    """The people of one contract: user ids by role, in order."""

    by_role: dict[str, list[int]] = field(default_factory=dict)

    def one(self, code: str) -> int:
        return self.by_role[code][0]


@dataclass(frozen=True)
class Account:
    """What somebody needs to sign in."""

    contract: str
    role: str
    name: str
    login_name: str
    password: str

    def plain(self) -> dict[str, str]:
        return {
            "contract": self.contract, "role": self.role, "name": self.name,
            "login_name": self.login_name, "password": self.password,
        }  # fmt: skip


def new_password() -> str:
    """A password for the demonstration's accounts: 12 characters and more, of four kinds."""
    return f"Demo-{secrets.token_hex(4)}-{secrets.choice('ABCDEFGHJKMNPQRSTUVWXYZ')}{secrets.randbelow(90) + 10}"


def name_of(place: int) -> str:
    """A made-up name; different for different places up to 280."""
    return FAMILY[place % len(FAMILY)] + GIVEN[(place // len(FAMILY) + place) % len(GIVEN)]


def open_account(stage: Stage, act: Act, login: str, name: str, organisation_id: int, password: str) -> int:
    """Invited, and the invitation accepted."""
    invited = accounts.invite(act, stage.settings, login, name, organisation_id)
    accounts.accept(act, stage.settings.password_policy, stage.passwords, invited.token, password)
    return invited.user_id


def administrator(stage: Stage, act: Act, organisation_id: int, password: str) -> tuple[int, Account]:
    """The first administrator of the console."""
    stored_roles.ensure_built_in(act.session)
    user_id = open_account(stage, act, "admin", "系统管理员", organisation_id, password)
    roles.grant(act, user_id, found(stored_roles.by_code(act.session, ADMINISTRATOR)).id, None)
    return user_id, Account("", "系统管理员", "系统管理员", "admin", password)


def organisation(act: Act, kind: OrganisationKind, name: str) -> int:
    """The organisation's id; it is added where it is missing."""
    known = {each.name: each.id for each in contracts.organisations(act.session)}
    return known.get(name) or organisations.add_organisation(act, kind.value, name, "").id


def cast(
    stage: Stage, admin_id: int, contract_id: int, short: str, title: str, first: date, password: str, offset: int,
    invited: Sequence[str] = (),
) -> tuple[Cast, list[Account]]:  # fmt: skip
    """Everybody of one contract, invited and put on the roster by the administrator. `invited`: bodies that send a member each."""
    made, told = Cast(), []
    joined = moment(first - timedelta(days=7))
    place = offset
    for part in (*PARTS, *(Part("group_member", body, f"{body}验收组成员", 1, f"member{place}") for place, body in enumerate(invited, 2))):
        for serial in range(1, part.count + 1):
            login = f"{short}.{part.login}{serial if part.count > 1 else ''}"
            name = name_of(place)
            place += 1
            newcomer = partial(
                join, stage, contract_id=contract_id, part=part, login=login, name=name, password=password
            )
            user_id = stage.play(admin_id, joined, newcomer)
            made.by_role.setdefault(part.code, []).append(user_id)
            told.append(Account(title, part.post, name, login, password))
    return made, told


def join(
    stage: Stage, act: Act, contract_id: int, part: Part, login: str, name: str, password: str
) -> int:
    """One person: account, role in the contract, roster with the signed confidentiality agreement."""
    scope = ContractScope(act.session, contract_id)
    contract = found(scope.contract())
    parties = {"supplier": contract.supplier_id, "buyer": contract.buyer_id}
    party = parties.get(part.side) or organisation(act, OrganisationKind.BUYER, part.side)
    user_id = open_account(stage, act, login, name, party, password)
    role = found(stored_roles.by_code(act.session, part.code))
    until = max(contract.ends_on, stage.today) + timedelta(days=365) if role.until_required else None
    roles.add_member(act, scope, user_id, role.id, act.today, until)
    if part.side in parties:  # the roster lists the parties' own people
        roster.join(act, scope, Joining(user_id, part.post, None, act.today, act.today, act.today))
    return user_id


def chosen(people: Sequence[int], key: str) -> int:
    """The same one of the people for the same key."""
    return people[sum(key.encode()) % len(people)]
