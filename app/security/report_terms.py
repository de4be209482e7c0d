"""Words of reports, deliverables and files (案卷), each with its Chinese term."""

from __future__ import annotations

from app.security.terms import Term


class ReportState(Term):
    """Where a report stands. `draft`: made, words may still be changed; `final`: its words are fixed."""

    DRAFT = "draft", "待定稿"
    FINAL = "final", "待报送"
    SUBMITTED = "submitted", "已报送"
    RETURNED = "returned", "已退回"
    ACCEPTED = "accepted", "已接收"


class ReportDeed(Term):
    """What was done to a report, in the past tense."""

    MADE = "made", "生成"
    SAME = "same", "重新生成，结果相同"
    WROTE = "wrote", "修改文字"
    FIXED = "fixed", "定稿"
    REOPENED = "reopened", "撤回定稿"
    SUBMITTED = "submitted", "报送"
    ACCEPTED = "accepted", "接收"
    RETURNED = "returned", "退回"
    DOWNLOADED = "downloaded", "下载"


class Retention(Term):
    """How long a file is kept."""

    TEN = "ten", "10年"
    FIFTEEN = "fifteen", "15年"
    THIRTY = "thirty", "30年"
    FOREVER = "forever", "永久"


class Medium(Term):
    """What a deliverable is handed over on."""

    PAPER = "paper", "纸质"
    FILE = "file", "电子文件"
    DISC = "disc", "光盘"
    DRIVE = "drive", "加密U盘"
    BOTH = "both", "纸质和电子"


class DeliverableAct(Term):
    """What was done with a deliverable, in the past tense."""

    HANDED = "handed", "交付"
    ACCEPTED = "accepted", "接收"
    RETURNED = "returned", "退回"
