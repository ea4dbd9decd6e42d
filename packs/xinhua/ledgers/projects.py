"""Sample ledgers of projects, agents, factors, parks, areas and city works (S1–S4, S7, S10, S20)."""
from common import MARK, STREETS, TOWNS, agent, between, credit_code, day, dice, later, spoken
from shapes import Sheet

BATTERY = "储能及动力电池项目"
TRAINING = "平顶山市公共实训基地"
ENERGY = "平高集团智慧能源产业基地"
REPORTED = "样例；名称和规模见于半年报告，日期为虚构"


def place(town, number):
    """An invented point near the middle of an invented grid of streets; no survey stands behind it."""
    at = TOWNS.index(town)
    north = 33_738_000 + (at // 4 - 1) * 16_000 + number * 3_700 % 9_000
    east = 113_292_000 + (at % 4 - 2) * 19_000 + number * 5_300 % 11_000
    return f"{north // 1_000_000}.{north % 1_000_000:06},{east // 1_000_000}.{east % 1_000_000:06}"


def projects():
    """26 projects; one battery project counts on 30 June: another was withdrawn, a third signs in July."""
    chance = dice("project")
    rows = [
        # 名称, 级别, 类别, 链, 镇街, 总投资, 年度计划, 规模, 口径, 入库, 签约, 计划开工, 实际开工, 试生产, 退出, 环节, 形象, 代办, 备注
        [BATTERY, "省重点", "储能及动力电池", "新能源储能", "焦店镇", 100, 120000, 60, "未注明", "2023-09-20", "2023年10月", "2023年四季度", "2023年11月", None, None, "在建", "在建", "是", REPORTED],
        [ENERGY, "省重点", "新能源装备", "电气装备", "西高皇街道", None, None, None, None, "2022-03-01", None, None, None, "2024年6月", None, "试生产", "试生产", "是", REPORTED],
        [TRAINING, "市重点", "公共服务", "未列入", "焦店镇", None, None, None, None, "2024-01-08", None, None, "2024年5月", None, None, "在建", "主体施工", "是", REPORTED],
        ["样例·动力电池结构件项目", "区重点", "储能及动力电池", "新能源储能", "焦店镇", 5, 8000, 20, "年产能", "2024-06-12", "2024-07-18", "2024年四季度", None, None, None, "签约", None, "是", MARK],
        ["样例·储能电站项目", "市重点", "储能及动力电池", "新能源储能", "西高皇街道", 8, 10000, 100, "电站容量", "2022-04-10", "2022-05-20", "2022年四季度", None, None, "2024-03-15", "退出", None, "否", MARK],
    ]
    names = [
        ("智能开关柜", "电气装备", "电气装备"), ("箱式变电站", "电气装备", "电气装备"), ("电缆附件", "电气装备", "电气装备"), ("绝缘材料", "电气装备", "新材料"),
        ("逆变器", "新能源装备", "新能源储能"), ("充电桩", "新能源装备", "新能源储能"), ("短剧摄制棚", "数字经济", "数字产业"), ("算力机房", "数字经济", "数字产业"),
        ("直播基地", "数字经济", "数字产业"), ("商务楼宇", "现代服务", "未列入"), ("冷链仓库", "现代服务", "未列入"), ("医养中心", "公共服务", "文旅康养"),
        ("社区服务中心", "公共服务", "未列入"), ("老旧厂区改造", "城市更新", "未列入"), ("背街小巷提升", "城市更新", "未列入"), ("园区道路", "基础设施", "未列入"),
        ("雨水泵站", "基础设施", "未列入"), ("香山步道", "文旅农旅", "文旅康养"), ("果蔬采摘园", "文旅农旅", "文旅康养"), ("乡村民宿群", "文旅农旅", "文旅康养"),
        ("标准化厂房三期", "基础设施", "未列入"), ("特种石墨", "新能源装备", "新材料"), ("检测实验楼", "现代服务", "新材料"),
    ]
    levels = ["省重点", "市重点", "市重点", "区重点", "区重点", "区重点", "区重点", "一般项目"]
    for number, (name, kind, chain) in enumerate(names):
        listed = between(chance, "2023-03-01", "2024-07-25")
        started = later(listed, 60) if number % 3 and later(listed, 60) < day("2024-08-25") else None
        total = [0.35, 0.6, 1.2, 2.5, 0.8, 3.2, 6.5, 1.05][number % 8]
        rows.append([
            f"样例·{name}项目", levels[number % 8], kind, chain, TOWNS[number % 11], total, round(total * 3000), None, None, listed.isoformat(),
            later(listed, 20).isoformat(), spoken(later(listed, 70)), spoken(started) if started else None, None, None,
            "在建" if started else "前期手续", "主体施工" if started else None, "是" if number % 4 else "否", MARK,
        ])
    order = ["省重点", "市重点", "区重点", "一般项目"]
    rows.sort(key=lambda row: order.index(row[1]))
    table = []
    for number, row in enumerate(rows):
        name, level, kind, chain, town, total, plan, size, basis, listed, signed, due, start, trial, gone, stage, image, has, note = row
        table.append([
            name, level, kind, chain, town, "野王村" if name == TRAINING else None, f"样例·业主单位{number + 1:02}" if note == MARK else None, total, plan, size, basis, day(listed), signed, due, start,
            trial, day(gone), stage, image, has, agent(number) if has == "是" else None, "区发展和改革委员会", note, place(town, number),
            # Invented works are planned to stand two years or so after they are listed; what was published says no date.
            spoken(later(day(listed), 640 + number % 5 * 60)) if note == MARK else None,
        ])
    columns = [
        "项目名称", "项目级别", "项目类别", "产业链", "所在镇街", "建设地点", "投资主体", "总投资（亿元）", "年度计划投资（万元）", "规模（兆瓦时）", "规模口径", "入库日期", "签约日期",
        "计划开工", "实际开工", "试生产日期", "退出日期", "环节", "形象进度", "是否派代办员", "代办员", "牵头单位", "备注", "坐标", "计划竣工",
    ]
    return [Sheet(
        "project", "重点项目", "新华区2024年项目台账（样例）", columns, table, "填报单位（盖章）：区发展和改革委员会　　　　填报日期：2024年8月28日",
        groups=[("投资", "总投资（亿元）", "年度计划投资（万元）"), ("时间节点", "入库日期", "退出日期"), ("代办", "是否派代办员", "代办员")],
        sections="项目级别", totals=["年度计划投资（万元）"], total_on_top=True,
        notes=["注：1.本表为样例，除半年报告点名的项目外均为虚构。", "\u00a0\u00a0\u30002.总投资单位为亿元，年度计划投资单位为万元。"],
    )]


def progress():
    chance = dice("progress")
    names = [BATTERY] + [row[0] for row in projects()[0].rows if row[14] and row[0].startswith("样例") and row[11] < day("2024-01-01")][:9]
    rows = []
    for at, name in enumerate(names):
        prior, so_far = 1200 + at * 350, 0
        for month in range(1, 8):
            done = chance.randrange(4, 40) * (500 if name == BATTERY else 20)
            part = done // 2
            reported = later(day(f"2024-{month + 1:02}-01"), 3 + month % 2)
            # 三月的一笔是更正：负数要写原因。
            problem = "冲减二月多报部分" if name == names[2] and month == 3 else None
            done, part = (-30, 0) if problem else (done, part)
            before, so_far = so_far, so_far + done
            rows.append([name, f"2024年{month}月", done, before, so_far, prior, prior + so_far, part, max(done - part, 0) // 2, "主体施工" if month > 3 else "基础施工", problem, reported, "已核对" if month < 7 else "已填报", MARK])
    columns = ["项目名称", "月份", "本月完成投资", "本年上月累计", "本年累计完成", "截至上年底累计", "开工以来累计", "其中：土建", "其中：设备", "形象进度", "存在问题", "填报日期", "环节", "备注"]
    return [Sheet(
        "progress", "月进度", "新华区重点项目月调度表（样例）", columns, rows, "填报单位：区发展和改革委员会　　单位：万元", merged=["项目名称"],
        totals=["本月完成投资", "其中：土建", "其中：设备"], notes=["注：调度口径，与统计部门公布数不可相加。"],
    )]


def agent_cases():
    chance = dice("agent_case")
    organs = {"项目代码": "在线平台", "备案": "区发展和改革委员会", "规划条件": "市自然资源和规划局", "环评": "市生态环境局新华分局", "临时用水": "自来水公司", "临时用电": "供电公司", "工程规划许可": "市自然资源和规划局", "施工许可": "区住房和城乡建设局"}
    rows = []
    started = [row[0] for row in projects()[0].rows if row[19] == "是" and row[0].startswith("样例") and row[11] < day("2024-01-01")][:5]
    for number, project in enumerate([TRAINING] + started):
        entrusted = day("2024-01-15") if project == TRAINING else between(chance, "2024-01-10", "2024-06-20")
        for step, (matter, organ) in enumerate(organs.items()):
            sent = later(entrusted, 3 + step * 13)
            accepted = later(sent, 2)
            finished = later(accepted, chance.randrange(1, 16))
            done = finished <= day("2024-08-20")
            stage = "办结" if done else "已委托"
            rows.append([project, matter, organ, entrusted, sent if done else None, accepted if done else None, finished if done else None, f"样例〔2024〕\u00a0{number * 10 + step + 1}号" if done else None, stage, agent(number), MARK])
    columns = ["项目名称", "代办事项", "审批部门", "委托日期", "送件日期", "受理日期", "办结日期", "文号", "环节", "代办员", "备注"]
    return [Sheet(
        "agent_case", "代办", "项目前期手续专人代办台账（样例）", columns, rows, "填报单位：焦店镇等　　填报日期：2024年8月28日", blank_lines=1, merged=["项目名称", "代办员"],
        groups=[("办理过程", "委托日期", "办结日期")], notes=["注：空白表示还没有办到这一步。"],
    ), Sheet(
        "handover", "交接", "代办员交接清单（样例）", ["项目名称", "交接日期", "移交人", "接手人", "未办结事项", "交接原因", "告知投资者日期", "双方确认日期", "环节", "备注"],
        [[project, day(handed), agent(n), agent(n + 3), "样例·工程规划许可、施工许可", "岗位变动", day(handed), day(confirmed), "双方确认" if confirmed else "已列清单", MARK]
         for n, (project, handed, confirmed) in enumerate([(TRAINING, "2024-04-08", "2024-04-10"), (BATTERY, "2024-05-20", "2024-05-21"), (ENERGY, "2024-08-22", None)])],
        "填报单位：区发展和改革委员会",
    )]


def coordination():
    rows = [
        ["样例-XT001", TRAINING, "用电", "增设变压器", "供电公司", "企业", "2024-02-19", "同意增设，现场勘查", "2024-02-23", "2024-03-20", "2024-03-18", "满意", "已解决"],
        ["样例-XT002", TRAINING, "用水", "铺设临时供水管道", "自来水公司", "企业", "2024-02-26", "同意铺设", "2024-03-01", "2024-03-15", "2024-03-14", "满意", "已解决"],
    ]
    chance = dice("coordination")
    others = [row[0] for row in projects()[0].rows if row[0].startswith("样例") and row[11] < day("2024-01-01")]
    factors = ["用地", "资金", "能耗", "用工", "道路", "用气", "用电", "用水"]
    for number in range(16):
        raised = between(chance, "2024-01-08", "2024-08-20")
        answered = later(raised, chance.randrange(1, 7))
        solved = later(answered, chance.randrange(5, 60))
        solved = solved if solved <= day("2024-08-25") else None
        factor = factors[number % 8]
        rows.append([
            f"样例-XT{number + 3:03}", others[number % len(others)], factor, f"请求协调{factor}", "样例·有关单位", "区属" if number % 2 else "市属", raised.isoformat(),
            "已派专人办理", answered.isoformat(), later(answered, 30).isoformat(), solved.isoformat() if solved else None, ("满意" if number % 3 else "基本满意") if solved else None, "已解决" if solved else "已答复",
        ])
    table = [row[:6] + [day(row[6]), row[7], day(row[8]), day(row[9]), day(row[10]), row[11], row[12], MARK] for row in rows]
    columns = ["编号", "项目名称", "要素类别", "请求事项", "协调单位", "是否区属", "提出日期", "答复", "答复日期", "承诺完成日期", "解决日期", "回访情况", "环节", "备注"]
    return [Sheet("coordination", "要素协调", "项目要素协调台账（样例）", columns, table, "填报单位：区发展和改革委员会　　2024年8月", groups=[("办理情况", "答复", "解决日期")])]


def parks():
    workshops = [
        [f"样例·{number}号厂房", "高新技术产业园", phase, "西高皇街道", floors, area, area - 600, started, topped, accepted, "在建" if not accepted else "租满" if number == 1 else "招租", MARK]
        for number, phase, floors, area, started, topped, accepted in [
            (1, "一期", 3, 8600, day("2021-05-10"), day("2021-12-01"), day("2022-06-30")), (2, "一期", 3, 8600, day("2021-05-10"), day("2021-12-20"), day("2022-06-30")),
            (3, "一期", 4, 11200, day("2021-08-10"), day("2022-03-15"), day("2022-12-15")), (4, "二期", 4, 12400, day("2023-04-12"), day("2024-03-28"), None),
            (5, "二期", 4, 12400, day("2023-04-12"), day("2024-04-30"), None), (6, "二期", 5, 15600, day("2023-06-01"), day("2024-06-21"), None), (7, "二期", 5, 15600, day("2023-09-01"), day("2024-08-16"), None),
        ]
    ]
    leases = [
        [f"样例-ZL{number:02}", f"样例·{1 + number % 3}号厂房", f"样例·承租企业{number:02}", credit_code(8000 + number), credit_code(number * 3) if number < 6 else None, later(day("2022-07-11"), number * 70), day("2024-05-31") if number in (2, 5) else None, 1000 + number * 150, 40 + number * 3, MARK]
        for number in range(1, 12)
    ]
    return [
        Sheet("workshop", "厂房", "高新技术产业园标准化厂房一览表（样例）", ["厂房（楼栋）", "所属园区", "期别", "所在镇街", "层数", "建筑面积（平方米）", "可租面积（平方米）", "开工日期", "封顶日期", "验收日期", "环节", "备注"], workshops, "填报单位：高新技术产业园管理委员会", groups=[("面积", "建筑面积（平方米）", "可租面积（平方米）")], sections="期别"),
        Sheet("lease", "入驻", "标准化厂房入驻情况（样例）", ["合同编号", "厂房（楼栋）", "承租企业", "统一社会信用代码", "企业台账代码", "起租日期", "退租日期", "承租面积（平方米）", "用工人数", "备注"], leases, "填报单位：高新技术产业园管理委员会", totals=["承租面积（平方米）"]),
    ]


PILOT = "大香山和美乡村建设先导片区"
FUTURE = "白龟湖科创新城产教融合片区"


def areas():
    """30 members of the pilot area; 22 of them are industry projects that had landed by 30 June."""
    areas_ = [
        [PILOT, "和美乡村先导片区", "香山街道筹备组", "石桥营村、边庄村、西吴庄村", day("2023-03-01"), None, day("2023-04-01"), day("2023-05-01"), day("2023-06-01"), day("2023-06-01"), day("2023-06-01"), "启动", MARK + "；名称和村名据公开报道"],
        [FUTURE, "产教融合片区", "湛河北路街道", None, day("2023-11-01"), None, day("2024-01-01"), day("2024-04-01"), None, None, None, "蓄势待发", MARK + "；名称见于半年报告"],
        ["样例·老工业更新片区", "城市更新片区", "矿工路街道", "样例·两个社区", day("2023-06-01"), 420.5, day("2024-05-01"), None, None, None, None, "谋划", MARK],
    ]
    chance = dice("area_member")
    trades = ["民宿", "研学", "种植采摘", "农产品加工", "文创", "餐饮", "康养"]
    villages = ["石桥营村", "边庄村", "西吴庄村"]
    rows = []

    def member(kind, landed, left=None, area=PILOT, label=None):
        number = len(rows) + 1
        first = landed or day("2024-04-10")
        joined = max(day("2023-03-20"), later(first, -chance.randrange(20, 90)))
        trade = trades[number % 7] if kind == "产业项目" else None
        name = f"样例·{villages[number % 3]}{label or trade or kind}{number:02}"
        rows.append([area, name, villages[number % 3] if area == PILOT else None, kind, trade, joined, landed, left, 60 + number * 25, MARK])

    for _ in range(20):
        member("产业项目", between(chance, "2023-06-01", "2024-06-10"))
    member("产业项目", day("2024-06-30"))
    # 七月退出的，六月三十日还算。
    member("产业项目", day("2023-12-05"), day("2024-07-12"))
    # 以下八个六月三十日不算：七月落地两个、已退出两个、只签约一个、不是产业项目的三个。
    member("产业项目", day("2024-07-01"))
    member("产业项目", day("2024-07-22"))
    member("产业项目", day("2023-08-15"), day("2024-04-30"))
    member("产业项目", day("2023-09-20"), day("2024-06-29"))
    member("产业项目", None)
    member("基础设施", day("2023-10-10"), label="村道")
    member("基础设施", day("2024-03-12"), label="管网")
    member("公共服务", day("2024-05-20"), label="村史馆")
    member("产业项目", day("2024-03-05"), area=FUTURE, label="中试楼")
    member("公共服务", None, area=FUTURE, label="实训楼")
    return [
        Sheet("area", "片区", "新华区片区一览表（样例）", ["片区名称", "片区类别", "所在镇街", "包含村（社区）", "划定日期", "规划面积（亩）", "规划批准日期", "土地就绪日期", "道路就绪日期", "水电就绪日期", "启动日期", "环节", "备注"], areas_, "填报单位：区发展和改革委员会"),
        Sheet("area_member", "片区成员", "片区成员项目台账（样例）", ["片区名称", "成员名称", "所在村", "成员类别", "业态", "列入日期", "落地（推进）日期", "退出日期", "计划投资（万元）", "备注"], rows, "填报单位：区农业农村和水利局　　2024年8月", groups=[("日期", "列入日期", "退出日期")], merged=["片区名称"], totals=["计划投资（万元）"], notes=["注：只签约、没有推进的，落地（推进）日期空着。"]),
        Sheet("parcel", "地块", "片区地块一览表（样例）", ["地块编号", "所属片区", "所在镇街", "用地面积（亩）", "规划用途", "入册日期", "征迁完成日期", "供地日期", "动工日期", "成交价款（万元）", "备注"], [
            [f"样例-DK{n:02}", FUTURE if n % 2 else "样例·老工业更新片区", "湛河北路街道" if n % 2 else "矿工路街道", 18.5 + n * 6.25, ["科教", "工业", "绿地", "商业"][n % 4], day("2024-01-10"),
             day("2024-03-29") if n < 5 else None, day("2024-05-17") if n < 4 else None, day("2024-06-12") if n < 3 else None, 900 + n * 120 if n < 4 else None, MARK] for n in range(1, 9)
        ], "填报单位：区自然资源分局", totals=["用地面积（亩）"]),
    ]


def city_works():
    chance = dice("city_work")
    kinds = ["道路改造", "沟渠整治", "河道治理", "雨污管网", "汽改水"]
    rows = []
    for number in range(18):
        kind = kinds[number % 5]
        approved = between(chance, "2023-10-09", "2024-04-30")
        started = later(approved, 60) if number % 4 != 3 else None
        accepted = later(started, 45) if started and number % 3 == 0 else None
        accepted = accepted if accepted and accepted <= day("2024-08-20") else None
        percent = 100 if accepted else (20 + number * 4 if started else 0)
        rows.append([
            f"样例·{kind}{number + 1:02}标段", "十六三", kind, STREETS[number % 9], "区住房和城乡建设局", approved, started, "2024年四季度", accepted, 400 + number * 85 if kind != "汽改水" else None,
            320 + number * 10 if kind == "汽改水" else None, 150 + number * 40, f"{percent}%", "验收" if accepted else ("施工" if started else "立项"), MARK,
        ])
    rows.sort(key=lambda row: kinds.index(row[2]))
    columns = ["工程（标段）", "所属任务包", "工程类别", "所在镇街", "责任单位", "立项日期", "开工日期", "计划完工", "验收日期", "长度（米）", "涉及户数", "总投资（万元）", "形象进度", "环节", "备注"]
    return [Sheet("city_work", "城市工程", "“十六三”城市工程进度表（样例）", columns, rows, "填报单位：区住房和城乡建设局　　单位：见表头", sections="工程类别", totals=["总投资（万元）"], notes=["注：“十六三”为任务包名称，内容由本区确定。"])]
