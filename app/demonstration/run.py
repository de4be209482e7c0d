"""From an empty database to a console that is ready to explore."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from app.demonstration import contracts, people
from app.demonstration.contracts import Show
from app.demonstration.looking import Looker
from app.demonstration.people import Account
from app.demonstration.planning import Planner
from app.demonstration.reporting import Reporter
from app.demonstration.scoring import Scorer
from app.demonstration.settling import Settler
from app.demonstration.stage import Stage, moment
from app.demonstration.treasury import Treasurer
from app.demonstration.work import Worker
from app.security.terms import OrganisationKind
from app.store.engine import own_transaction

EARLIEST = 4000  # days before today: the administrator was there before the first contract


def load(stage: Stage, accounts_file: Path, shows: Sequence[Show] | None = None) -> list[Account]:
    """Everything, in the order in which it happened; the accounts are also written to a file."""
    password = people.new_password()
    with own_transaction(stage.engine) as session:
        act = stage.act(session, None, moment(stage.today - timedelta(days=EARLIEST)))
        home = people.organisation(act, OrganisationKind.BUYER, "县级人力资源和社会保障信息中心")
        admin_id, admin = people.administrator(stage, act, home, password)
    told = [admin]
    for place, show in enumerate(shows or contracts.shows()):
        made, accounts = contracts.set_up(stage, admin_id, show, password, place * 17)
        told += accounts
        Planner(stage, made).agree()
        scorer = Scorer(stage, made)
        tally = Worker(stage, made).work(scorer.month_over)
        scorer.today()
        settler, treasurer = Settler(stage, made), Treasurer(stage, made)
        treasurer.open()
        settler.settle()
        treasurer.reconcile()
        Looker(stage, made).look()
        Reporter(stage, made, place).report()
        if not settler.waiting and not scorer.under_way:
            contracts.finish(stage, made)
        stage.say(
            f"{made.title}：登记 {tally.entered} 条，审核通过 {tally.verified} 条，退回 {tally.returned} 条，材料 {tally.files} 份"
        )
        stage.say(f"  结算：已付 {settler.paid} 期，审批中 {settler.waiting} 期")
        for why, count in tally.refused.items():
            stage.say(f"  没有收下 {count} 条：{why}")
    text = json.dumps([each.plain() for each in told], ensure_ascii=False, indent=2)
    accounts_file.write_text(text + "\n", "utf-8")
    accounts_file.chmod(0o600)
    return told
