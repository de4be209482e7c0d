"""The headless command: `python -m kpi COMMAND`. Exit codes: 0 fine, 1 findings or differences, 2 bad input."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Sequence

from kpi.calendar import CalendarError
from kpi.cli.commands import COMMANDS, build_parser
from kpi.cli.inputs import BadInput
from kpi.expressions import ExpressionError
from kpi.files.refusal import FileRefused
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
    _write_anything()
    try:
        code = COMMANDS[chosen.command](chosen)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        return _closed()
    except (BadInput, FileRefused, TextProblems, CalendarError, QuantityError, ExpressionError) as error:
        return _bad(str(error))
    except Refused as refused:
        return _bad(refused.reason)
    except OSError as error:
        return _bad(_file_trouble(error))
    except UnicodeEncodeError:
        return _bad("命令里有无法识别的字符；请在 UTF-8 的终端里重新输入")
    except KeyboardInterrupt:
        return _bad("已按您的要求中断；没有写出任何半成品")


def _write_anything() -> None:
    """A terminal that lacks a character shows an escape instead of stopping the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _closed() -> int:
    """The reader (`| head`) has seen enough: nothing is wrong, and nothing more is written."""
    terminal = sys.__stdout__
    if terminal is not None and sys.stdout is terminal:
        os.dup2(os.open(os.devnull, os.O_WRONLY), terminal.fileno())
    return 0


def _file_trouble(error: OSError) -> str:
    """What is wrong with a file or folder, and what to do."""
    name = error.filename if error.filename is not None else "文件"
    match error.errno:
        case errno.ENOENT:
            return f"找不到 {name}；请核对路径，要写出的文件先建好它的文件夹"
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return f"没有权限读写 {name}；请换一个文件夹或检查权限"
        case errno.EISDIR:
            return f"{name} 是文件夹，不是文件；请写文件的路径"
        case errno.ENOTDIR:
            return f"{name} 的上一级不是文件夹；请核对路径"
        case errno.EEXIST:
            return f"{name} 已经存在；请换一个名称或先移走"
        case errno.ENOSPC | errno.EDQUOT:
            return "磁盘满了，没有写出任何半成品；请清理后重试"
        case errno.ENAMETOOLONG:
            return "文件名太长；请换一个短一些的"
    return f"读写 {name} 失败（{errno.errorcode.get(error.errno or 0, '原因不明')}）；请核对后重试"


def _bad(message: str) -> int:
    sys.stderr.write(f"{message}\n")
    return 2
