"""Words of official documents, findings and rectification, each with its Chinese term."""

from __future__ import annotations

from app.security.terms import Term


class DocumentKind(Term):
    """A kind of official document; each is numbered in a row of its own."""

    NOTICE = "notice", "整改通知书"
    RESULT = "result", "考核结果告知书"
    EXEMPTION = "exemption", "免责认定单"
    INSPECTION = "inspection", "检查记录"
    MINUTES = "minutes", "会议纪要"
    OTHER = "other", "其他公文"


class DocumentState(Term):
    """Where a document stands. `sealed`: the signed and sealed scan is here, its day is the legal date."""

    DRAFT = "draft", "草拟"
    NUMBERED = "numbered", "已编号"
    PRINTED = "printed", "已打印"
    SEALED = "sealed", "已签章"
    VOID = "void", "已作废"


class ServiceWay(Term):
    """How a document was served."""

    HAND = "hand", "直接送达"
    LEFT = "left", "留置送达"
    POST = "post", "邮寄送达"
    ELECTRONIC = "electronic", "电子送达"


class Receipt(Term):
    """Whether the recipient signed the proof of service."""

    SIGNED = "signed", "已签收"
    REFUSED = "refused", "拒绝签收"


class FindingSource(Term):
    SPOT_CHECK = "spot_check", "抽查"
    INSPECTION = "inspection", "现场检查"
    COMPLAINT = "complaint", "投诉"
    CALLBACK = "callback", "电话回访"
    ENTRY = "entry", "台账审核"


class FindingState(Term):
    OPEN = "open", "待处理"
    NOTICED = "noticed", "已通知整改"
    RECTIFIED = "rectified", "已整改"
    REDUCED = "reduced", "建议扣减"
    EXEMPTED = "exempted", "已免责"
    WITHDRAWN = "withdrawn", "已撤销"


class CaseState(Term):
    """Where a rectification stands. The clock runs from service, not from issue."""

    ISSUED = "issued", "待送达"
    SERVED = "served", "整改中"
    REPORTED = "reported", "待复检"
    CLOSED = "closed", "整改完成"
    REDUCED = "reduced", "建议扣减"
    EXEMPTED = "exempted", "全部免责"
    VOID = "void", "通知书作废"


class Reinspected(Term):
    """What a reinspection found."""

    DONE = "done", "整改到位，结案"
    AGAIN = "again", "没有到位，限期再改"
    REDUCED = "reduced", "没有到位，建议扣减"


class Verdict(Term):
    UPHELD = "upheld", "成立"
    DISMISSED = "dismissed", "不成立"


class CaseDeed(Term):
    """What was done, in the past tense; rows of these are only ever added."""

    FOUND = "found", "登记问题"
    WITHDREW = "withdrew", "撤销问题"
    DRAFTED = "drafted", "草拟公文"
    NUMBERED = "numbered", "编号"
    PRINTED = "printed", "打印"
    SEALED = "sealed", "签章件归档"
    SERVED = "served", "送达"
    VOIDED = "voided", "公文作废"
    NOTICED = "noticed", "开具整改通知书"
    STARTED = "started", "开始计算整改期限"
    REPORTED = "reported", "提交整改报告"
    REINSPECTED = "reinspected", "复检"
    APPLIED = "applied", "申请免责"
    EXEMPTION_DECIDED = "exemption_decided", "免责认定"
    EVENT_RECORDED = "event_recorded", "登记合同事件"
    EVENT_DECIDED = "event_decided", "认定合同事件"


class PaperOf(Term):
    """What a file of a case is beside."""

    FINDING = "finding", "问题"
    REPORT = "report", "整改报告"
    REINSPECTION = "reinspection", "复检"
    EXEMPTION = "exemption", "免责申请"
    EVENT = "event", "合同事件"
    SCAN = "scan", "签章件"
    SERVICE = "service", "送达回证"
    SPOT_CHECK = "spot_check", "抽查记录"
    INSPECTION = "inspection", "现场检查"
    INSPECTION_ITEM = "inspection_item", "检查事项"
    COMPLAINT = "complaint", "投诉"
    POLL = "poll", "满意度调查"
