"""Targets of the sample year: invented, bound to figures that the ledgers feed and to nodes of the tree of goals."""
from common import TOWNS, day
from shapes import Sheet

COLUMNS = [
    "目标编号", "目标名称", "对应科目", "责任单位", "下达日期", "期间起", "期间止", "提前完成期限", "目标值", "计量单位", "方向", "比较方式",
    "口径词", "左右的幅度", "性质", "进度办法", "分阶段进度", "分解要求", "结转办法", "分管领导岗位", "所属目标节点", "上级目标",
]
SAME, MORE = "按原值续下一年", "加上未完成部分"
STANDING, INNOVATION, RURAL, LIVELIHOOD, SAFETY = "常务副区长", "分管科技副区长", "分管农业副区长", "分管民政副区长", "分管应急副区长"
PHASES = "2024-03=15, 2024-06=50, 2024-09=80, 2024-12=100"

# 目标名称、科目、目标值、单位、分管领导、节点、其余栏目
TARGETS = [
    ("重点项目完成投资", "project.investment_done", "360000", "万元", STANDING, "2.1", {"性质": "预期性", "口径词": "以上", "提前完成期限": "2024-11-30", "结转办法": SAME}),
    ("新开工项目", "project.started", "12", "个", STANDING, "2.1", {"进度办法": "分阶段", "分阶段进度": PHASES, "结转办法": MORE}),
    ("新增高新技术企业", "enterprise.hnte_new", "10", "家", INNOVATION, "1.2", {"口径词": "力争", "结转办法": SAME}),
    ("科技型中小企业入库", "enterprise.tech_sme", "60", "家", INNOVATION, "1.2.1.1", {"口径词": "左右", "左右的幅度": "3", "结转办法": SAME}),
    ("工程技术研究中心", "platform.research_centre_new", "4", "家", INNOVATION, "1.1", {}),
    ("在研项目", "rd_project.running", "15", "项", INNOVATION, "1.3", {}),
    ("引进人才", "rd_project.talents", "12", "人", INNOVATION, "1.4", {"口径词": "力争"}),
    ("提升修缮空心院落", "courtyard.restored", "50", "处", RURAL, "3.2", {}),
    ("先导片区产业项目", "pilot_area.projects", "30", "个", RURAL, "3.1", {}),
    ("运营老年助餐场所", "meal_site.operating", "30", "个", LIVELIHOOD, "4.3", {"性质": "约束性", "口径词": "不低于"}),
    ("发放创业担保贷款", "startup_loan.disbursed", "6000", "万元", LIVELIHOOD, "4.3", {"结转办法": SAME}),
    ("城镇新增就业", "employment.new", "5500", "人", LIVELIHOOD, "4.3", {"性质": "约束性", "口径词": "以上", "分解要求": "可以加压", "结转办法": SAME}),
    ("未销号重大隐患控制数", "hazard.major_open", "2", "处", SAFETY, "4.1", {"方向": "控制在以内", "性质": "约束性"}),
    ("老旧散小区物业覆盖率", "community.coverage", "90", "%", "分管住建副区长", "4.3.1.1", {"比较方式": "百分点"}),
    ("未答复信访事项控制数", "petition.open", "6", "件", "分管信访副区长", "4.2", {"方向": "控制在以内"}),
    ("协调事项解决率", "coordination.solved_share", "90", "%", STANDING, "4.4", {"比较方式": "百分点", "口径词": "以上"}),
    ("数字产业基地在驻企业", "base.tenants", "40", "家", INNOVATION, "2.2", {}),
    ("招商签约项目", "lead.contracted", "12", "个", STANDING, "2.3", {}),
    ("片区准备就绪事项", "area.readiness", "10", "项", STANDING, "3.3", {}),
]


def rows_of_targets():
    wholes, parts = [], []
    for no, (name, account, value, measure, leader, node, more) in enumerate(TARGETS, 1):
        said = {
            "目标编号": f"2024-{no:02}", "目标名称": "样例·" + name, "对应科目": account, "责任单位": "新华区", "下达日期": "2024-01-10",
            "进度办法": "按月均摊", "期间起": "2024-01-01", "期间止": "2024-12-31", "目标值": value, "计量单位": measure, "分管领导岗位": leader, "所属目标节点": node,
        }
        said.update(more)
        wholes.append([said.get(column) for column in COLUMNS])
        # 城镇新增就业分解到镇街，合计比全区多(加压)。
        for part, town in enumerate(TOWNS, 1) if account == "employment.new" else ():
            of_town = said | {
                "目标编号": f"2024-{no:02}-{part:02}", "目标名称": f"样例·{name}（{town}）", "责任单位": town, "目标值": "520", "分解要求": None,
                "上级目标": said["目标编号"], "分管领导岗位": LIVELIHOOD,
            }
            parts.append([of_town.get(column) for column in COLUMNS])
    return wholes, parts


def targets():
    return [Sheet("target", "目标", "2024年目标（样例）", COLUMNS, rows_of_targets()[0], "填报单位：区政府督查室")]


def town_targets():
    """上级目标要先登记，所以另一张表。"""
    return [Sheet("target", "分解目标", "2024年目标分解（样例）", COLUMNS, rows_of_targets()[1], "填报单位：区政府督查室")]


# 核数单上列的超期数；没有送核的单位和没有列的数，别处写“待核对”。
LATE = ["task.late", "task.late_done", "task.late_to_accept", "hazard.rectify_late", "petition.accept_late", "project.late", "progress.late", "creation.late", "road_ticket.late", "road_ticket.handled_late", "work_milestone.late", "household_request.late"]
BUREAUS = ["区发展和改革委员会", "区教育体育局", "区民政局", "区住房和城乡建设局", "区城市管理局", "区文化广电和旅游局"]
UNANSWERED = "曙光街街道"
CHECKED = ["单位", "对应目标", "核对的数", "对应科目", "截至", "核对有效至", "拟公布的数", "送核日期", "答复日期", "答复", "环节"]


def checks():
    """单位核数：落后的单位先核对，核过的才亮灯；还有一个送了没答。"""
    no = 1 + [account for _, account, *_ in TARGETS].index("employment.new")
    rows = []
    for part, answered in ((2, "2024-07-04"), (5, "2024-07-05"), (8, None)):
        town = TOWNS[part - 1]
        rows.append([
            town, f"2024-{no:02}-{part:02}", f"样例·城镇新增就业（{town}）", "employment.new", day("2024-06-30"), day("2024-08-31"), "见就业月报",
            day("2024-07-03") if answered else day("2024-08-28"), day(answered) if answered else None, "样例·与本单位底册一致" if answered else None, "确认" if answered else "待核对",
        ])
    for unit in [town for town in TOWNS if town != UNANSWERED] + BUREAUS:
        rows.append([unit, None, "样例·超期的数（核数单）", ",".join(LATE), day("2024-06-30"), day("2024-08-31"), "见六月末台账", day("2024-07-03"), day("2024-07-05"), "样例·与本单位台账一致", "确认"])
    return [Sheet("unit_check", "单位核数", "单位核数（样例）", CHECKED, rows, "填报单位：区政府督查室")]
