"""Chinese words for the fields and choices of rules. A field without a word here shows its own name."""

from __future__ import annotations

FIELDS = {
    "above": "超过", "above_due": "扣款大于应付款时", "action": "办理", "actual": "完成值", "advance": "预付款",
    "again": "整改后的样本", "allowed": "允许次数", "also_records": "同时记入", "amount": "金额", "anchor": "月、季从哪天算",
    "answered_by": "由谁答复", "approvals": "审批", "area": "区域栏", "asked_when": "何时要问", "at_least": "不少于",
    "at_most": "不多于", "bands": "档次", "base": "计算基数", "basic_error_disqualifies": "基本信息错误即不合格",
    "basic_section": "基本信息部分", "below": "小于", "beyond": "超过", "blocks_payment": "处理前暂停付款", "bonus": "加分",
    "branch": "类别", "branches": "适用类别", "buyer": "采购人", "by": "分别按", "calendar_days": "日历天数", "cap": "上限",
    "ceiling": "封顶得分", "check": "核对", "check_after_months": "几个月后核对", "checks": "核对规则", "choices": "可选",
    "clamp": "范围外取端点", "clause": "条款", "clause_caps": "单条扣分上限", "clauses": "条款", "combine": "合并方式",
    "completes": "由谁补全", "condition": "条件", "conditions": "条件", "consecutive": "要连续", "content": "内容",
    "copies": "份数", "count": "计数", "criteria": "目标", "date": "业务日期栏", "days": "日", "default": "默认读法",
    "defaults": "预填", "denominator": "分母", "document": "原文", "due": "期限", "duty": "是否考核", "each": "每个",
    "effective": "生效日期", "elements": "要素", "empty": "没有记录时", "end": "结束", "enters": "由谁登记", "equals": "等于",
    "every": "多久一次", "evidence": "佐证材料", "excluded": "剔除", "failed": "不合格叫作", "female": "女", "field": "栏目",
    "fields": "栏目", "figures": "数据", "floor": "起付得分", "free": "免扣", "from_": "起算", "from_date": "从哪天起",
    "full": "满分", "gaps": "两档之间的得分", "gates": "付款条件", "given": "起算日", "gives": "得出", "group": "组",
    "half": "一半条件", "help": "说明", "high": "最多", "high_points": "上限得分", "hits": "符合", "holidays": "节假日",
    "id_number": "证件号栏", "inclusive_top": "含上界", "inside_term": "要在合同期内满期", "intermediate": "中间结果",
    "items": "考核项", "key": "计数对象", "kind": "种类", "known": "结果已知", "label": "名称", "later": "此后改为",
    "ledger": "台账", "less": "扣回已付", "low": "最少", "low_points": "下限得分", "made_by": "由谁制作", "male": "男",
    "max_length": "最多字数", "maximum": "上限", "may_exceed_total": "总分可以超过满分", "may_terminate": "可以解除合同",
    "meaning": "档次含义", "measure": "计算", "mechanic": "评分方式", "members": "成员名单", "merge": "多次考核",
    "merge_marks": "几人评分", "message": "提示", "met": "达标条件", "method": "总分算法", "methods": "抽查方法",
    "minimum": "最小", "missing": "缺少", "mode": "取整方式", "months": "月", "more_than": "多于", "move": "遇节假日",
    "name": "名称", "nil_return": "零报告", "not_carried": "不由程序承载的原因", "number": "期数", "numerator": "分子",
    "of": "口径", "on": "年龄计算日", "once": "每人", "once_by": "完成期限", "options": "选项", "otherwise": "不满足时",
    "outside": "不参与考核的款项", "papers": "付款材料", "partial": "首尾不完整的周期", "parts": "考核部分",
    "pass_rate": "合格率", "passed": "合格叫作", "pattern": "格式", "payment": "付款", "pays": "付款方式", "penalty": "另扣",
    "penalty_below": "低于多少另扣", "per": "按", "percent": "按百分数", "personal": "个人信息", "place": "出处",
    "plan": "采用的方案", "plans": "付款方案", "points": "分", "pools": "共用扣分", "population": "范围", "pot": "总额",
    "price": "价款", "qualified_at": "合格分", "quantity": "数量", "question": "问题", "quote": "原文", "rank": "名次",
    "rate": "标准", "ratio_rounding": "比例取整", "reading": "读法", "record_id": "记录编号栏", "reduces": "扣款方式",
    "reductions": "扣款", "reduction_cap": "扣款上限", "refuses_unpaid": "未付部分不再支付", "reimbursed": "据实报销",
    "release": "返还条件", "require": "要求", "required": "必填", "required_if": "何时必填", "requires": "要求达标的条款",
    "review_calendar_days": "验收天数",
    "review_working_days": "审核工作日", "rounding": "取整", "rounds": "轮次", "rows": "标准", "rule": "评分标准",
    "rules": "规则", "sampling": "抽样方案", "scored": "计入考核", "scored_sections": "计分部分", "section": "部分",
    "severity": "性质", "share": "比例", "shares": "比例", "stage": "阶段", "stages": "阶段", "start": "起始",
    "stated": "原文", "stated_from": "原文下界", "stated_open": "原文上界不含", "stated_to": "原文上界",
    "stated_value": "原文数值", "step": "每档", "steps": "步骤", "stops": "停付", "strata": "分层", "sum": "款项",
    "supplier": "供应商", "suspend": "暂停条件", "suspend_title": "暂停事由", "table": "分档", "tables": "要素分值表",
    "target": "目标", "taxes": "税费", "template": "列名对应", "term": "服务期", "tier": "档次", "times": "次数",
    "title": "名称", "total": "总分", "touches_payment": "影响付款", "tranches": "付款期", "type": "类型", "unique": "不能重复",
    "unit": "单位", "unit_price": "单价", "up_to": "最多", "value": "数值", "values": "数据", "verifies": "由谁审核",
    "version": "版本", "veto": "一票否决", "weight": "权重", "when": "何时适用", "where": "只计", "window": "周期",
    "windows": "周期", "within": "在最近几期内", "working_days": "工作日", "worth": "分值", "years": "年",
    "answered": "有效份数栏", "asks": "同时填写", "channel": "渠道栏", "channels": "渠道对应", "conforming": "合格时填", "conforms": "合格",
    "decision": "认定栏", "dismissed": "不成立时填", "figure": "代替的数据", "groups": "分别评价",
    "handed_in": "报送后记入", "sections": "各节", "within_days": "期满后天数",
    "after": "发生以后", "lead_days": "提前天数", "quiet_days": "结束后几天没有新记录",
    "handled": "处理结果栏", "item": "检查事项栏",
    "note": "情况栏", "outcomes": "结果", "outlet": "网点栏", "people": "检查人栏", "projection": "推算", "questions": "问题",
    "reply_days": "答复期限（天）", "satisfied": "算满意的回答", "sets": "填入", "text": "问题", "upheld": "成立时填",
    "before": "以前已发生", "first": "整个合同期内同一个只计第一次", "group_caps": "各组加分上限",
    "inclusive": "含下界", "order": "计算次序",
    "penalty_inclusive": "正好这个分也扣", "stated_open_from": "原文下界不含",
    "round": "小数位", "id": "标识", "floor_paid": "正好达到起付得分时支付", "paid_before": "以前已付",
}  # fmt: skip

#: Words of one kind of rule where they differ from the common ones.
FIELDS_OF = {
    ("Field", "maximum"): "最大", ("Item", "maximum"): "满分", ("Rate", "hits"): "符合", ("Ledger", "rules"): "核对规则",
    ("Item", "rules"): "评分标准", ("Bonus", "rules"): "加分项", ("Rubric", "items"): "考核项", ("Pool", "items"): "考核项",
    ("Checklist", "items"): "检查事项", ("CheckItem", "value"): "检查事项", ("Poll", "satisfied"): "满意份数栏",
    ("Assumption", "type"): "答复的类型", ("Term", "from_"): "从哪天起算", ("Tranche", "stage"): "阶段",
}  # fmt: skip

#: A choice's word by field, where the same word means several things.
CHOICES_OF: dict[str, dict[str, str]] = {
    "empty": {"no_data": "算无数据", "zero": "算 0"},
    "otherwise": {"suspend": "暂不支付", "block": "不予计算，待决定", "zero": "得 0 分", "refuse": "不能计分", "pass": "照常计分"},
    "projection": {"listed": "不折算，查出的逐条不计", "rate": "按属实率折算"},
    "start": {"full": "从满分往下扣", "zero": "从 0 分往上加"},
    "duty": {"scored": "考核", "duty": "履约义务，不计分"},
    "partial": {"whole": "不计", "include": "计入", "pro_rata": "按天折算"},
    "merge": {"mean": "取平均", "smallest": "取最低", "last": "取最后一次", "sum": "相加"},
    "combine": {"single": "只有一次考核", "weights": "按权重合并", "mean": "取平均"},
    "of": {"count": "条数", "sum": "合计", "distinct": "不重复的个数", "rate": "比率", "completion": "完成比例"},
    "price": {"total": "按总价", "unit": "按单价"},
    "merge_marks": {"mean": "取平均", "trimmed_mean": "去掉最高最低后平均", "median": "取中间数", "consensus": "合议"},
    "mode": {"half_up": "四舍五入", "half_even": "四舍六入五成双", "down": "舍去尾数", "up": "进一"},
    "unit": {"fen": "分", "jiao": "角", "yuan": "元", "hundred_yuan": "百元"},
    "intermediate": {"fen": "先到分", "exact": "不取整"},
    "rounding": {
        "whole": "不满一档的不计", "ceiling": "不满一档的按一档", "pro_rata": "不满一档的按比例", "up": "进一", "down": "舍去尾数",
    },
    "by": {"indicators": "按指标", "judgement": "由采购人认定"},
    "per": {"period": "每个考核周期一次", "window": "每个未达标的周期一次", "criterion": "每项目标一次"},
    "once": {"stage": "每阶段各付一次", "highest": "只按最后到达的阶段付"},
}  # fmt: skip
CHOICES = {
    "calendar": "自然月、自然季", "anniversary": "合同月、合同季", "contractor": "供应商", "buyer": "采购人", "both": "双方",
    "supervisor": "主管人员", "second_person": "采购人的另一人", "console": "本系统", "error": "不能保存", "warning": "提醒",
    "each": "逐次", "day": "每天", "working_day": "每个工作日", "week": "每周", "month": "每月", "quarter": "每季度",
    "half_year": "每半年", "holiday": "每个节假日", "year": "每年", "term": "整个合同期", "period": "考核周期", "once": "一次",
    "excellent": "优秀", "good": "良好", "pass": "合格", "poor": "较差", "half_open": "归入较低一档", "round": "先四舍五入",
    "deduct": "从满分扣", "sum": "各项相加", "carry_forward": "结转下期", "cap": "以应付款为限", "veto": "一票否决",
    "downgrade": "降档", "at_most": "档次封顶", "terminate": "可以解除合同", "renew": "可以续签", "remedy": "须整改",
    "penalty": "另行扣分", "keep": "已付的保留", "refund": "退还已付", "pro_rata": "按比例", "valid": "有效记录",
    "collected": "全部采集记录", "fresh": "重新抽取", "same": "原样本", "none": "不顺延", "previous_working_day": "提前到前一个工作日",
    "text": "文字", "integer": "整数", "decimal": "小数", "money": "金额", "percent": "百分数", "date": "日期", "time": "时间",
    "datetime": "日期和时间", "duration": "时长（分钟）", "yes_no": "是或否", "choice": "单选", "multiple_choice": "多选",
    "person": "人员", "enterprise": "企业", "outlet": "网点", "evidence": "佐证材料", "reference": "另一本台账的记录",
    "number": "数字", "list": "名单",
}  # fmt: skip

#: Numbers of these fields are shares of a whole.
SHARES = frozenset({"share", "shares", "weight", "pass_rate", "stops", "qualified_share", "reduction_cap"})

MEASURES = {
    "count": "条数", "sum": "合计", "distinct": "不重复的个数", "latest": "最近一次的数值", "net_growth": "净增长",
    "min": "最小值", "max": "最大值", "mean": "平均值", "rate": "比率", "windows_met": "达到要求的周期数",
    "windows_due": "应有的周期数", "members_met": "达到要求的成员数", "members_due": "成员数", "failing": "不符合要求的条数",
    "sustained": "持续满期的个数", "streak": "连续达到要求的周期数", "repeats": "重复出现的个数", "by_hand": "由采购人认定",
}  # fmt: skip
