"""Commands for who runs the console: create-admin, demonstration, audit …, run-jobs (and flask db …)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from app.clock import business_day
from app.demonstration.contracts import shows
from app.demonstration.run import load
from app.demonstration.stage import Stage
from app.jobs.runner import Runner
from app.jobs.scheduler import run_forever, run_once
from app.jobs.work import Tools
from app.security.permissions import ADMINISTRATOR
from app.security.terms import Channel, OrganisationKind
from app.services import accounts, organisations, roles
from app.services.accounts import Invited
from app.services.act import Act, Refused, found
from app.services.evidence import upkeep
from app.services.ledger import rollups
from app.services.standing import counts, refresh
from app.store import audit, contracts
from app.store import roles as stored_roles
from app.store import standing as stored_standing
from app.store.contracts import ContractScope
from app.store.engine import READING, own_transaction
from app.web.database import db
from app.web.ground import ground
from app.web.transaction import act_now

audit_group = AppGroup("audit", help="审计链：核对、写出链头。")
rollups_group = AppGroup("rollups", help="指标汇总：核对、重新计数。")
evidence_group = AppGroup("evidence", help="佐证材料：核对登记与内容。")


def register(app: Flask) -> None:
    app.cli.add_command(create_admin)
    app.cli.add_command(run_jobs)
    app.cli.add_command(demonstration)
    app.cli.add_command(standing)
    app.cli.add_command(audit_group)
    app.cli.add_command(evidence_group)
    app.cli.add_command(rollups_group)


def carried_out(use_case: Callable[[Act], Invited]) -> Invited:
    """Acts as the operator; a refusal ends the command."""
    try:
        return act_now(use_case, Channel.OPERATOR)
    except Refused as refused:
        raise click.ClickException(refused.message) from refused


def new_administrator(act: Act, login_name: str, display_name: str, organisation_name: str) -> Invited:
    """The organisation where it is missing, the built-in roles, the account and its grant."""
    stored_roles.ensure_built_in(act.session)
    every = {each.name: each for each in contracts.organisations(act.session)}
    organisation = every.get(organisation_name)
    if organisation is None:
        organisation = organisations.add_organisation(
            act, OrganisationKind.BUYER.value, organisation_name, ""
        )
    invited = accounts.invite(act, ground().settings, login_name, display_name, organisation.id)
    role = found(stored_roles.by_code(act.session, ADMINISTRATOR))
    roles.grant(act, invited.user_id, role.id, None)
    return invited


@click.command("create-admin", help="新建系统管理员，打印设置密码的链接。")
@click.argument("login_name")
@click.option("--name", "display_name", required=True, help="姓名")
@click.option("--organisation", required=True, help="单位名称；没有就登记为采购人")
@with_appcontext
def create_admin(login_name: str, display_name: str, organisation: str) -> None:
    invited = carried_out(lambda act: new_administrator(act, login_name, display_name, organisation))
    click.echo("账号已建好。请在浏览器里打开（前面加上本系统的地址）设置密码，链接只能用一次：")
    click.echo(f"/invitation/{invited.token}")


@click.command("run-jobs", help="运行后台任务，直到被停止；--once 只运行现在该运行的。")
@click.option("--once", is_flag=True)
@with_appcontext
def run_jobs(once: bool) -> None:
    shared = ground()
    runner = Runner(
        Tools(
            engine=db.engine, clock=shared.clock, signer=shared.signer, vault=shared.vault, files=shared.files,
            settings=shared.settings,
        )
    )  # fmt: skip
    ran = run_once(runner, shared.settings.data_dir) if once else run_forever(runner, shared.settings.data_dir)
    if ran is None:
        raise click.ClickException("已有一个后台任务进程在运行，这个进程不再启动。")
    if once:
        click.echo(f"运行了 {ran} 个任务。")


@click.command("demonstration", help="在空的数据库里装入演示：五份合同和一年的工作，账号写到 --accounts。")
@click.option("--accounts", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="演示从哪一天看，默认今天")
@click.option("--year-end", is_flag=True, help="年终演示：五份合同期都刚刚结束，最后一个周期已取数，等着评分、签字")
@with_appcontext
def demonstration(accounts: Path, today: datetime | None, year_end: bool) -> None:
    shared = ground()
    with own_transaction(db.engine, **READING) as session:
        if contracts.organisations(session):
            raise click.ClickException("数据库里已有数据，演示只装进空的数据库，没有改动任何内容。")
    day = today.date() if today else business_day(shared.clock())
    kept = (shared.settings, shared.signer, shared.vault, shared.passwords, shared.files)
    load(Stage(db.engine, *kept, day, click.echo), accounts, shows(year_end=year_end))
    db.engine.dispose()  # writes everything into the one file
    click.echo(f"账号和密码在 {accounts}")


@click.command("standing", help="现在就推算每份试运行和执行中的合同，不等后台任务。")
@with_appcontext
def standing() -> None:
    now = ground().clock()
    with own_transaction(db.engine, **READING) as session:
        running = [(each.id, each.title) for each in stored_standing.running(session)]
    for contract_id, title in running:
        act_now(lambda act, key=contract_id: counts.prepare(act, ContractScope(act.session, key)), Channel.OPERATOR)
        try:
            with own_transaction(db.engine, **READING) as session:
                values = refresh.computed(ContractScope(session, contract_id), now)
        except Refused as refused:
            click.echo(f"{title}：{refused.message}")
            continue
        with own_transaction(db.engine) as session:
            refresh.keep(session, contract_id, values)
        found_here = values["found"]
        why = found_here.get("refused")
        click.echo(f"{title}：{why or '推算完成，计入 {:,} 条'.format(found_here['counts']['counted'])}")
    click.echo(f"推算了 {len(running)} 份合同。")


@audit_group.command("head", help="写出签名的链头，请存到数据库以外的地方。")
def audit_head() -> None:
    with own_transaction(db.engine, **READING) as session:
        click.echo(audit.head(session).as_json())


@audit_group.command("verify", help="核对整条审计链；--head 再与外存的链头比对。")
@click.option("--head", "head_file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def audit_verify(head_file: Path | None) -> None:
    try:
        outside = audit.head_from_json(head_file.read_text()) if head_file else None
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    with own_transaction(db.engine, **READING) as session:
        verdict = audit.verify(session, ground().signer, outside)
    for problem in verdict.problems:
        click.echo(problem)
    if verdict.problems:
        click.echo("审计链不完整。请保留现场，不要再写入，并与备份比对。")
        sys.exit(1)
    click.echo(f"审计链完整，核对了 {verdict.checked} 条。")


@evidence_group.command("verify", help="逐份读出内容，重算 SHA-256，与登记比对；找出有登记没内容、有内容没登记的。")
@with_appcontext
def evidence_verify() -> None:
    with own_transaction(db.engine, **READING) as session:
        verdict = upkeep.verify(session, ground().files)
    for problem in verdict.problems:
        click.echo(problem)
    click.echo(f"核对了 {verdict.files} 份材料，{verdict.size} 字节，{verdict.wrong} 份有问题。")
    if verdict.copies_lost:
        click.echo(f"{verdict.copies_lost} 份显示用的副本不在，打开时会从原件重做。")
    if verdict.bytes_alone:
        click.echo(f"{verdict.bytes_alone} 份内容没有登记，多半是没有传完的；满一天后由后台任务清理。")
    if verdict.wrong:
        click.echo("请从备份恢复有问题的材料，并查明原因。")
        sys.exit(1)


@rollups_group.command("check", help="把每份合同的汇总与重新计数比对；不符时退出码为 1。")
def rollups_check() -> None:
    problems = over_running(lambda act, scope: rollups.check(act, scope))
    for problem in problems:
        click.echo(problem)
    if problems:
        sys.exit(1)
    click.echo("汇总与重新计数一致。")


@rollups_group.command("rebuild", help="把每份合同的汇总全部重新计数；其间改动台账的人要等一等。")
def rollups_rebuild() -> None:
    for line in over_running(recounted):
        click.echo(line)


def over_running(use_case: Callable[[Act, ContractScope], list[str]]) -> list[str]:
    """Carries something out for each running contract, one transaction each; what is told, by contract."""
    told: list[str] = []
    with own_transaction(db.engine, **READING) as session:
        running = [(each.id, each.title) for each in stored_standing.running(session)]
    for contract_id, title in running:
        found_here = act_now(lambda act, key=contract_id: use_case(act, ContractScope(act.session, key)), Channel.OPERATOR)
        told += [f"{title}：{line}" for line in found_here]
    return told


def recounted(act: Act, scope: ContractScope) -> list[str]:
    """Every plan of a contract, counted anew."""
    spans = [(one.from_on, one.until_on) for one in rollups.planned(act, scope)]
    for first, last in spans:
        rollups.rebuild(act, scope, first, last)
    return [f"{first} 至 {last} 已重新计数" for first, last in spans]
