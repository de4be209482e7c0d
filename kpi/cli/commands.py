"""The commands and their arguments."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from kpi.cli import ahead, demonstration, outcomes, reporting, rules, surveys
from kpi.cli.chinese import Parser, whole_number

Handler = Callable[[argparse.Namespace], int]

COMMANDS: dict[str, Handler] = {
    "check": rules.check_command,
    "schema": rules.schema_command,
    "template": rules.template_command,
    "cases": rules.cases_command,
    "score": outcomes.score_command,
    "pay": outcomes.pay_command,
    "explain": outcomes.explain_command,
    "verify": outcomes.verify_command,
    "forecast": ahead.forecast_command,
    "report": reporting.report_command,
    "replay": ahead.replay_command,
    "sample": surveys.sample_command,
    "survey": surveys.survey_command,
    "generate": demonstration.generate_command,
    "demo": demonstration.demo_command,
}

_ABOUT = """履约台引擎：从规则书和台账记录算出得分、档次和付款，每个数字都能追到条款和记录。

常用的顺序：
  python -m kpi check 规则书.yaml                       先体检规则书
  python -m kpi template 规则书.yaml --out 台账.xlsx     得到填报用的工作簿
  python -m kpi score 规则书.yaml --setup 设置.yaml --entries 台账.xlsx
  python -m kpi explain 规则书.yaml --setup 设置.yaml --entries 台账.xlsx --of 总分

退出码：0 正常；1 有发现或有差异；2 输入不能用。规则书写自带的标识或文件路径。"""


def build_parser() -> Parser:
    """The parser with every command."""
    parser = Parser(prog="python -m kpi", description=_ABOUT)
    commands = parser.add_subparsers(dest="command", metavar="命令", title="命令", parser_class=Parser)
    _rules(commands)
    _outcomes(commands)
    _ahead(commands)
    _surveys(commands)
    _demonstration(commands)
    return parser


def _add(commands: argparse._SubParsersAction[Parser], name: str, words: str, about: str = "") -> Parser:
    return commands.add_parser(name, help=words, description=about or words)


def _rulebook(parser: Parser) -> None:
    parser.add_argument("rulebook", metavar="规则书", help="自带规则书的标识，或 YAML 文件的路径")


def _json(parser: Parser) -> None:
    parser.add_argument("--json", action="store_true", help="输出 JSON，便于别的程序读取")


def _inputs(parser: Parser) -> None:
    _rulebook(parser)
    parser.add_argument(
        "--setup", type=Path, metavar="文件", help="合同设置（YAML）：价款、合同期、成员、回答、裁定、事件"
    )
    parser.add_argument(
        "--entries",
        type=Path,
        nargs="+",
        default=[],
        metavar="文件",
        help="台账记录：.jsonl、.csv 或 .xlsx，可以写几个",
    )
    parser.add_argument(
        "--period",
        metavar="周期",
        help="考核周期：2026-01-01..2026-03-31、2026、2026-03、2026-Q1；不写用设置里的",
    )
    parser.add_argument("--claimed", action="store_true", help="自报口径：已提交未审核的也计入（试算用）")
    parser.add_argument("--errors", type=Path, metavar="文件", help="把有问题的记录逐条写进这个文本文件")


def _rules(commands: argparse._SubParsersAction[Parser]) -> None:
    check = _add(
        commands,
        "check",
        "合同体检：找出矛盾、缺漏和要问采购人的事",
        "有错误时退出码为 1；只有待确认事项时为 0。",
    )
    _rulebook(check)
    check.add_argument("--coverage", action="store_true", help="列出每个条款由什么承载")
    _json(check)
    schema = _add(commands, "schema", "规则书的 JSON Schema，供编辑器提示")
    schema.add_argument("--out", type=Path, metavar="文件", help="写进文件；不写则打印")
    template = _add(commands, "template", "按规则书生成填报用的 Excel 工作簿，每本台账一张表")
    _rulebook(template)
    template.add_argument("--out", type=Path, required=True, metavar="文件", help="要写出的 .xlsx 文件")
    cases = _add(commands, "cases", "运行案例文件：给定数据与期望结果逐项比较", "有一项不同，退出码为 1。")
    cases.add_argument("files", type=Path, nargs="+", metavar="案例文件", help="YAML，含 contract 和 cases")
    cases.add_argument("--rulebook", metavar="规则书", help="不用案例文件里的 contract，改用这本规则书")
    _json(cases)


def _outcomes(commands: argparse._SubParsersAction[Parser]) -> None:
    score = _add(commands, "score", "考核：指标、得分、档次，并写出存档")
    _inputs(score)
    score.add_argument("--capsule", type=Path, metavar="文件", help="把结果写成可复核的存档（JSON）")
    score.add_argument(
        "--key-file", type=Path, metavar="文件", help="记录摘要用的密钥文件；不写则存档不含记录摘要"
    )
    _json(score)
    pay = _add(
        commands,
        "pay",
        "付款：各期金额、扣款和能否支付",
        "付款以存档为准：写 --capsule；试算可以写 --setup 和 --entries。",
    )
    _inputs(pay)
    pay.add_argument("--capsule", type=Path, metavar="存档", help="score 写出的存档；先复核，通过后才计算付款")
    _json(pay)
    explain = _add(commands, "explain", "追溯：从一笔钱或一分追到条款、数字和台账记录")
    _inputs(explain)
    explain.add_argument(
        "--of",
        default="总分",
        metavar="对象",
        help="总分、考核项编号、条款编号、款项或扣款的编号；写 list 列出全部",
    )
    explain.add_argument(
        "--most", type=whole_number, default=20, metavar="条数", help="每个数字最多列出几条记录（默认 20）"
    )
    _json(explain)
    verify = _add(commands, "verify", "复核存档：只凭存档重算全部结果", "有一处不同，退出码为 1。")
    verify.add_argument("capsule", type=Path, metavar="存档")
    verify.add_argument(
        "--entries",
        type=Path,
        nargs="+",
        default=[],
        metavar="文件",
        help="再用台账记录重新计数，核对存档里的数字",
    )
    verify.add_argument("--key-file", type=Path, metavar="文件", help="记录摘要的密钥文件，用来逐条核对记录")
    _json(verify)


def _ahead(commands: argparse._SubParsersAction[Parser]) -> None:
    report = _add(commands, "report", "报告：按规则书从台账记录算出一期报告，打印、JSON 或 Excel")
    _inputs(report)
    report.add_argument("--duty", metavar="编号", help="规则书 reports 里的编号")
    report.add_argument("--list", action="store_true", help="列出应交的报告和编号")
    report.add_argument("--xlsx", type=Path, metavar="文件", help="写成 Excel 工作簿，一节一张工作表")
    _json(report)
    forecast = _add(commands, "forecast", "预测：按目前进度到期末的得分和金额，补哪一条最划算")
    _inputs(forecast)
    forecast.add_argument("--as-of", metavar="日期", help="截止日，如 2026-06-30；不写用考核周期的末日")
    _json(forecast)
    replay = _add(commands, "replay", "重演：同样的记录按改动后的规则书重算，逐期比较得分和金额")
    _inputs(replay)
    replay.add_argument("--against", required=True, metavar="规则书", help="改动后的规则书（标识或路径）")
    replay.add_argument(
        "--every",
        choices=["month", "quarter", "half_year", "year", "term"],
        default="term",
        help="逐期比较的周期",
    )
    _json(replay)


def _surveys(commands: argparse._SubParsersAction[Parser]) -> None:
    survey = _add(commands, "survey", "摸排数据：整表逻辑校验、要素评分、错误清单")
    _rulebook(survey)
    survey.add_argument("file", type=Path, metavar="数据文件", help="CSV 或 Excel，第一行是字段名称")
    survey.add_argument("--survey", metavar="编号", help="规则书里有几项摸排时写明是哪一项")
    survey.add_argument("--setup", type=Path, metavar="文件", help="合同设置（YAML）")
    survey.add_argument("--errors", type=Path, metavar="文件", help="错误清单写成 CSV，退回采集人员改正")
    _json(survey)
    sample = _add(commands, "sample", "抽样：先公布种子的校验值，数据冻结后抽取，双方都能重做")
    sample.add_argument(
        "step", choices=["commit", "draw", "size"], help="commit 公布校验值；draw 抽取；size 只算样本量"
    )
    sample.add_argument("--rulebook", metavar="规则书", help="抽样比例取自规则书")
    sample.add_argument("--plan", metavar="编号", help="规则书里的抽样方案编号")
    sample.add_argument("--share", metavar="比例", help="不用规则书时的抽样比例，如 2%%")
    sample.add_argument("--number", type=whole_number, metavar="数量", help="抽几条（draw 用）；写了就不看比例")
    sample.add_argument("--population", type=whole_number, metavar="数量", help="总体数量（size 用）")
    sample.add_argument(
        "--records", type=Path, metavar="文件", help="冻结的记录 CSV：第一列编号，其余列是分层字段"
    )
    sample.add_argument("--buyer-seed", metavar="文字", help="采购人的种子（至少 16 个字符）")
    sample.add_argument("--supplier-seed", metavar="文字", help="供应商的种子（至少 16 个字符）")
    sample.add_argument("--commitments", nargs=2, metavar="校验值", help="双方事先公布的两个校验值")
    sample.add_argument("--out", type=Path, metavar="文件", help="抽中的编号写进这个文件")
    _json(sample)


def _demonstration(commands: argparse._SubParsersAction[Parser]) -> None:
    generate = _add(commands, "generate", "生成样例数据：一年的台账记录和合同设置，没有真实个人信息")
    _rulebook(generate)
    generate.add_argument("--out", type=Path, required=True, metavar="文件夹")
    generate.add_argument("--today", metavar="日期", help="样例以这一天为今天（默认当天）")
    generate.add_argument(
        "--seed", type=whole_number, default=1, metavar="数", help="随机种子，同样的种子得到同样的数据"
    )
    generate.add_argument("--full", action="store_true", help="摸排数据按实际规模生成（默认约 2%%）")
    demo = _add(commands, "demo", "在自带的合同上跑一遍样例，打印结果")
    demo.add_argument(
        "--data",
        type=Path,
        default=Path("var/demo"),
        metavar="文件夹",
        help="样例数据放在哪里（默认 var/demo）",
    )
    demo.add_argument("--fresh", action="store_true", help="重新生成样例数据")
    demo.add_argument("--today", metavar="日期", help="样例以这一天为今天")
