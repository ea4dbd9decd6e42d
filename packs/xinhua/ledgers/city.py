"""Sample ledgers of housing, city management, tasks, goals, bottom lines and reference tables (S11–S18)."""
import csv
from pathlib import Path

from common import MARK, STREETS, TOWNS, between, day, dice, dotted, later, spoken
from shapes import Sheet

TABLES = Path(__file__).resolve().parent.parent / "tables"


def housing():
    chance = dice("housing")
    estates = [[f"样例·楼盘{n:02}", STREETS[n % 9], f"样例·开发企业{n}", f"样例·开发企业{n}", ["停工", "逾期交付", "办证难", "逾期安置"][n % 4], day("2023-02-15"), 120 + n * 30, 110 + n * 28, "样例·一案一策", "2024年四季度", day(["2024-03-29", "2024-06-21", "2024-08-09"][n]) if n < 3 else None, "销号" if n < 3 else "一案一策", MARK] for n in range(8)]
    firms = [[f"样例·开发企业{n}", STREETS[n % 9], day("2024-01-15"), None, None, None, "申请", MARK] for n in range(8)]
    firms += [[f"样例·在库房企{n}", STREETS[n * 2], day("2023-10-30"), day("2023-11-13"), f"样例-JG{n + 1:02}", "无不良记录", "在库", MARK] for n in range(4)]
    projects = [[f"样例·新居{n}", f"样例·在库房企{n}", STREETS[n * 2], day("2023-11-20"), f"样例-YS{n + 1:03}", f"样例监管账户{n + 1:02}", 82.5 + n * 5, day("2025-06-30"), f"{33.742 + n * 0.006:.3f},{113.286 + n * 0.011:.3f}", "入库", MARK] for n in range(4)]
    vouchers, uses, flats = [], [], []

    def flat(n, listed, voucher=None, sold=None):
        price = 580_000 + n * 9_000
        flats.append([f"样例FY{n + 1:03}", f"样例·新居{n % 4}", f"样例·新居{n % 4}", STREETS[n % 8], f"{n % 6 + 1}号楼{201 + n}", 78.5 + n, price + 40_000, price, "是" if n % 2 else "否", ["两室一厅", "三室两厅", "四室两厅"][n % 3], f"{33.742 + n % 4 * 0.006 + n * 0.0001:.4f},{113.286 + n % 4 * 0.011 + n % 5 * 0.0004:.4f}", listed, sold, voucher, price if sold else None, price if sold else None, f"样例监管账户{n % 4 + 1:02}" if sold else None, "网签备案" if sold else "上架", MARK])

    for n in range(24):
        flat(n, between(chance, "2024-03-01", "2024-08-10"))
    for n in range(24):
        issued = between(chance, "2023-11-06", "2024-08-15")
        principal = 300_000 + n * 22_000
        face = principal + principal // 20
        until = issued.replace(year=issued.year + 2)
        vouchers.append([f"样例FP{n + 1:04}", STREETS[n % 9], "样例·征收项目", f"样例-XY{n + 1:03}", f"样例·持票人{n + 1:02}", principal, face, principal // 20, issued, f"{until.year}年{until.month}月", None, "已核发", MARK])
        filed = later(issued, 30 + n * 3)
        if n % 2 == 0 and filed <= day("2024-08-20"):
            used = face * 3 // 5
            # 三月以前备案的，启用本台账时已经一次结清；以后的按节点申请、审批、支付，见“事项”。
            settled = later(filed, 45) if filed < day("2024-03-01") else None
            parts = [used] if n % 4 else [used // 2, used - used // 2]
            for part in parts:
                # 房票买的都是房源超市里的房：先上架，后备案。
                at = len(flats)
                flat(at, later(filed, -2), f"样例FP{n + 1:04}", filed)
                bought = flats[-1]
                uses.append([f"样例GF{len(uses) + 1:04}", f"样例FP{n + 1:04}", bought[2], bought[4], bought[7], bought[6], part, filed, bought[16], settled, part if settled else None, MARK])
    return [
        Sheet("developer", "准入房企", "房源超市准入房企名录（样例）", ["企业名称", "所在镇街", "申请日期", "结算承诺日期", "监管协议编号", "信用核查", "环节", "备注"], firms, "填报单位：区住房和城乡建设局"),
        Sheet("housing_project", "入库项目", "房源超市入库项目（样例）", ["项目名称", "开发企业", "所在镇街", "报送日期", "预售许可证号", "监管账户", "形象进度", "交付日期", "位置", "环节", "备注"], projects, "填报单位：区住房和城乡建设局"),
        Sheet("estate", "问题楼盘", "问题楼盘化解台账（样例）", ["楼盘名称", "所在镇街", "开发企业", "企业档案", "问题类型", "列入日期", "总套数", "涉及户数", "化解方案", "计划化解", "化解日期", "环节", "备注"], estates, "填报单位：区住房和城乡建设局", merged=["列入日期", "计划化解"]),
        Sheet("flat", "房源超市", "房源超市房源表（样例）", ["房源编号", "入库项目", "楼盘名称", "所在镇街", "楼栋房号", "建筑面积（㎡）", "备案总价（元）", "房票总价（元）", "是否现房", "户型", "位置", "上架日期", "网签备案日期", "锁定凭据", "锁定价（元）", "合同总价（元）", "收款账户", "环节", "备注"], flats, "填报单位：区房屋征收中心"),
        Sheet("voucher_plan", "发行计划", "房票发行计划（样例）", ["征收项目", "征收单位", "面值上限（万元）", "预算文号", "批准日期", "备注"], [["样例·征收项目", "区住房和城乡建设局", 2_000, "样例〔2023〕5号", day("2023-10-16"), MARK], ["样例·旧城片区征收", "区住房和城乡建设局", 800, "样例〔2024〕7号", day("2024-03-18"), MARK], ["样例·道路拓宽征收", "区住房和城乡建设局", 300, "样例〔2024〕19号", day("2024-07-22"), MARK]], "填报单位：区房屋征收中心　　单位：万元"),
        Sheet("voucher", "房票核发", "房票核发台账（样例）", ["房票编号", "所在镇街", "征收项目", "协议编号", "持票人", "权益本金", "面值", "其中：奖励", "核发日期", "到期日期", "作废日期", "环节", "备注"], vouchers, "填报单位：区房屋征收中心　　单位：元", groups=[("房票", "权益本金", "到期日期")], totals=["权益本金", "面值"]),
        Sheet("voucher_use", "房票使用", "房票使用结算台账（样例）", ["购房合同编号", "房票编号", "楼盘", "房号", "合同总价", "备案价", "房票抵扣金额", "备案日期", "预售资金监管账户", "结算日期", "已结算合计", "备注"], uses, "填报单位：区房屋征收中心　　单位：元", merged=["房票编号"], totals=["房票抵扣金额", "已结算合计"]),
    ]


def management():
    chance = dice("management")
    communities, sections, tickets, cleaning, checks = [], [], [], [], []
    for n in range(36):
        covered = between(chance, "2022-05-09", "2024-08-20") if n % 4 else None
        gone = day("2024-04-30") if n == 9 else None
        mode = ["市场物业", "公益物业", "自管物业"][n % 3] if covered else None
        communities.append([STREETS[n * 9 // 36], f"样例·社区{n % 4 + 1}", f"样例·楼院{n + 1:02}", day("2022-04-11"), f"{1982 + n % 18}年", 2 + n % 6, 40 + n * 7, mode, f"样例·物业{n % 5 + 1}" if covered else None, covered, gone, MARK])
    for n in range(22):
        sections.append([f"样例-LD{n + 1:02}", f"样例·道路{n + 1:02}", STREETS[n % 9], ["主干道", "次干道", "背街小巷"][n % 3], 420 + n * 35, f"样例·第{n % 6 + 1}路队", 6 + n % 4, day("2024-02-26") if n < 18 else day("2024-07-08"), MARK])
    for n in range(60):
        found = between(chance, "2024-03-04", "2024-08-23")
        handled = later(found, n % 3) if n % 15 else None
        tickets.append([f"样例-AJ{n + 1:04}", f"样例-LD{n % 18 + 1:02}", STREETS[n % 18 % 9], ["占道经营", "乱停乱放", "垃圾暴露", "设施损坏", "广告招牌"][n % 5], "样例·问题描述", ["路队巡查", "创建中心", "热线", "暗访"][n % 4], found, "区城市管理局", handled, later(handled, 1) if handled else None, "结案" if handled else "派单", MARK])
    for n in range(24):
        start = day("2023-07-01") if n < 16 else day("2024-04-01") if n < 21 else None
        cleaning.append([f"样例·保洁区域{n + 1:02}", TOWNS[n % 11], ["城区道路", "村庄", "社区"][n % 3], 12_000 + n * 900, 6 + n % 5, day("2023-06-12"), "样例·环卫企业" if start else None, start, None, 40 + n if start else None, 88.5 + n % 8 if start else None, MARK])
    for n in range(32):
        checked = between(chance, "2024-02-26", "2024-08-16")
        fixed = later(checked, 1 + n % 4) if n % 10 else None
        checks.append([f"样例-CJ{n + 1:03}", STREETS[n % 9], f"样例·点位{n + 1:02}", ["主次干道", "背街小巷", "老旧小区", "农贸市场", "公园广场"][n % 5], ["环境卫生", "公共秩序", "公益广告", "设施维护"][n % 4], checked, 10, 10 - n % 7 * 0.5, "样例·问题描述" if n % 7 else None, "区城市管理局", fixed, later(fixed, 2) if fixed else None, "复查通过" if fixed else "已检查", MARK])
    return [
        Sheet("community", "物业覆盖", "老旧散小区物业覆盖台账（样例）", ["街道", "社区", "小区名称", "摸底日期", "建成年份", "楼栋数", "户数", "管理方式", "管理单位", "覆盖日期", "弃管日期", "备注"], communities, "填报单位：区住房和城乡建设局", merged=["街道"], totals=["户数"], groups=[("物业管理", "管理方式", "弃管日期")]),
        Sheet("road_section", "路队路段", "路队制路段表（样例）", ["路段编号", "道路名称", "所在镇街", "道路等级", "长度（米）", "路队", "队员（人）", "设立日期", "备注"], sections, "填报单位：区城市管理局", totals=["长度（米）"]),
        Sheet("road_ticket", "路队案件", "路队制案件台账（样例）", ["案件编号", "路段", "所在镇街", "问题类别", "问题描述", "来源", "发现日期", "处置单位", "处置日期", "复核日期", "环节", "备注"], tickets, "填报单位：区城市管理局", repeat=40),
        Sheet("sanitation", "环卫一体化", "城乡环卫一体化台账（样例）", ["保洁区域", "所在镇街", "区域类别", "保洁面积（㎡）", "保洁员（人）", "入册日期", "承包单位", "承包起", "承包止", "年承包价（万元）", "最近考核得分", "备注"], cleaning, "填报单位：区城市管理局", totals=["年承包价（万元）"]),
        Sheet("creation_check", "创建检查", "创建中心实地检查台账（样例）", ["检查编号", "所在镇街", "检查点位", "点位类型", "测评指标", "检查日期", "应得分", "实得分", "发现问题", "派给单位", "整改日期", "复查日期", "环节", "备注"], checks, "填报单位：区创建中心", groups=[("得分", "应得分", "实得分"), ("整改", "派给单位", "复查日期")]),
    ]


GOAL_COLUMNS = ["目标编号", "目标名称", "上级目标", "所属体系", "层次", "牵头单位", "下达日期", "完成时限", "对应科目", "备注"]


def tasks():
    chance = dice("task")
    units = ["区发展和改革委员会", "区住房和城乡建设局", "区城市管理局", "区民政局", "区教育体育局", "区文化广电和旅游局", "区农业农村和水利局", "焦店镇"]
    sources = ["政府工作报告", "上级督查", "巡察", "人大建议", "政协提案", "专班会议", "热线"]
    rows = []
    for n in range(48):
        assigned = between(chance, "2024-01-08", "2024-08-16")
        deadline = later(assigned, 45 + n % 5 * 20)
        done = later(assigned, 20 + n % 7 * 12)
        done = done if done <= day("2024-08-25") and n % 5 else None
        rows.append([f"样例-GJ{n + 1:03}", f"样例·攻坚任务{n + 1:02}", sources[n % 7], units[n % 8], assigned, deadline, later(deadline, 30) if n % 11 == 3 else None, "样例·区政府同意" if n % 11 == 3 else None, "已完成" if done else "推进中", done, 1 + n % 3 * 0.5, "销号" if done else "已交办", MARK])
    goals = [
        [code, name, above, body, kind, unit, day("2024-06-28"), "2024年四季度", figure, MARK + "；名称见于半年报告"]
        for code, name, above, body, kind, unit, figure in [
            ("1", "创新四位一体", None, "四位一体", "目标", "区工业和信息化科技局", None), ("1.1", "创新平台", "1", "四位一体", "举措", "区工业和信息化科技局", "platform.research_centre_new"),
            ("1.2", "创新企业", "1", "四位一体", "举措", "区工业和信息化科技局", "enterprise.tech_sme"), ("1.3", "创新项目", "1", "四位一体", "举措", "区工业和信息化科技局", "rd_project.running"), ("1.4", "创新人才", "1", "四位一体", "举措", "区委组织部", "rd_project.talents"),
            ("2", "产业一体两翼", None, "一体两翼", "目标", "区发展和改革委员会", None), ("2.1", "样例·一体：先进制造和储能", "2", "一体两翼", "举措", "区发展和改革委员会", "project.investment_done"),
            ("2.2", "样例·一翼：数字产业", "2", "一体两翼", "举措", "区工业和信息化科技局", "base.tenants"), ("2.3", "样例·一翼：现代服务业", "2", "一体两翼", "举措", "区商务局", "lead.contracted"),
            ("3", "城乡三个融合", None, "三个融合", "目标", "区农业农村和水利局", None), ("3.1", "样例·城乡融合", "3", "三个融合", "举措", "区农业农村和水利局", "pilot_area.projects"),
            ("3.2", "样例·文旅融合", "3", "三个融合", "举措", "区文化广电和旅游局", "courtyard.restored"), ("3.3", "样例·产教融合", "3", "三个融合", "举措", "区发展和改革委员会", "area.readiness"),
            ("4", "四项保障", None, "四项保障", "目标", "区政府办公室", None), ("4.1", "安全保障", "4", "四项保障", "举措", "区应急管理局", "hazard.major_open"), ("4.2", "稳定保障", "4", "四项保障", "举措", "区信访局", "petition.open"),
            ("4.3", "民生保障", "4", "四项保障", "举措", "区民政局", "meal_site.operating"), ("4.4", "要素保障", "4", "四项保障", "举措", "区发展和改革委员会", "coordination.solved_share"),
            ("1.2.1", "科技型中小企业评价入库", "1.2", "四位一体", "任务", "区工业和信息化科技局", "enterprise.tech_sme"),
            ("4.3.1", "老旧散小区物业全覆盖", "4.3", "四项保障", "任务", "区住房和城乡建设局", "community.coverage"),
            ("1.2.1.1", "入库有效的科技型中小企业", "1.2.1", "四位一体", "指标", "区工业和信息化科技局", "enterprise.tech_sme"),
            ("4.3.1.1", "老旧散小区物业覆盖率", "4.3.1", "四项保障", "指标", "区住房和城乡建设局", "community.coverage"),
        ]
    ]
    return [
        Sheet("task", "攻坚任务", "攻坚破难任务台账（样例）", ["任务编号", "任务名称", "任务来源", "责任单位", "交办日期", "完成时限", "批准延至", "延期批准", "进展情况", "完成日期", "难度系数", "环节", "备注"], rows, "填报单位：区政府督查室　　2024年8月28日", groups=[("时限", "交办日期", "延期批准")]),
        # 上级目标要先登记，所以一层一张表。
        *[Sheet("goal", kind, f"下半年{kind}（样例）", GOAL_COLUMNS, [row for row in goals if row[4] == kind], "填报单位：区政府督查室") for kind in ("目标", "举措", "任务", "指标")],
    ]


PETITION_COLUMNS = ["信访编号", "信访渠道", "涉及人数", "属地", "信访类别", "是否初次", "原信访件", "登记日期", "受理日期", "答复日期", "环节", "备注"]


def bottom_lines():
    chance = dice("bottom")
    hazards, petitions = [], []
    fields = ["燃气", "消防", "建筑施工", "工矿", "道路交通", "自建房"]
    for n in range(50):
        found = between(chance, "2024-01-04", "2024-08-20")
        closed = later(found, 3 + n % 20) if n % 9 else None
        closed = closed if closed and closed <= day("2024-08-25") else None
        grade = "重大" if n in (9, 20) else "一般"
        hazards.append([f"样例-YH{n + 1:03}", "样例·隐患描述", TOWNS[n % 11], fields[n % 6], grade, ["自查", "检查", "举报", "暗访"][n % 4], found, "限期整改", later(found, 15), "区级" if grade == "重大" else "未挂牌", closed, "销号" if closed else "发现", MARK])
    for n in range(30):
        registered = between(chance, "2024-01-05", "2024-08-20")
        answered = later(registered, 12 + n % 40)
        answered = answered if answered <= day("2024-08-25") else None
        first = "否" if n in (8, 17) else "是"
        petitions.append([f"样例-XF{n + 1:03}", ["来信", "来访", "网上", "电话"][n % 4], 1 + n % 5, TOWNS[n % 11], ["住房", "劳动社保", "城市管理", "征地拆迁", "环境"][n % 5], first, f"样例-XF{n:03}" if first == "否" else None, dotted(registered), dotted(later(registered, 4)) if answered else None, dotted(answered), "答复" if answered else "登记", MARK])
    return [
        Sheet("hazard", "安全隐患", "安全隐患排查整改台账（样例）", ["隐患编号", "隐患描述", "所在镇街", "领域", "隐患等级", "发现途径", "发现日期", "整改措施", "整改时限", "挂牌级别", "销号日期", "环节", "备注"], hazards, "填报单位：区应急管理局", groups=[("整改", "整改措施", "销号日期")]),
        Sheet("petition", "初次信访", "信访事项台账（样例）", PETITION_COLUMNS, [row for row in petitions if row[5] == "是"], "填报单位：区信访局"),
        Sheet("petition", "重复信访", "重复信访事项（样例）", PETITION_COLUMNS, [row for row in petitions if row[5] == "否"], "填报单位：区信访局"),
    ]


def references():
    """Two public tables as they were published: nothing here is invented."""
    def table(name):
        with open(TABLES / name, encoding="utf-8") as file:
            return list(csv.reader(file))[1:]

    listed = day("2024-01-02")
    history = [["区统计局", listed] + [cell or None for cell in row] for row in table("henan_code_history_1981_2024.csv")]
    # 表里写 current 的是没有年份的现状数。
    figures = [["区统计局", listed] + [{"": None, "current": "现状"}.get(cell, cell) for cell in row] for row in table("indicators_published.csv")]
    actual = [row for row in table("indicators_published.csv") if row[3] == "actual"]
    own = [row for row in actual if row[0] == "410402" and row[6] == "亿元"]
    # 发布日期和数据状态在出处里没有注明，空着；增速按公布的抄。
    economy = [[row[4], "新华区", f"{row[2]}年全年", day(f"{row[2]}-12-31"), "累计", "统计", float(row[5]), float(row[7]), row[8], "出处没有注明发布部门、发布日期和数据状态"] for row in own]
    others = [row for row in actual if row[0] in ("410184", "410802")]
    peers = [[row[4], f"{row[2]}年全年", day(f"{row[2]}-12-31"), "公开政府工作报告的县（市、区）", row[1], "否", f"{row[5]} {row[6]}", float(row[7]) if row[7] else None, f"{row[1]}人民政府", f"{int(row[2]) + 1}年", "区统计局", row[8]] for row in others]
    return [
        Sheet("indicator", "经济指标", "公开发表的本区经济指标（照录）", ["指标名称", "地区", "报告期", "报告期止", "期别", "口径", "金额（亿元）", "增速（%）", "出处", "备注"], economy, "按公布的样子抄录，增速不推算"),
        Sheet("peer", "同组位次", "公开发表的同类县（市、区）指标（照录）", ["指标名称", "报告期", "报告期止", "比较组", "地区", "是否本区", "公布数值", "公布增速", "发布部门", "发布日期", "登记单位", "出处"], peers, "没有公布位次的不排位次", merged=["比较组"]),
        Sheet("area_history", "区划沿革", "河南省县级以上行政区划代码沿革（1981—2024）", ["保管单位", "抄录日期", "代码", "省", "地市", "名称", "层级", "状态", "启用年份", "停用年份", "承接代码"], history, "来源：公开代码表，见 NOTICE.md", merged=["保管单位"]),
        Sheet("published_indicator", "公开指标", "公开发表的指标和目标（照录）", ["保管单位", "抄录日期", "地区代码", "地区", "报告期", "类别", "指标", "公布数值", "计量单位", "公布增速（%）", "出处"], figures, "按公布的样子抄录，增速不推算"),
    ]
