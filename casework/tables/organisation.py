"""The workbook by which a city puts its outlets, windows and staff on the system: its sheets and columns."""

from casework.actor import Role
from casework.model.organisation import EmployerKind
from casework.model.outlet import OutletKind, WindowProfile
from casework.tables.shape import Column, Sheet

_YES_NO = (("是", "yes"), ("否", ""))

OUTLETS = Sheet(
    "outlets",
    "网点",
    (
        Column("name", "网点名称", example="示范银行第一支行"),
        Column(
            "kind",
            "类型",
            choices=(
                ("银行", OutletKind.BANK.value),
                ("社区", OutletKind.COMMUNITY.value),
                ("街道", OutletKind.STREET.value),
                ("邮政", OutletKind.POST.value),
                ("流动服务", OutletKind.MOBILE.value),
            ),
        ),
        Column("items", "受理全部事项", required=False, choices=_YES_NO),
    ),
    required=False,
)
WINDOWS = Sheet(
    "windows",
    "窗口",
    (
        Column("outlet", "网点名称", example="示范银行第一支行"),
        Column("number", "窗口编号", limit=10, example="1"),
        Column("name", "窗口名称", example="1号窗口"),
        Column(
            "profile",
            "设备",
            choices=(
                ("单机双屏", WindowProfile.ONE_PC.value),
                ("平板", WindowProfile.TABLET.value),
                ("群众自带设备", WindowProfile.REMOTE_CITIZEN.value),
            ),
        ),
        Column("accepts", "受理", choices=_YES_NO),
        Column("issues", "出件", choices=_YES_NO),
    ),
    required=False,
)
STAFF = Sheet(
    "staff",
    "人员",
    (
        Column("number", "工号", limit=20, example="0101"),
        Column("name", "姓名", limit=60, example="柜员01"),
        Column(
            "employer_kind",
            "所属",
            choices=(
                ("银行等派驻单位", EmployerKind.BANK.value),
                ("人社", EmployerKind.BUREAU.value),
            ),
        ),
        Column("employer", "单位名称", example="示范银行"),
        Column("outlet", "网点名称", required=False, example="大厅人员不填"),
        Column(
            "role",
            "岗位类别",
            required=False,
            choices=(
                ("柜员", Role.CLERK.value),
                ("客服经理", Role.OUTLET_LEAD.value),
                ("引导员", Role.USHER.value),
                ("审核", Role.REVIEWER.value),
                ("值班领导", Role.DUTY_LEAD.value),
                ("稽核", Role.AUDITOR.value),
            ),
        ),
        Column("post", "岗位名称", required=False, limit=60, example="综合柜员"),
        Column("password", "初始密码", limit=200, pattern=r".{10,200}", example="至少 10 个字符"),
    ),
    required=False,
)
SHEETS = (OUTLETS, WINDOWS, STAFF)
NOTES_TITLE = "填写说明"
NOTES = (
    "一次导入，全部成功或全部不导入。带 * 的列必须填写。",
    "窗口和人员的网点名称，可以是本表中的网点，也可以是已经开设的网点。",
    "管理员岗位不能导入，请在页面上授予。初始密码在第一次登录时必须修改。导入后请删除本文件。",
)
