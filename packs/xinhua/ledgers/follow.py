"""Sample ledgers of what hangs below: procedures, visits, milestones, charges, notes, inspections, money (S1, S3, S7, S9-S11, S14, S18)."""
import tomllib
from pathlib import Path

from city import tasks
from common import MARK, TOWNS, agent, between, day, dice, later
from life import relics
from projects import BATTERY, ENERGY, TRAINING, city_works, projects
from shapes import Sheet

REGISTERS = Path(__file__).resolve().parent.parent / "registers"
MONTHS = ["2024-01-31", "2024-02-29", "2024-03-29", "2024-04-30", "2024-05-31", "2024-08-28"]


def invented(before="2024-01-01"):
    """Sample projects that were listed before a day, the largest levels first."""
    return [row for row in projects()[0].rows if row[0].startswith("样例") and row[11] < day(before)]


def procedures():
    """The Training Base's list, as it was reported month by month: one sheet a month, each row moved to where it stood."""
    pack = tomllib.loads((REGISTERS / "procedure.toml").read_text(encoding="utf-8"))
    choices = {field["id"]: {c["id"]: c["name"] for c in field["choices"] if isinstance(c, dict)} for field in pack["field"] if "choices" in field}
    items = {item["id"]: item for item in pack["template"]["each"] if "企业备案" in item.get("when", "企业备案")}
    before = {id: [b for b in item.get("after", []) + item.get("after_any", []) + item.get("soft_after", []) if b in items] for id, item in items.items()}
    wanted = {pack["template"]["goal"]}
    while len(grown := wanted | {b for id in wanted for b in before[id]}) > len(wanted):
        wanted = grown
    order = []
    while len(order) < len(items):
        order += [id for id in items if id not in order and all(b in order for b in before[id])]
    # 不涉及的写明理由；其余按先后分在一月到五月办结，开工以后的还没有办。
    skipped = {"eia_report", "eia_registry", "soil_report", "archaeology", "fire_design", "civil_defence", "land_conversion"}
    early = [id for id in order if id in wanted and id not in skipped]
    month = {id: at * 5 // len(early) for at, id in enumerate(early)}

    def row(id, stage, number=None, why=None):
        told = items[id].get("set", {})
        return [TRAINING, choices["matter"][id], choices["group"][told["group"]], told.get("organ"), told.get("organ_level"), number, why, stage, MARK]

    sheets = []
    for at, until in enumerate(MONTHS):
        rows = [row(id, "办结", f"样例办〔2024〕{at + 1}{n:02}号") for n, id in enumerate(early, 1) if month[id] == at]
        if at == 0:
            rows += [row(id, "不办", why="区域评估替代" if id in ("archaeology", "soil_report") else "不涉及") for id in order if id in skipped]
            rows += [row(id, "待办") for id in order if id not in skipped and month.get(id) != 0]
        if at == 5:
            rows = [row("plan_check", "已送件")] if not before["plan_check"] else []
        if rows:
            columns = ["项目名称", "手续", "阶段", "审批部门", "部门层级", "文号", "不办的理由", "环节", "备注"]
            sheets.append(Sheet("procedure", f"{at + 1}月", f"公共实训基地前期手续进展（样例，{at + 1}月）", columns, rows, "填报单位：焦店镇", on=until))
    return sheets


def visits():
    chance = dice("agent_log")
    kinds = ["上门走访", "一次性告知", "材料收齐", "送件", "踏勘", "会商", "领证", "回访"]
    rows = [
        [TRAINING, kind, day(done), f"样例·{what}", f"样例·{after}"] for kind, done, what, after in [
            ("上门走访", "2024-01-15", "到野王村工地核对资料", "列出要办的手续"), ("一次性告知", "2024-01-17", "一次告知缺少的材料", "等项目单位补齐"),
            ("送件", "2024-02-06", "代送规划条件申请", "跟进受理"), ("会商", "2024-02-19", "与供电公司商量增设变压器", "现场勘查"),
            ("踏勘", "2024-02-26", "与自来水公司踏勘临时供水管道", "铺设"), ("领证", "2024-03-19", "变压器、供水管道已经接通", "办施工许可"),
            ("领证", "2024-05-10", "领到施工许可", "开工"), ("回访", "2024-06-18", "问项目单位还有什么困难", "每月一访"),
            ("上门走访", "2024-07-16", "看主体施工进度", "协调用工"), ("上门走访", "2024-08-27", "项目现场核对进度", "九月再访"),
        ]
    ]
    for number, row in enumerate(invented()[:8]):
        for step in range(4):
            done = later(between(chance, "2024-01-15", "2024-02-28"), step * 45)
            rows.append([row[0], kinds[(number + step * 3) % 8], done, "样例·代办日志", "样例·下一步" if step < 3 else None])
    rows.sort(key=lambda row: row[2])
    return Sheet("agent_log", "代办日志", "代办日志（样例）", ["项目名称", "做了什么", "日期", "说明", "下一步"], rows, "填报单位：焦店镇等")


def milestones():
    """The same word said by different bodies; one assertion was withdrawn, three came later than planned."""
    plan, statistics, works = "区发展和改革委员会", "区统计局", "区住房和城乡建设局"
    rows = [
        [BATTERY, "正式签约", "不分口径", None, "2023年10月", plan, "公开报道", day("2024-01-10"), None],
        [BATTERY, "开工", "集中开工仪式", None, "2023年11月", plan, "公开报道", day("2024-01-10"), None],
        [TRAINING, "谋划入库", "不分口径", None, "2024年1月8日", plan, "样例·入库通知", day("2024-01-10"), None],
        [TRAINING, "开工", "施工许可或合同", None, "2024年5月", works, "样例·施工许可", day("2024-05-31"), None],
        [ENERGY, "试生产", "不分口径", None, "2024年6月", plan, "半年报告", day("2024-06-30"), None],
    ]
    for number, project in enumerate(row for row in projects()[0].rows if row[0].startswith("样例") and row[14]):
        name, due = project[0], project[13]
        began = day("-".join(f"{int(part):02}" for part in project[14].replace("年", "-").replace("月", "-").rstrip("日").split("-")))
        rows.append([name, "开工", "集中开工仪式", due, began, plan, "样例·开工报告", later(began, 5), None])
        if number % 2 == 0:
            rows.append([name, "开工", "永久性工程动工", due, later(began, 21), statistics, "样例·入库资料", later(began, 30), None])
        if number == 3:
            rows.append([name, "开工", "主体施工或设备到货", due, later(began, 9), works, "样例·现场照片", later(began, 12), later(began, 40)])
    table = [row[:7] + [row[7], row[8], MARK] for row in rows if row[7] <= day("2024-08-28")]
    columns = ["项目名称", "节点", "开工口径", "计划日期", "实际日期", "认定部门", "依据", "认定日期", "撤销认定日期", "备注"]
    return Sheet("milestone", "项目节点", "项目节点认定表（样例）", columns, table, "填报单位：区发展和改革委员会", notes=["注：开工有几种口径，各记各的，不相加。"])


def cohorts():
    names = [row for row in invented("2024-06-01") if row[1] != "一般项目"][:12]
    rows = []
    for number, project in enumerate(names):
        batch = ["签约一批", "开工一批", "投产一批"][number % 3]
        listed = day(["2024-02-20", "2024-05-20"][number % 2])
        performed = later(listed, 30) if batch == "签约一批" and number != 9 else None
        started = later(listed, 45) if batch == "开工一批" or (performed and number < 6) else None
        produced = later(listed, 90) if batch == "投产一批" or (batch == "开工一批" and number == 1) else None
        out = number == 10
        rows.append([f"样例-SP{number + 1:03}", f"第{11 + number % 2}期", batch, project[0], f"样例-SP{number:03}" if batch == "投产一批" else None, project[4], listed, performed, started, produced,
                     later(listed, 150) if batch == "投产一批" and number % 2 else None, later(listed, 60) if out else None, "样例·选址调整" if out else None, project[7]])
    columns = ["清单编号", "期次", "批次", "项目名称", "来自清单编号", "所在镇街", "列入日期", "履约日期", "开工日期", "投产日期", "达效日期", "调出日期", "调出理由", "总投资（亿元）"]
    return Sheet("cohort", "三个一批", "“三个一批”项目清单（样例）", columns, rows, "填报单位：区发展和改革委员会", merged=["期次"])


def milestones_and_cohorts():
    return [milestones(), cohorts()]


def works():
    """The package first, then the works that are in it, then the days of each."""
    package = Sheet("work_package", "任务包", "城市工程任务包（样例）", ["任务包", "名称", "牵头单位", "下达日期", "完成时限", "依据", "完成日期", "环节"], [
        ["十六三", "“十六三”城市工程", "区住房和城乡建设局", day("2023-10-09"), "2024年四季度", "样例·任务书；名称见于半年报告", None, "推进中"],
        ["样例·防汛", "样例·汛期排水应急工程", "区住房和城乡建设局", day("2024-03-11"), "2024年二季度", "样例·任务书", day("2024-06-14"), "完成"],
        ["样例·清暖", "样例·采暖季前管网检修", "区住房和城乡建设局", day("2024-07-15"), "2024年三季度", "样例·任务书", None, "推进中"],
    ], "填报单位：区住房和城乡建设局")
    (table,) = city_works()
    at = table.columns.index("工程类别")
    table.columns.insert(at, "任务包")
    table.rows = [row[:at] + ["十六三"] + row[at:] for row in table.rows]
    rows = []
    for number, row in enumerate(table.rows):
        said = dict(zip(table.columns, row))
        first, start, end = said["立项日期"], said["开工日期"], said["验收日期"]
        # 没有开工的，招标排在九月；有一个过了期。
        planned = later(first, 55) if start or number % 4 == 1 else day("2024-09-20")
        rows.append([row[0], "招标", first, planned, None, None, later(start, -8) if start else None])
        if start:
            moved = later(start, 75) if number % 6 == 4 else None
            due = later(start, 40) if end or number % 6 in (2, 4) else later(start, 160)
            rows.append([row[0], "主体", first, due, moved, "样例·汛期停工，区政府同意" if moved else None, later(start, 38) if end or number % 4 == 0 else None])
        if end:
            rows.append([row[0], "竣工验收", first, later(end, 5), None, None, end])
    table_of_days = [row + ["完成" if row[6] and row[6] <= day("2024-08-25") else "未到"] for row in rows]
    for row in table_of_days:
        row[6] = row[6] if row[7] == "完成" else None
    columns = ["工程名称", "节点", "下达日期", "计划日期", "批准调整到", "调整批准人和理由", "完成日期", "环节"]
    return [package, table, Sheet("work_milestone", "工程节点", "城市工程节点表（样例）", columns, table_of_days, "填报单位：区住房和城乡建设局", merged=["工程名称"])]


CHARGES = [
    ("样例-LX001", "政府工作报告", "样例·2024年政府工作报告", "年度重点任务分解", "2024-01-05", "2024-01-08", None),
    ("样例-LX002", "常务会议", "样例·第3次常务会议", "老旧小区物业覆盖", "2024-02-20", "2024-02-22", "2024-07-10"),
    ("样例-LX003", "领导批示", "样例·批示件〔2024〕7号", "雨季前清淤", "2024-04-08", "2024-04-15", "2024-06-25"),
    ("样例-LX004", "督查发现", "样例·督查通报〔2024〕2号", "项目手续超时", "2024-05-13", "2024-05-15", None),
    ("样例-LX005", "群众来信", "样例·来信登记第12号", "校门口拥堵", "2024-06-11", "2024-06-12", "2024-08-02"),
    ("样例-LX006", "上级交办", "样例·市交办〔2024〕31号", "环保督察反馈", "2024-08-19", None, None),
]


def supervised():
    """Charges, the tasks that came of them, who works along, and what was told month by month; then the tree of goals."""
    table, *tree = tasks()
    at = table.columns.index("责任单位")
    table.columns.insert(at, "督办立项")
    split = [charge[0] for charge in CHARGES if charge[5]]
    table.rows = [row[:at] + [split[n // 4 % len(split)] if n % 4 == 0 else None] + row[at:] for n, row in enumerate(table.rows)]
    charges = [[number, source, document, "样例·" + matter, "区政府督查室", day(raised), day(parted), day(done), "样例·已办结，群众满意" if done else None, "办结" if done else "已分解交办" if parted else "立项", MARK] for number, source, document, matter, raised, parted, done in CHARGES]
    helpers = ["区财政局", "区城市管理局", "区自然资源分局", "区应急管理局"]
    along, notes = [], []
    for n, row in enumerate(table.rows):
        said = dict(zip(table.columns, row))
        given, done = said["交办日期"], said["完成日期"]
        if n % 5 == 1:
            finished = later(given, 18) if done else None
            along.append([said["任务编号"], helpers[n % 4], "样例·配合事项", given, later(given, 25), "样例·已配合办理" if finished else None, finished, "配合办结" if finished else "待签收"])
        if n % 3 == 0:
            for step in range(1, 4):
                told = later(given, step * 30)
                if told <= day("2024-08-25") and (done is None or told <= done):
                    notes.append([said["任务编号"], f"{told.year}年{told.month}月", told, "样例·按计划推进", f"{25 * step}%", None if step < 3 else "样例·资金缺口", "样例·下月完成验收"])
    return [
        Sheet("charge", "督办立项", "督办立项登记表（样例）", ["立项编号", "来源", "文件、会议或批示", "督办事项", "立项单位", "立项日期", "分解日期", "办结日期", "督查结论", "环节", "备注"], charges, "填报单位：区政府督查室"),
        table,
        Sheet("task_unit", "配合单位", "攻坚任务配合单位（样例）", ["任务编号", "配合单位", "配合内容", "交办日期", "完成时限", "办理情况", "办结日期", "环节"], along, "填报单位：区政府督查室"),
        Sheet("task_note", "月度进展", "攻坚任务月度进展（样例）", ["任务编号", "月份", "填报日期", "进展", "完成比例", "存在问题", "下月打算"], notes, "填报单位：区政府督查室"),
        *tree,
    ]


def inspected():
    """Relics, and each round of visits; one visit is long due, one found the relic gone."""
    (table,) = relics()
    rows = []
    for n, row in enumerate(table.rows):
        said = dict(zip(table.columns, row))
        last, gone = said["最近巡查"], said["保存状况"] == "已消失"
        for back in (90, 0):
            on = later(last, -back)
            state = said["保存状况"] if back == 0 else "已消失" if gone else "较好"
            risk = "样例·原址已平整，只存照片" if gone else "样例·墙体开裂" if state == "较差" else None
            rows.append([said["普查编号"], on, state, None if gone or said["立牌时间"] is None else "缺失" if said["标志牌失效日期"] else "完好", risk, "样例·报告、设围挡" if risk else None, None if gone else later(on, 90)])
    rows.sort(key=lambda row: (row[1], row[0]))
    return [table, Sheet("relic_inspection", "巡查", "不可移动文物巡查记录（样例）", ["文物名称", "巡查日期", "保存状况", "标志牌", "隐患", "处置", "下次巡查"], rows, "填报单位：区文化广电和旅游局", notes=["注：文物名称栏填普查编号。"])]


def plans():
    rows = [[f"样例-FA{n + 1:02}", f"样例·{what}工程", ["香山街道筹备组", "焦店镇"][n % 2], ["石桥营村", "龙门口村"][n % 2], day(on), 210 - n * 20, MARK + "；表决后另行登记"] for n, (what, on) in enumerate([("排水沟", "2024-05-14"), ("文化广场", "2024-07-09"), ("入村路灯", "2024-08-20"), ("村道硬化", "2024-03-05")])]
    return Sheet("village_plan", "筹劳方案", "筹资筹劳方案（样例）", ["方案编号", "工程名称", "所在镇街", "所在村", "提出日期", "应到户数", "备注"], rows, "填报单位：区农业农村和水利局")


def appropriations():
    rows = [[f"样例〔{on[:4]}〕{number}号", "区住房和城乡建设局", day(on), amount, MARK] for number, on, amount in [(21, "2023-11-20", 300), (9, "2024-03-12", 300), (33, "2024-07-18", 200)]]
    return Sheet("voucher_fund", "资金拨款", "房票资金拨款（样例）", ["拨款文号", "拨入单位", "到账日期", "拨款金额（万元）", "备注"], rows, "填报单位：区房屋征收中心　　单位：万元", totals=["拨款金额（万元）"])


def repayments():
    rows = [[f"样例-HK{n + 1:03}", f"样例JJ{loan:04}", "还本", day(on), amount, MARK] for n, (loan, on, amount) in enumerate([(4, "2024-02-20", 30_000), (5, "2024-03-20", 50_000), (6, "2024-06-20", 40_000), (12, "2024-07-19", 20_000), (20, "2024-08-20", 30_000)])]
    return Sheet("loan_repayment", "分次还款", "创业担保贷款分次还款（样例）", ["凭证号", "所属贷款", "类别", "日期", "本金（元）", "备注"], rows, "填报单位：区人力资源和社会保障局　　单位：元", totals=["本金（元）"])


def forms():
    """What the offices hand in each month: one form, three offices, one of them late, one month missing."""
    form = [["样例-DD01", "重点工作月调度表", "内部调度表", "区政府办公室", day("2024-01-02"), day("2024-12-31"), "月报", MARK], ["样例-DD02", "半年重点工作完成情况表", "内部调度表", "区政府办公室", day("2024-06-03"), day("2024-12-31"), "半年报", MARK], ["样例-DD03", "安全生产月报表", "内部调度表", "区应急管理局", day("2023-01-03"), day("2023-12-31"), "月报", MARK + "；已过有效期"]]
    rows = []
    for n, (unit, item, measure, each) in enumerate([("区商务局", "外贸企业走访", "家", 6), ("区城市管理局", "清运垃圾", "吨", 820), ("区应急管理局", "检查企业", "家", 35)]):
        total = 0
        for month in range(1, 8):
            if n == 2 and month == 5:
                continue
            current, before = each + (month * 7 + n) % 5, total
            total += current
            due = day(f"2024-{month + 1:02}-05")
            sent = later(due, 4 if n == 1 and month % 3 == 0 else -2)
            # 缺了一个月的，下一月的上期累计就对不上，写明差异。
            rows.append(["样例-DD01", unit, f"2024年{month}月", item, measure, "调度", later(sent, -2), later(sent, -1), due, sent, current, total, before, "已报送"])
    columns = ["填报表", "填报单位", "报告期", "指标", "计量单位", "口径", "下发日期", "填报日期", "报送期限", "报送日期", "本期数", "累计数", "上期累计数", "环节"]
    return [
        Sheet("survey_form", "填报表", "填报表目录（样例）", ["表号", "表名", "性质", "制定机关", "制发日期", "有效期至", "报告期别", "填报说明"], form, "填报单位：区政府办公室"),
        Sheet("report", "填报", "重点工作月调度填报（样例）", columns, rows, "填报单位：区统计局", merged=["填报单位"]),
    ]


# What was handed in only after the half-year's bulletin was out: it happened before 30 June and counts from then on.


def late_city():
    rows = [[f"样例-AJ9{n:02}", f"样例-LD{n:02}", TOWNS[n - 1], "乱停乱放", "样例·补报", "热线", day("2024-06-25"), day("2024-06-26"), day("2024-06-27"), "结案", MARK + "；六月的单子七月才交来"] for n in (1, 2)]
    columns = ["案件编号", "路段", "所在镇街", "问题类别", "问题描述", "来源", "发现日期", "处置日期", "复核日期", "环节", "备注"]
    return [Sheet("road_ticket", "路队案件", "路队案件补报（样例）", columns, rows, "填报单位：区城市管理局　　2024年7月5日补报")]


def late_safety():
    rows = [["样例-YH901", "样例·疏散通道上锁", "焦店镇", "消防", "一般", "暗访", day("2024-06-21"), "立即拆锁", day("2024-06-28"), day("2024-06-27"), "销号", MARK + "；暗访组七月转来"]]
    columns = ["隐患编号", "隐患描述", "所在镇街", "领域", "隐患等级", "发现途径", "发现日期", "整改措施", "整改时限", "销号日期", "环节", "备注"]
    return [Sheet("hazard", "安全隐患", "安全隐患补报（样例）", columns, rows, "填报单位：区应急管理局　　2024年7月8日补报")]


def late_firms():
    rows = [["样例-SQ901", "样例·补报企业", "焦店镇", "用工", "请求帮助招工", day("2024-06-18"), "已列入招聘会", day("2024-06-24"), "已答复", MARK + "；走访记录七月才录入"]]
    columns = ["诉求编号", "企业名称", "所在镇街", "诉求类别", "诉求内容", "提出日期", "答复意见", "答复日期", "环节", "备注"]
    return [Sheet("firm_request", "企业诉求", "企业诉求补报（样例）", columns, rows, "填报单位：区工业和信息化科技局　　2024年7月补报")]


def late_party():
    rows = [["样例-LH901", "香山街道筹备组", "物业", day("2024-06-19"), day("2024-06-26"), "已办理", "满意", "已答复", MARK + "；纸质单子七月才录入"]]
    columns = ["诉求编号", "所属镇街", "诉求类别", "收集日期", "答复日期", "办理结果", "群众评价", "环节", "备注"]
    return [Sheet("household_request", "联户诉求", "党员联户诉求补报（样例）", columns, rows, "填报单位：区委组织部　　2024年7月补报")]
