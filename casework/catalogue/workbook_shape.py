"""The workbook of a catalogue: one sheet a part of an item, headings and choices in Chinese.

The first column of every sheet but the first is the item's code. What is chosen from a list is
written as people say it and means the value of the file form.
"""

from casework.tables.shape import Column, Sheet

MAX_LINE = 300
ITEM = "item"

YES_NO = (("是", "true"), ("否", "false"))
NATURES = (
    ("行政许可", "licence"),
    ("行政给付", "benefit"),
    ("行政确认", "confirmation"),
    ("公共服务", "service"),
)
RISKS = (("低", "low"), ("中", "medium"), ("高", "high"))
APPLICANTS = (
    ("个人", "person"),
    ("单位", "organisation"),
    ("个人和单位", "organisation person"),
)
INTERRUPTIONS = (
    ("继续", "resume"),
    ("继续并重新核对", "resume_with_recheck"),
    ("重新开始", "restart"),
)
STARTS = (("收到申请之日", "receipt"), ("受理之日", "acceptance"))
UNITS = (("工作日", "working"), ("自然日", "calendar"))
REVIEWS = (("一律复审", "always"), ("达到金额复审", "amount_from"))
GRADES = (("A", "A"), ("B", "B"), ("C", "C"), ("D", "D"))
KINDS = (
    ("文字", "text"),
    ("姓名", "name"),
    ("身份证号", "id_number"),
    ("统一社会信用代码", "credit_code"),
    ("银行卡号", "bank_card"),
    ("电话", "phone"),
    ("日期", "date"),
    ("选择", "choice"),
    ("金额", "money"),
)
BOUNDS = (("今天", "today"),)
STEPS = (("必须", "must"), ("分情况", "branch"), ("停止", "stop"))
CHANNELS = (
    ("网点", "outlet"),
    ("大厅", "hall"),
    ("网上", "online"),
    ("电话", "telephone"),
    ("邮寄", "post"),
    ("上门", "home_visit"),
)
CAUSES = (
    ("补正", "supplement"),
    ("特别程序", "special_procedure"),
    ("公示", "public_notice"),
    ("等待其他部门", "other_agency"),
)


def _of_item(*columns: Column) -> tuple[Column, ...]:
    return (Column(ITEM, "事项代码", limit=10, example="SB-001"), *columns)


def _act(key: str = "act", title: str = "依据文件", *, required: bool = True) -> Column:
    return Column(key, title, required, MAX_LINE)


def _article(key: str = "article", title: str = "条款") -> Column:
    return Column(key, title, required=False, limit=40, example="第十条第一款")


def _text(title: str) -> Column:
    return Column("text", title, limit=MAX_LINE)


_FIELDS = _of_item(
    Column("code", "代码", limit=40, example="new_account"),
    Column("label", "名称", limit=60),
    Column("kind", "类型", choices=KINDS),
    Column("required", "必填", required=False, choices=YES_NO),
    Column("choices", "选项（每行一个）", required=False, limit=1900),
    Column("hint", "提示", required=False, limit=200),
    Column("not_after", "不晚于", required=False, choices=BOUNDS),
)

ITEMS = Sheet(
    "items",
    "事项",
    (
        Column("code", "事项代码", limit=10, example="SB-001"),
        Column("version", "版本", limit=3, example="1"),
        Column("name", "事项名称", limit=60),
        Column("nature", "事项性质", choices=NATURES),
        Column("group", "审核组", limit=40, example="insurance"),
        Column("risk", "风险等级", choices=RISKS),
        Column("applicants", "申请人", choices=APPLICANTS),
        Column("call_required", "须视频连线", choices=YES_NO),
        Column("interruption", "连线中断后", required=False, choices=INTERRUPTIONS),
        Column("gap_limit_s", "允许录像缺口（秒）", required=False, limit=3),
        Column("instant", "窗口即办", required=False, choices=YES_NO),
        Column("no_output", "无须出件", required=False, choices=YES_NO),
        Column("result", "办理结果", limit=60),
        Column("promised_days", "承诺时限（工作日）", limit=3),
        Column("effective_from", "生效日期", limit=10, example="2024-01-01"),
        Column("starts", "时限起算", required=False, choices=STARTS),
        Column("legal_days", "法定时限", required=False, limit=3),
        Column("unit", "法定时限单位", required=False, choices=UNITS),
        _act("limit_act", "时限依据文件", required=False),
        _article("limit_article", "时限依据条款"),
        _act("deemed_act", "视为受理依据文件", required=False),
        _article("deemed_article", "视为受理依据条款"),
        Column("review_when", "复审", required=False, choices=REVIEWS),
        Column("review_field", "复审金额字段", required=False, limit=40),
        Column("review_yuan", "复审金额（元）", required=False, limit=13, example="50000.00"),
        Column("supplement_days", "补正期限（工作日）", required=False, limit=2, example="15"),
        _act("lapse_act", "逾期未补正视为撤回依据文件", required=False),
        _article("lapse_article", "逾期未补正视为撤回依据条款"),
    ),
)
PARTS = (
    Sheet("bases", "设定依据", _of_item(_act(), _article())),
    Sheet("conditions", "受理条件", _of_item(_text("条件"))),
    Sheet(
        "materials",
        "申请材料",
        _of_item(
            Column("code", "代码", limit=40, example="id_card"),
            Column("name", "名称", limit=60),
            _act(),
            _article(),
            Column("grade", "可信等级", choices=GRADES),
            Column("required", "必要", required=False, choices=YES_NO),
            Column("note", "说明", required=False, limit=200),
            Column("pages", "最少页数", required=False, limit=2),
            Column("citizen", "由群众提交", required=False, choices=YES_NO),
            Column("shared_data", "共享数据核查", required=False, choices=YES_NO),
            Column("internal", "内部调取", required=False, choices=YES_NO),
            Column("commitment_text", "告知承诺内容", required=False, limit=1000),
            Column("verify_days", "承诺核查期限（工作日）", required=False, limit=3),
        ),
        required=False,
    ),
    Sheet("fields", "表单", _FIELDS, required=False),
    Sheet("changes", "变更内容", _FIELDS, required=False),
    Sheet("persons", "人员名单", _FIELDS, required=False),
    Sheet("steps", "窗口步骤", _of_item(Column("kind", "种类", choices=STEPS), _text("步骤"))),
    Sheet("process", "办理流程", _of_item(_text("流程"))),
    Sheet(
        "channels", "办理渠道", _of_item(Column("kind", "渠道", choices=CHANNELS), _text("说明"))
    ),
    Sheet(
        "stops",
        "不计时限情形",
        _of_item(Column("cause", "情形", choices=CAUSES), _act(), _article()),
        required=False,
    ),
    Sheet(
        "fees",
        "收费",
        _of_item(
            Column("name", "收费项目", limit=60),
            Column("yuan", "金额（元）", limit=13, example="20.00"),
            _act(),
            _article(),
        ),
        required=False,
    ),
    Sheet("follow_up", "明白纸", _of_item(_text("内容"))),
    Sheet(
        "elements",
        "其他要素",
        _of_item(Column("title", "要素", limit=60), Column("text", "内容", limit=1000)),
        required=False,
    ),
)
SHEETS = (ITEMS, *PARTS)
LINES_OF_TEXT = frozenset({"conditions", "process", "follow_up"})
"""Parts whose lines are one text each."""
