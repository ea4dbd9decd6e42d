"""Sample ledgers of courtyards, relics, prizes, meals, loans, jobs, schools and the party's branches (S7–S9, S13)."""
from common import MARK, STREETS, TOWNS, between, credit_code, day, dice, dotted, later, slashed, spoken
from shapes import Sheet


def courtyards():
    """47 courtyards; 39 restored and standing on 30 June."""
    chance = dice("courtyard")
    villages = [("香山街道筹备组", "石桥营村"), ("香山街道筹备组", "边庄村"), ("青石山街道", "西吴庄村"), ("焦店镇", "龙门口村"), ("焦店镇", "郏山阳村")]
    uses = ["民宿", "村史馆", "食堂", "工坊", "书屋", "其他"]
    rows = []
    for number in range(47):
        town, village = villages[number % 5]
        name = ["丁家大院", "核桃小院"][number] if number < 2 else f"样例·{village}{number + 1:02}号院"
        surveyed = between(chance, "2023-03-06", "2023-11-30")
        plan, accepted, removed = ("原貌修缮" if number % 3 else "改建"), between(chance, "2024-01-08", "2024-06-27"), None
        if number == 38:
            accepted = day("2024-06-30")
        elif 39 <= number < 42:
            accepted = day(["2024-07-01", "2024-07-19", "2024-08-09"][number - 39])
        elif 42 <= number < 44:
            accepted = None
        elif number == 44:
            plan = "拆旧"
        elif number == 45:
            plan = "菜园"
        elif number == 46:
            accepted, removed = day("2024-02-20"), day("2024-05-31")
        done = accepted is not None and accepted <= day("2024-06-30")
        cost = [4.5, 6.2, 8.0, 3.8, 12.6][number % 5] if accepted else None
        note = MARK + ("；名称见于半年报告，日期和数为虚构" if number < 2 else "")
        rows.append([f"样例-YL{number + 1:03}", name, town, village, 180 + number * 4.5, 3 + number % 5, plan, surveyed, later(surveyed, 30) if accepted else None, accepted, removed, uses[number % 6] if done else None, cost, "否", "验收" if accepted else "摸底", note])
    rows.sort(key=lambda row: villages.index((row[2], row[3])))
    columns = ["院落编号", "院落名称", "所在镇街", "所在村", "占地面积（㎡）", "房屋间数", "利用方案", "摸底日期", "开工日期", "验收日期", "销号日期", "修缮后用途", "投入资金（万元）", "是否文物", "环节", "备注"]
    return [Sheet("courtyard", "院落", "空心院落提升修缮台账（样例）", columns, rows, "填报单位：区农业农村和水利局　　单位：万元", groups=[("进度", "摸底日期", "销号日期")], merged=["所在镇街", "所在村"], sections="所在村", totals=["投入资金（万元）"], notes=["注：验收以后才算修缮完成；拆旧、改菜园的不算修缮。"])]


def place(number):
    """An invented place in the district, spread so that no two points cover each other."""
    return f"{33.718 + (number * number * 7 + number * 37) % 97 / 1400:.4f},{113.252 + (number * number * 11 + number * 53) % 101 / 1100:.4f}"


def relics():
    """24 relics; 19 with a plate in place on 30 June."""
    categories = ["古遗址", "古墓葬", "古建筑", "石窟寺及石刻", "近现代重要史迹及代表性建筑"]
    chance = dice("relic")
    rows = []
    for number in range(24):
        plated, lost, condition, vanished = between(chance, "2022-03-07", "2024-06-25"), None, ["好", "较好", "一般", "较差"][number % 4], None
        if number == 18:
            plated = day("2024-06-30")
        elif number == 19:
            plated = None
        elif number == 20:
            plated = day("2024-07-03")
        elif number == 21:
            plated = day("2024-08-06")
        elif number == 22:
            plated, lost = day("2022-09-01"), day("2024-05-20")
        elif number == 23:
            plated, condition, vanished = day("2021-06-01"), "已消失", day("2023-10-08")
            lost = vanished
        level = "未定级" if number % 3 else ["省级", "市级", "区级"][number // 3 % 3]
        rows.append([f"样例-WW{number + 1:03}", f"样例·{categories[number % 5][:3]}{number + 1:02}", categories[number % 5], None if level == "未定级" and number % 2 else level, ["明—清", "清", "汉", "民国"][number % 4], TOWNS[5 + number % 6], place(number * 5), day("2021-05-10"), plated, lost, condition, vanished, between(chance, "2024-04-01", "2024-06-28"), MARK])
    columns = ["普查编号", "文物名称", "类别", "保护级别", "年代", "所在镇街", "坐标", "登记日期", "立牌时间", "标志牌失效日期", "保存状况", "消失日期", "最近巡查", "备注"]
    return [Sheet("relic", "文物", "不可移动文物保护情况一览表（样例）", columns, rows, "填报单位：区文化广电和旅游局　　填报日期：2024年8月", blank_lines=1, groups=[("标志牌", "立牌时间", "标志牌失效日期"), ("保存", "保存状况", "消失日期")], notes=["注：1.挂牌不等于定级；保护级别空白为未定级。", "\u3000\u30002.坐标为样例，纬度在前。"])]


def village_works():
    chance = dice("village_work")
    kinds = ["自愿捐物", "自愿捐工", "议定筹劳", "自愿捐款", "自愿捐物"]
    items = ["石磨一盘", None, None, None, "旧砖两千块"]
    rows = []
    for number in range(25):
        kind = kinds[number % 5]
        given = between(chance, "2024-02-19", "2024-08-20")
        labour = 1 + number % 4 * 0.5 if kind in ("自愿捐工", "议定筹劳") else None
        rows.append([f"样例-CW{number + 1:03}", f"样例·{['村道', '游园', '戏台'][number % 3]}工程", ["香山街道筹备组", "焦店镇"][number % 2], ["石桥营村", "龙门口村"][number % 2], kind, items[number % 5], labour, labour * 120 if labour else 2000 + number * 200, given, "到会三分之二以上户，过半数同意" if kind == "议定筹劳" else None, f"样例户{number % 9 + 1}", f"样例户{number % 9 + 1}-1" if kind == "议定筹劳" else None, MARK])
    columns = ["登记编号", "工程名称", "所在镇街", "所在村", "投入方式", "物品及规格", "投工（天）", "折价金额（元）", "投入日期", "表决记录", "户号", "劳动力", "备注"]
    return [Sheet("village_work", "筹物筹劳", "村级公益事业筹物筹劳公示表（样例）", columns, rows, "填报单位：区农业农村和水利局", totals=["折价金额（元）"])]


def prizes():
    """Two million yuan of the city's contest arrived in May; other prizes are of other kinds, days or givers."""
    rows = [
        ["样例-JL001", "全市“春季看谋划”观摩评比", "新华区", "观摩评比", "市", day("2024-04-18"), 200, day("2024-05-24"), 200, "已到账", MARK + "；事由和金额见于半年报告，日期为虚构"],
        ["样例-JL002", "样例·全市“冬季看结果”观摩评比", "新华区", "观摩评比", "市", day("2023-12-20"), 100, day("2023-12-29"), 100, "已到账", MARK],
        ["样例-JL003", "样例·全市“夏季看推进”观摩评比", "新华区", "观摩评比", "市", day("2024-06-27"), 150, day("2024-07-15"), 150, "已到账", MARK],
        ["样例-JL004", "样例·科技创新奖补", "区工业和信息化科技局", "科技奖补", "市", day("2024-03-11"), 60, day("2024-04-08"), 60, "已到账", MARK],
        ["样例-JL005", "样例·镇街观摩评比", "焦店镇", "观摩评比", "区", day("2024-03-28"), 20, day("2024-04-02"), 20, "已到账", MARK],
        ["样例-JL006", "样例·年度考核奖励", "新华区", "考核奖励", "省", day("2024-06-20"), 80, None, None, "已公布", MARK],
    ]
    scores = [["样例·春季观摩", "春季看谋划", "市", day("2024-04-10"), f"样例·观摩点{n:02}", TOWNS[n % 11], "城区组", 11, round(95.6 - n * 0.85, 2), n, day("2024-04-18"), day("2024-07-17"), day("2024-07-10") if n < 6 else None, ["保持", "有进步", "保持", "回潮", "有进步"][n - 1] if n < 6 else None, "已公布", MARK] for n in range(1, 9)]
    return [
        Sheet("award", "奖励资金", "奖励资金到账台账（样例）", ["编号", "奖励事由", "获奖单位", "奖励类别", "奖励方", "公布日期", "公布金额（万元）", "到账日期", "到账金额（万元）", "环节", "备注"], rows, "填报单位：区政府督查室　　单位：万元", groups=[("公布", "公布日期", "公布金额（万元）"), ("到账", "到账日期", "到账金额（万元）")], totals=["公布金额（万元）", "到账金额（万元）"], total_on_top=True, notes=["注：公布不等于到账。"]),
        Sheet("contest", "观摩评比", "观摩评比得分表（样例）", ["观摩活动", "季节", "主办", "观摩日期", "观摩点", "所在镇街", "组别", "评委人数", "得分", "名次", "公布日期", "回头看期限", "回头看日期", "回头看结果", "环节", "备注"], scores, "", merged=["观摩活动", "季节", "主办", "观摩日期", "组别"]),
    ]


def meals():
    """31 sites; 26 in operation on 30 June: two opened in July, one in August, one was suspended, one is being prepared."""
    chance = dice("meal_site")
    rows = []
    for number in range(31):
        town = (STREETS + ["焦店镇"])[number % 10]
        opened, suspended, stage = between(chance, "2022-09-05", "2024-06-21"), None, "运营"
        if number == 25:
            opened = day("2024-06-30")
        elif number in (26, 27, 28):
            opened = day(["2024-07-01", "2024-07-18", "2024-08-15"][number - 26])
        elif number == 29:
            opened, suspended, stage = day("2023-05-08"), day("2024-06-14"), "停业整改"
        elif number == 30:
            opened, stage = None, "筹建"
        elif number == 4:
            # 七月底停业，六月三十日仍在运营。
            suspended, stage = day("2024-07-31"), "停业整改"
        filed = later(opened, -25) if opened else day("2024-06-03")
        kind = ["老年食堂", "老年餐桌", "老年助餐点"][number % 3]
        licence = f"样例JY{number + 1:04}" if opened and kind != "老年助餐点" else None
        rows.append([
            town, f"样例·社区{number % 7 + 1}", f"样例-ZC{number + 1:03}", f"样例·{kind}{number + 1:02}", place(number * 3 + 1), kind, f"样例·运营单位{number % 6 + 1}", filed, opened, suspended, 60 + number * 5, 16 + number % 5 * 8,
            licence, later(filed, 5 * 365) if licence else None, 40 + number * 6 if opened else None, 18 + number % 9 * 4 if opened else None, number % 6 if opened else None, 6 + number % 4, stage, MARK,
        ])
    rows.sort(key=lambda row: TOWNS.index(row[0]))
    columns = ["镇（街道）", "村（社区）", "场所编号", "场所名称", "坐标", "类型", "运营主体", "备案日期", "运营时间", "停业日期", "面积（㎡）", "餐位（位）", "食品经营许可证号", "许可证有效期", "登记老人（人）", "日均就餐（人次）", "日均送餐（人次）", "午餐价格（元）", "环节", "备注"]
    return [Sheet("meal_site", "助餐场所", "老年助餐场所运营情况统计表（样例）", columns, rows, "填报单位（盖章）：区民政局　　填报日期：2024年8月28日", groups=[("运营", "备案日期", "停业日期"), ("许可证", "食品经营许可证号", "许可证有效期"), ("服务", "登记老人（人）", "日均送餐（人次）")], merged=["镇（街道）"], totals=["餐位（位）"], total_on_top=True, notes=["注：1.只有当天在运营的计入“助餐场所”数。", "\u00a0\u00a0\u00a0\u00a02.停业日期为最后运营日。"])]


HALF = 32_300_000


def loans():
    """132 loans of the first half-year add up to 32.3 million yuan; others are of 2023, of July, or not paid out."""
    chance = dice("startup_loan")
    groups = ["返乡创业农民工", "高校毕业生", "登记失业人员", "复员转业退役军人", "就业困难人员", "脱贫人口", "网络商户", "农村自主创业农民"]
    amounts = [150_000 + 10_000 * (number % 16) for number in range(126)] + [1_000_000, 1_500_000, 800_000]
    rest = HALF - sum(amounts)
    amounts += [rest // 3 // 10_000 * 10_000] * 2
    amounts.append(HALF - sum(amounts))
    rows, spans = [], []

    def add(amount, approved, paid, settled=None):
        spans.append((paid, settled))
        number = len(rows) + 1
        firm = amount > 300_000
        term = 24 if firm else 36
        due = paid.replace(year=paid.year + term // 12) if paid else None
        rows.append([
            f"样例JJ{number:04}", f"样例HT{number:04}", f"样例·借款人{number:03}", credit_code(number % 70 + 1) if firm else None, "小微企业" if firm else "个人", "小微企业" if firm else groups[number % 8], TOWNS[number % 11], f"样例·{['餐饮', '网店', '养殖', '修理', '家政'][number % 5]}",
            ["样例·甲银行", "样例·乙银行"][number % 2], slashed(approved), amount, slashed(paid), slashed(due), term, "3.45", "3.45", 1 + number % 2, "免反担保" if amount <= 300_000 else "抵押", 2 + number % 4, slashed(settled), "结清" if settled else "已发放" if paid else "已审批", MARK,
        ])

    for number in range(9):
        paid = between(chance, "2023-03-06", "2023-12-29")
        add(120_000 + number * 10_000, later(paid, -6), paid, day("2024-05-20") if number < 2 else None)
    for number, amount in enumerate(amounts):
        # 去年底审批、今年一月发放的，算今年；六月三十日当天发放的，算上半年。
        paid = day("2024-01-02") if number == 0 else day("2024-06-30") if number == 1 else between(chance, "2024-01-03", "2024-06-28")
        add(amount, later(paid, -7), paid)
    for number in range(8):
        paid = day("2024-07-01") if number == 0 else between(chance, "2024-07-02", "2024-08-23")
        add(180_000 + number * 10_000, later(paid, -5), paid)
    for number in range(3):
        add(200_000, day(["2024-06-20", "2024-06-28", "2024-08-22"][number]), None)
    columns = ["借据号", "合同编号", "借款人", "借款企业信用代码", "借款主体", "人员类别", "所在镇街", "创业项目", "经办银行", "审批日期", "贷款金额", "发放日", "到期日", "期限（个月）", "年利率（%）", "合同LPR（%）", "第几次", "反担保方式", "带动就业（人）", "结清日", "环节", "备注"]
    deposits = [[f"样例JZ{n + 1:02}", "区人力资源和社会保障局", ["样例·甲银行", "样例·乙银行"][n % 2], ["2023-01-10", "2023-01-10", "2024-01-02", "2024-01-02"][n], [200, 200, 320, 320][n], "样例〔2023〕1号", MARK] for n in range(4)]
    # 一年的贴息资金在第一季度结息前拨入专户，中央、省、市、区按五、二点五、一点五、一分担。
    budget = [["样例〔2024〕7号", "区人力资源和社会保障局", level, day("2024-03-15"), amount, MARK] for level, amount in [("中央", 20), ("省", 10), ("市", 6), ("区", 4)]]
    claims = []
    for name, first, after, accrued, paid_on in [("Q1", "2023-12-21", "2024-03-21", "2024-03-21", "2024-04-18"), ("Q2", "2024-03-21", "2024-06-21", "2024-06-21", None)]:
        for row, (paid, settled) in zip(rows, spans):
            # 结息期从上季末月二十一日起；期内发放的从发放日起，期初以前结清的不再申报。
            begun = max(day(first), paid) if paid else None
            if begun and begun < day(after) and not (settled and settled <= begun):
                claims.append([f"样例TX2024{name}{row[0][-4:]}", row[0], begun, day(after), day(accrued), day(paid_on) if paid_on else None, MARK])
    subsidies = Sheet("loan_subsidy", "贴息", "创业担保贷款贴息台账（样例）", ["贴息编号", "所属贷款", "计息起", "计息止（不含）", "计提日期", "拨付日期", "备注"], claims, "填报单位：区人力资源和社会保障局", notes=["注：利息、贴息和各级分担按规则算定，不用填写。"])
    return [Sheet("loan_fund", "担保基金", "担保基金存入台账（样例）", ["凭证号", "存入单位", "经办银行", "存入日期", "金额（万元）", "文号", "备注"], deposits, "填报单位：区人力资源和社会保障局　　单位：万元", totals=["金额（万元）"]), Sheet("subsidy_fund", "贴息资金", "创业担保贷款贴息资金拨款（样例）", ["拨款文号", "拨入单位", "资金级次", "到账日期", "拨款金额（万元）", "备注"], budget, "填报单位：区人力资源和社会保障局　　单位：万元", totals=["拨款金额（万元）"]), Sheet("startup_loan", "贷款", "创业担保贷款发放台账（样例）", columns, rows, "填报单位：区人力资源和社会保障局　　单位：元", groups=[("贷款", "审批日期", "年利率（%）")], totals=["贷款金额"], repeat=50, notes=["注：只计发放的；审批未发放的不计。"]), subsidies]


def employment():
    chance = dice("employment")
    rows = []
    for town in TOWNS:
        for month in range(1, 8):
            new = chance.randrange(28, 75)
            rows.append([town, f"2024年{month}月", later(day(f"2024-{month + 1:02}-01"), 2), new, new // 4, new // 9, MARK])
    return [Sheet("employment", "就业月报", "城镇新增就业月报（样例）", ["镇（街道）", "月份", "填报日期", "城镇新增就业（人）", "其中：失业人员再就业（人）", "其中：就业困难人员就业（人）", "备注"], rows, "填报单位：区人力资源和社会保障局", merged=["镇（街道）"], groups=[("就业人数", "城镇新增就业（人）", "其中：就业困难人员就业（人）")], totals=["城镇新增就业（人）"], notes=["注：再就业、困难人员就业是其中数，不相加。"])]


def job_cases():
    """Registered unemployed of the half-year, without names; some found work, one counts only once."""
    hard = [None, "大龄失业人员", None, "长期失业人员", None, None]
    rows = []
    for n in range(18):
        registered = later(day("2024-01-08"), n * 8)
        placed = later(registered, 35) if n % 3 != 2 and n < 16 else None
        kind = hard[n % 6]
        rows.append([f"样例-SY{n + 1:03}", TOWNS[n % 11], registered, ["合同到期", "单位解除合同", "毕业未就业"][n % 3], kind, registered if kind else None, placed, ["单位就业", "灵活就业"][n % 2] if placed else None, ["社保缴费", "灵活就业承诺"][n % 2] if placed else None, "是" if n == 13 else None, "已就业" if placed else "失业登记", MARK])
    return Sheet("job_case", "失业登记", "失业登记和再就业台账（样例，不含个人信息）", ["登记编号", "镇（街道）", "失业登记日期", "失业原因", "困难人员类别", "困难认定日期", "就业日期", "就业形式", "就业凭据", "本年同项已计过", "环节", "备注"], rows, "填报单位：区人力资源和社会保障局")


def schools():
    rows = [
        ["光明路小学北校区", "光明路街道", "小学", "新校区", day("2024-02-26"), "2024年三季度", None, None, None, None, "前期", MARK + "；名称见于半年报告，日期为虚构"],
        ["样例·中兴幼儿园", "中兴路街道", "幼儿园", "扩建", day("2023-05-15"), "2023年四季度", day("2023-11-20"), "2024年三季度", None, 270, "在建", MARK],
        ["样例·青石山中学", "青石山街道", "初中", "改建", day("2022-09-13"), "2023年一季度", day("2023-03-06"), "2024年三季度", day("2024-08-26"), 600, "投用", MARK],
    ]
    reforms = [[f"样例·{name}", "区教育体育局", day("2024-01-15"), "样例·举措", "2024年四季度", schools_, MARK] for name, schools_ in [("集团化办学", 8), ("教师交流轮岗", 12), ("课后服务", 20), ("校园餐改革", 15)]]
    care = [[f"样例·托育机构{n:02}", STREETS[n % 9], ["社区托育", "幼儿园托班", "独立机构"][n % 3], "是" if n % 3 else "否", day("2023-02-06") if n < 7 else day("2024-07-08"), None, 30 + n * 5, 20 + n * 3, MARK] for n in range(9)]
    return [
        Sheet("school", "学校建设", "学校建设台账（样例）", ["学校（校区）", "所在镇街", "学段", "建设性质", "立项日期", "计划奠基（开工）", "开工日期", "计划投用", "投用日期", "新增学位", "环节", "备注"], rows, "填报单位：区教育体育局"),
        Sheet("education_reform", "教育改革", "教育改革清单（样例）", ["改革事项", "牵头单位", "列入日期", "主要举措", "完成时限", "覆盖学校", "备注"], reforms, "填报单位：区教育体育局", merged=["牵头单位"]),
        job_cases(),
        Sheet("childcare", "托育", "托育机构一览表（样例）", ["机构名称", "所在镇街", "机构类型", "是否普惠", "备案日期", "停办日期", "托位", "在托婴幼儿", "备注"], care, "填报单位：区卫生健康委员会", totals=["托位"]),
    ]


def party():
    chance = dice("party")
    stars = ["得星", "得星", "得星", "得星", "未得"]
    branches = []
    for n in range(30):
        got = [stars[(n + k * (n % 3 + 1)) % 5] if n % 6 else "得星" for k in range(5)]
        branches.append([f"样例·支部{n + 1:02}", TOWNS[n % 11], "村" if n % 3 == 0 else "社区", "2023年"] + got + [got.count("得星"), day("2024-02-28"), day("2025-02-27"), MARK])
    requests = []
    for n in range(40):
        collected = between(chance, "2024-01-08", "2024-08-22")
        answered = later(collected, 2 + n % 9)
        answered = answered if answered <= day("2024-08-25") else None
        requests.append([f"样例-LH{n + 1:03}", TOWNS[n % 11], f"样例·社区{n % 5 + 1}", ["环境卫生", "物业", "邻里纠纷", "就业", "看病养老", "房屋"][n % 6], spoken(collected), spoken(answered), "已办理" if answered else None, ("满意" if n % 5 else "基本满意") if answered else None, "已答复" if answered else "已收集", MARK])
    return [
        Sheet("branch", "五星支部", "“五星”支部命名情况（样例）", ["支部名称", "所属镇街", "支部类别", "创建年度", "支部过硬星", "产业兴旺星", "生态宜居星", "平安法治星", "文明幸福星", "星数", "命名日期", "有效期至", "备注"], branches, "填报单位：区委组织部", groups=[("各星评定", "支部过硬星", "文明幸福星")], merged=["创建年度"]),
        Sheet("household_request", "联户诉求", "党员联户诉求台账（样例）", ["诉求编号", "所属镇街", "村（社区）", "诉求类别", "收集日期", "答复日期", "办理结果", "群众评价", "环节", "备注"], requests, "填报单位：区委组织部"),
        Sheet("member_household", "党员联户", "党员联户台账（样例）", ["联户编号", "所属镇街", "村（社区）", "联户党员", "联系起", "联系止", "联系户数", "其中：困难户", "本年走访（次）", "联系方式", "备注"], [
            [f"样例-LX{n + 1:03}", TOWNS[n % 11], f"样例·社区{n % 5 + 1}", f"样例·党员{n + 1:02}", day("2024-01-15"), day("2024-05-31") if n == 12 else None, 6 + n % 9, n % 3, 2 + n % 5, ["就近", "亲缘", "业缘"][n % 3], MARK] for n in range(44)
        ], "填报单位：区委组织部", totals=["联系户数"]),
    ]
