"""Who may call which endpoint. An endpoint without an entry is refused to everybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.security.permissions import Permission
from app.security.predicates import Person, knows_contract, may, may_anywhere
from app.store.contracts import Contract, ContractScope
from app.web.database import db

View = TypeVar("View", bound=Callable[..., Any])
ACCESS = "access"


class Place(Enum):
    """Where the permission must be held."""

    PUBLIC = auto()
    SIGNED_IN = auto()
    CONSOLE = auto()
    CONTRACT = auto()
    ANYWHERE = auto()


@dataclass(frozen=True)
class Access:
    """The entry of one endpoint in the access table."""

    place: Place
    permissions: tuple[Permission, ...] = ()  # any of them will do
    members: bool = False  # held as a member of the contract; a console role does not do


def marked(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, ACCESS, access)
        return view

    return mark


def requires(permission: Permission, place: Place = Place.CONSOLE) -> Callable[[View], View]:
    """Only for who holds the permission: over the console, or anywhere."""
    return marked(Access(place, (permission,)))


def in_contract(*permissions: Permission) -> Callable[[View], View]:
    """Only for who holds one of the permissions in the contract of the address."""
    return marked(Access(Place.CONTRACT, permissions))


def as_member(*permissions: Permission) -> Callable[[View], View]:
    """As in_contract, for who belongs to the contract: who administers the console sees no personal data."""
    return marked(Access(Place.CONTRACT, permissions, members=True))


public = marked(Access(Place.PUBLIC))
signed_in = marked(Access(Place.SIGNED_IN))


def access_table(app: Flask) -> dict[str, Access | None]:
    """The entry of each endpoint, None where somebody forgot it."""
    return {name: getattr(view, ACCESS, None) for name, view in app.view_functions.items()}


def entry_of(endpoint: str) -> Access | None:
    """The entry of one endpoint of this deployment; None where there is none."""
    return getattr(current_app.view_functions.get(endpoint), ACCESS, None)


def init_app(app: Flask) -> None:
    """Checks every request; the vendored files are for everybody."""
    setattr(app.view_functions["static"], ACCESS, Access(Place.PUBLIC))
    app.before_request(check)


def open_to_all(app: Flask, blueprint: str) -> None:
    """Marks a blueprint's endpoints as public, where its pages show nothing of anybody."""
    for name, view in app.view_functions.items():
        if name.startswith(f"{blueprint}."):
            setattr(view, ACCESS, Access(Place.PUBLIC))


def check() -> Response | None:
    """Runs before every view."""
    if request.endpoint is None:
        return None  # no such address: the error page follows
    access = getattr(current_app.view_functions[request.endpoint], ACCESS, None)
    if access is None:
        abort(403)
    if access.place is Place.PUBLIC:
        return None
    if not current_user.is_authenticated:
        return to_sign_in()
    if current_user.must_change_password and request.endpoint not in {"account.password", "account.sign_out"}:
        return redirect(url_for("account.password"))
    refuse(access, current_user.person)
    return None


def to_sign_in() -> Response:
    """A page sends to the sign-in and back; a fragment or a form says 401, so that nothing typed is lost."""
    if request.method != "GET" or "HX-Request" in request.headers:
        abort(401)
    return redirect(url_for("account.sign_in", next=request.full_path.rstrip("?")))


def refuse(access: Access, person: Person) -> None:
    """Ends the request with 403 or 404 where the person may not."""
    if access.place is Place.CONTRACT:
        enter_contract(person, (request.view_args or {})["contract_id"])
        held = person.contracts.get(g.scope.contract_id, frozenset())
        allowed = any(
            each in held or (not access.members and may(person, each)) for each in access.permissions
        )
    elif access.place is Place.SIGNED_IN:
        allowed = True
    else:
        holds = may if access.place is Place.CONSOLE else may_anywhere
        allowed = any(holds(person, each) for each in access.permissions)
    if not allowed:
        abort(403)


def enter_contract(person: Person, contract_id: int) -> None:
    """Binds the request to one contract; a foreign contract is as absent as a missing one."""
    scope = ContractScope(db.session(), contract_id)
    contract = scope.contract() if knows_contract(person, contract_id) else None
    if contract is None:
        abort(404)
    g.scope, g.contract = scope, contract


def current_person() -> Person:
    """The signed-in person."""
    person: Person = current_user.person
    return person


def current_scope() -> ContractScope:
    """The contract of the address, already checked."""
    scope: ContractScope = g.scope
    return scope


def current_contract() -> Contract:
    """The contract of the address, already checked."""
    contract: Contract = g.contract
    return contract
