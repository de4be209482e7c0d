"""The headless command: `python -m kpi COMMAND`. Exit codes: 0 fine, 1 findings or differences, 2 bad input."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from kpi.calendar import CalendarError
from kpi.cli.commands import COMMANDS, build_parser
from kpi.cli.inputs import BadInput
from kpi.expressions import ExpressionError
from kpi.files import FileRefused
from kpi.quantities import QuantityError
from kpi.rulebook.answers import Refused
from kpi.rulebook.yaml_text import TextProblems

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code. Bad input is a message, never a traceback."""
    parser = build_parser()
    chosen = parser.parse_args(arguments)
    if chosen.command is None:
        parser.print_help()
        return 2
    try:
        return COMMANDS[chosen.command](chosen)
    except (BadInput, FileRefused, TextProblems, CalendarError, QuantityError, ExpressionError) as error:
        return _bad(str(error))
    except Refused as refused:
        return _bad(refused.reason)
    except FileNotFoundError as error:
        return _bad(f"找不到文件 {error.filename};请核对路径")
    except PermissionError as error:
        return _bad(f"没有权限读写 {error.filename};请换一个文件夹或检查权限")
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        return _bad("已按您的要求中断;没有写出任何半成品")


def _bad(message: str) -> int:
    sys.stderr.write(f"{message}\n")
    return 2
