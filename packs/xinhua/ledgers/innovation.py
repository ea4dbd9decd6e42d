"""Sample ledgers of firms, qualifications, platforms, the digital base and attraction (S5, S6, S19)."""
from common import MARK, TOWNS, between, credit_code, day, dice, dotted, later
from shapes import Sheet

FIRMS = 70
OPENING_DAY = "2024-04-26"


def firm_name(number):
    head = ["启源", "恒拓", "中科汇", "鹰城云", "瑞能", "锐检", "湛蓝", "香山", "鸿博", "智联"][number % 10]
    tail = ["电气科技", "新材料", "信息技术", "智能装备", "环保科技", "检测技术", "储能技术"][number // 10 % 7]
    return f"样例·{head}{tail}有限公司"


def enterprises():
    chance = dice("enterprise")
    chains = ["电气装备", "新能源储能", "新材料", "数字产业", "文旅康养", "未列入"]
    rows = []
    for number in range(FIRMS):
        staff = chance.randrange(12, 260)
        sales = chance.randrange(300, 18000)
        above = number % 9 == 0
        rows.append([
            firm_name(number), credit_code(number + 1), TOWNS[number % 11], "高新技术产业园" if number % 3 == 0 else None, chains[number % 6],
            f"{2008 + number % 14}年", day("2023-01-03"), "存续", staff, max(staff // (4 + number % 5), 1), sales, round(sales * (3 + number % 6) / 100, 2), number % 7, number % 5, "是", "否", "是" if number % 3 else "否",
            "是" if above else "否", "2023年12月" if above else None, "高新技术企业" if number % 4 == 0 else "科技型中小企业", "样例·服务专员", MARK,
        ])
    columns = [
        "企业名称", "统一社会信用代码", "所属镇（街道）", "所属园区", "产业链", "成立时间", "入册日期", "登记状态", "职工总数（人）", "其中：科技人员（人）", "营业收入（万元）", "研发费用（万元）",
        "发明专利（件）", "Ⅱ类知识产权（件）", "境内注册居民企业", "属于禁止、限制和淘汰类", "是否属于高新技术领域", "是否规上（限上）", "入统时间", "培育方向", "服务专员", "备注",
    ]
    return [
        Sheet("enterprise", "企业", "新华区科技企业培育台账（样例）", columns, rows, "填报单位：区工业和信息化科技局　　单位：万元", groups=[("上年度", "职工总数（人）", "研发费用（万元）"), ("规上情况", "是否规上（限上）", "入统时间")], totals=["营业收入（万元）", "研发费用（万元）"], total_on_top=True),
        qualifications(),
    ]


def qualifications():
    """52 SME numbers of which 40 hold on 30 June; 5 first certificates in the half-year out of 11."""
    chance = dice("qualification")
    rows = []

    def add(firm, kind, grade, award, awarded, until, revoked=None, batch=None):
        code = {"科技型中小企业": "KX", "高新技术企业": "GQ"}.get(kind, "ZT")
        number = f"样例{awarded.year}{code}{len(rows) + 1:04}"
        rows.append([number, credit_code(firm + 1), firm_name(firm), kind, grade, award, batch, f"样例公告〔{awarded.year}〕\u00a0{len(rows) % 9 + 1}号", awarded, until, revoked, "撤销" if revoked else "有效", MARK])

    sme = "科技型中小企业"
    for number in range(40):
        # 六月三十日入库的也算。
        awarded = day("2024-06-30") if number == 39 else between(chance, "2024-03-04", "2024-06-28")
        add(number, sme, "国家级", "重新认定" if number < 15 else "首次认定", awarded, day("2025-03-31"), batch=f"2024年第{1 + number // 14}批")
    for number in range(40, 47):
        add(number, sme, "国家级", "首次认定", between(chance, "2023-04-10", "2023-09-28"), day("2024-03-31"), batch="2023年第3批")
    for number in range(47, 51):
        add(number, sme, "国家级", "首次认定", day(["2024-07-01", "2024-07-10", "2024-07-25", "2024-08-12"][number - 47]), day("2025-03-31"), batch="2024年第4批")
    add(51, sme, "国家级", "首次认定", day("2024-05-13"), day("2025-03-31"), day("2024-06-20"), "2024年第2批")
    hnte = "高新技术企业"
    for number in range(5):
        add(number * 4, hnte, "国家级", "首次认定", day(["2024-01-12", "2024-02-28", "2024-04-15", "2024-05-21", "2024-06-28"][number]), day("2027-06-27"))
    for number in range(2):
        add(20 + number * 4, hnte, "国家级", "重新认定", day("2024-03-18"), day("2027-03-17"))
    for number in range(3):
        add(28 + number * 4, hnte, "国家级", "首次认定", day("2023-11-22"), day("2026-11-21"))
    add(44, hnte, "国家级", "首次认定", day("2024-07-05"), day("2027-07-04"))
    for number in range(6):
        add(3 + number * 7, "专精特新中小企业" if number else "专精特新“小巨人”", "省级" if number else "国家级", "首次认定", between(chance, "2023-05-10", "2024-07-20"), day("2026-12-31"))
    columns = ["证书（入库）编号", "统一社会信用代码", "企业名称", "资质类别", "级别", "认定方式", "批次", "公告文号", "认定（入库）日期", "有效期至", "撤销日期", "环节", "备注"]
    return Sheet(
        "qualification", "资质", "企业资质一览表（样例）", columns, rows, "填报单位：区工业和信息化科技局　　2024年8月", blank_lines=1, groups=[("认定", "认定方式", "有效期至")], sections="资质类别",
        notes=["注：1.科技型中小企业有效期到次年三月三十一日，过期没有更新的不再计数。", "\u3000\u30002.高新技术企业重新认定不算新增。"],
    )


def platforms():
    lab = "储能电池及新材料实验室"
    rows = [
        ["样例·智能配电工程技术研究中心", "工程技术研究中心", "省级", "西高皇街道", firm_name(0), None, "2024-02-06", "样例科〔2024〕\u00a03号"],
        ["样例·绝缘新材料工程技术研究中心", "工程技术研究中心", "市级", "光明路街道", firm_name(11), None, "2024-04-19", "样例科〔2024〕\u00a011号"],
        ["样例·储能系统工程技术研究中心", "工程技术研究中心", "市级", "焦店镇", firm_name(60), None, "2024-06-30", "样例科〔2024〕\u00a020号"],
        ["样例·电缆检测工程技术研究中心", "工程技术研究中心", "市级", "新新街街道", firm_name(25), None, "2023-11-15", "样例科〔2023〕\u00a041号"],
        ["样例·环保装备工程技术研究中心", "工程技术研究中心", "市级", "中兴路街道", firm_name(42), None, "2024-07-02", "样例科〔2024〕\u00a023号"],
        ["样例·碳材料工程技术研究中心", "工程技术研究中心", "区级", "焦店镇", firm_name(13), None, "2024-03-08", "样例科〔2024〕\u00a06号"],
        ["样例·新型储能工程研究中心", "工程研究中心", "省级", "西高皇街道", firm_name(64), None, "2024-05-10", "样例发改〔2024〕\u00a017号"],
        [lab, "共建实验室", "市级", "焦店镇", None, "银河重装、平顶山学院", "2024-03-22", None],
        ["样例·数字内容孵化器", "孵化器", "市级", "湛河北路街道", firm_name(32), None, "2023-06-01", "样例科〔2023〕\u00a018号"],
    ]
    table = [row[:6] + [dotted(day(row[6])), row[7], MARK + ("；名称和共建单位见于半年报告，日期为虚构" if row[0] == lab else "")] for row in rows]
    columns = ["平台名称", "平台类别", "级别", "所在镇街", "依托单位", "共建单位", "批准日期", "批准文号", "备注"]
    return [Sheet("platform", "研发平台", "研发平台台账（样例）", columns, table, "填报单位：区工业和信息化科技局", notes=["注：工程技术研究中心和工程研究中心分属两条线，不可混算。"])]


def tenants():
    chance = dice("tenant")
    base = "数字产业创新基地"
    rows = [
        ["网易联创", None, base, "湛河北路街道", "运营商", "其他", day(OPENING_DAY), "是", None, None, None, MARK + "；名称见于半年报告，日期为虚构"],
        ["央广视讯", None, base, "湛河北路街道", "合作方", "其他", day(OPENING_DAY), "是", None, None, None, MARK + "；名称见于半年报告，日期为虚构"],
    ]
    kinds = ["微短剧", "直播电商", "软件信息", "数字设计", "投资服务"]
    for number in range(35):
        if number < 25:
            moved, opening = day(OPENING_DAY), "是"
        elif number < 28:
            moved, opening = later(day(OPENING_DAY), 3), "否"
        else:
            moved, opening = between(chance, "2024-05-06", "2024-08-20"), "否"
        # 两家首日入驻的后来搬走了：首日的数不变，在驻的数要减。
        out = day("2024-06-14") if number == 7 else day("2024-07-31") if number == 18 else None
        # 做软件的已经在企业台账里，入驻连到企业名片。
        kind, listed = kinds[number % 5], number % 5 == 2
        name, firm = (firm_name(number), credit_code(number + 1)) if listed else (f"样例·{kind}企业{number + 1:02}", None)
        rows.append([name, firm, base, "湛河北路街道", "入驻企业", kind, moved, opening, out, 40 + number * 6, 4 + number % 9, MARK])
    columns = ["入驻企业", "在册企业", "基地名称", "所在镇街", "入驻身份", "主营业务", "入驻日期", "是否开园首日入驻", "搬离日期", "使用面积（平方米）", "在岗人数", "备注"]
    return [Sheet("tenant", "入驻", "数字产业创新基地入驻企业台账（样例）", columns, rows, "填报单位：数字产业创新基地服务中心　　2024年8月", merged=["基地名称", "所在镇街"], groups=[("入驻情况", "入驻日期", "搬离日期")])]


def licences():
    chance = dice("licence")
    kinds = ["营业执照", "广播电视节目制作经营许可证", "网络文化经营许可证", "备案号"]
    rows = []
    for number in range(20):
        applied = between(chance, "2024-04-28", "2024-08-16")
        granted = later(applied, [1, 9, 8, 12][number % 4])
        granted = granted if granted <= day("2024-08-20") else None
        rows.append([f"样例-ZH{number + 1:03}", f"样例·微短剧企业{1 + number // 4 * 5:02}", kinds[number % 4], "湛河北路街道", "区行政审批和政务信息管理局", applied, later(applied, 1) if granted else None, granted, "办成" if granted else "已申请", MARK])
    columns = ["受理编号", "申请企业", "证号类别", "所在镇街", "办理部门", "申请日期", "受理日期", "办成日期", "环节", "备注"]
    stars = [["现代服务业专业园区", "光明路街道", "现代服务业专业园区", 1, "省级", "2024年5月", "样例·评定文件待补", MARK + "；星级见于半年报告，日期为虚构"]]
    return [
        Sheet("licence_case", "三证一号", "微短剧“三证一号”办理台账（样例）", columns, rows, "填报单位：区行政审批和政务信息管理局", merged=["所在镇街", "办理部门"]),
        Sheet("zone_star", "园区评星", "园区评星情况（样例）", ["园区名称", "属地", "园区类别", "星级", "评定级别", "评定日期", "评定文号", "备注"], stars, "填报单位：区发展和改革委员会"),
    ]


def research():
    chance = dice("research")
    projects = [[f"样例-YF{n:02}", f"样例·{firm_name(n)[3:5]}关键技术研究", TOWNS[n % 11], credit_code(n + 1), ["省级", "市级", "企业自立"][n % 3], between(chance, "2023-06-01", "2024-07-31"), 80 + n * 15, 10 + n, n % 3, MARK] for n in range(12)]
    years = []
    for n in range(16):
        for year in (2021, 2022, 2023):
            sales = 1_200 + n * 650 + (year - 2021) * 180
            spent = round(sales * (6 - n % 5) / 100, 2)
            years.append([credit_code(n + 1), f"{year}年", day(f"{year}-12-31"), day("2024-04-20"), sales, sales + 60, round(sales * (0.5 + n % 4 * 0.12), 2), spent, round(spent * 0.9, 2), round(sales * 0.88, 2), round(sales * 1.4, 2), "样例·年度审计报告", MARK])
    contracts = [[f"样例-JS{n:03}", TOWNS[n % 11], ["输出", "吸纳"][n % 2], ["开发", "服务", "转让"][n % 3], firm_name(n), "样例·外地企业", 50 + n * 22, 40 + n * 20, dotted(between(chance, "2024-01-05", "2024-08-20")), MARK] for n in range(16)]
    wrongs = [
        [credit_code(5), "重大安全事故", day("2023-03-14"), None, "区应急管理局", "样例应急〔2023〕\u00a04号", day("2023-04-10"), MARK],
        [credit_code(9), "严重环境违法", day("2024-05-20"), None, "市生态环境局新华分局", "样例环罚〔2024〕\u00a02号", day("2024-06-05"), MARK],
        [credit_code(12), "列入经营异常名录", day("2023-08-01"), day("2024-03-15"), "区市场监督管理局", "样例市监〔2023〕\u00a017号", day("2023-08-02"), MARK],
        [credit_code(15), "列入经营异常名录", day("2024-04-08"), None, "区市场监督管理局", "样例市监〔2024〕\u00a06号", day("2024-04-09"), MARK],
    ]
    return [
        Sheet("misconduct", "企业不良记录", "企业不良记录台账（样例）", ["统一社会信用代码", "类别", "发生（列入）日期", "移出日期", "认定部门", "认定文书号", "登记日期", "备注"], wrongs, "填报单位：区工业和信息化科技局"),
        Sheet("rd_project", "研发项目", "研发项目台账（样例）", ["立项编号", "课题名称", "所在镇街", "承担企业", "级别", "立项日期", "总经费（万元）", "其中：财政经费（万元）", "引进人才", "备注"], projects, "填报单位：区工业和信息化科技局"),
        Sheet("firm_year", "企业年度经营", "企业年度经营（样例）", ["统一社会信用代码", "年度", "年度截止日", "填报日期", "销售收入（万元）", "总收入（万元）", "高新技术产品（服务）收入（万元）", "研发费用（万元）", "其中：境内研发费用（万元）", "成本费用支出（万元）", "资产总额（万元）", "依据", "备注"], years, "填报单位：区工业和信息化科技局　　单位：万元"),
        Sheet("tech_contract", "技术合同", "技术合同登记台账（样例）", ["合同登记编号", "所在镇街", "方向", "合同类别", "卖方", "买方", "合同成交额（万元）", "其中：技术交易额（万元）", "登记日期", "备注"], contracts, "填报单位：区工业和信息化科技局", totals=["合同成交额（万元）"]),
    ]


def attraction():
    chance = dice("attraction")
    leads, requests, payments = [], [], []
    for n in range(20):
        found = between(chance, "2024-01-04", "2024-08-20")
        steps = [later(found, d) for d in (7, 40, 75, 110)]
        steps = [step if step <= day("2024-08-25") and index <= n % 5 else None for index, step in enumerate(steps)]
        stage = ["线索", "洽谈", "框架协议", "正式合同", "落地"][sum(1 for step in steps if step)]
        leads.append([f"样例-ZS{n + 1:03}", f"样例·意向项目{n + 1:02}", "区商务局", f"样例·投资方{n + 1:02}", ["电气装备", "新能源储能", "数字产业", "文旅康养"][n % 4], found] + steps + [1 + n % 6, 1 + n % 5 if steps[1] else None, 1 + n % 4 if steps[2] else None, stage, MARK])
    for n in range(24):
        raised = between(chance, "2024-01-08", "2024-08-22")
        planned = later(raised, 2 + n % 5)
        solved = later(planned, 10 + n % 30)
        solved = solved if solved <= day("2024-08-25") else None
        kind = ["用地", "用工", "融资", "政策", "审批", "水电气暖"][n % 6]
        requests.append([f"样例-SQ{n + 1:03}", firm_name(n), credit_code(n + 1), TOWNS[n % 11], kind, f"请求帮助解决{kind}问题", raised, "区工业和信息化科技局", "已制定方案", planned, later(planned, 30), solved, later(solved, 3) if solved else None, ("满意" if n % 4 else "基本满意") if solved else None, "已回访" if solved else "已答复", MARK])
    clauses = [[f"样例政〔2024〕{n}号", f"第{n}条", f"样例·{name}", "区财政局", "区内登记企业", "见条款", "样例标准", "是" if n % 2 else "否", day("2024-01-01"), day("2025-12-31"), 100 * n, MARK] for n, name in enumerate(["首次认定奖补", "研发费用奖补", "厂房租金补贴", "用工补贴"], 1)]
    for n in range(12):
        promised = between(chance, "2024-02-01", "2024-08-10")
        paid = later(promised, 20)
        paid = paid if paid <= day("2024-08-20") and n % 4 else None
        payments.append([f"样例-DX{n + 1:03}", "样例·首次认定奖补", firm_name(n * 4), credit_code(n * 4 + 1), "区财政局", promised, 10 + n, later(promised, 30), paid, 10 + n if paid else None, "已兑付" if paid else "已核定", MARK])
    return [
        Sheet("lead", "招商线索", "招商线索台账（样例）", ["线索编号", "意向项目", "跟进单位", "意向投资方", "产业链", "获得日期", "首次对接日期", "框架协议日期", "正式合同日期", "落地日期", "意向金额（亿元）", "框架金额（亿元）", "合同金额（亿元）", "环节", "备注"], leads, "填报单位：区商务局", groups=[("金额", "意向金额（亿元）", "合同金额（亿元）")]),
        Sheet("firm_request", "企业诉求", "企业诉求办理台账（样例）", ["诉求编号", "企业名称", "统一社会信用代码", "所在镇街", "诉求类别", "诉求内容", "提出日期", "承办单位", "答复意见", "答复日期", "承诺完成日期", "解决日期", "回访日期", "企业评价", "环节", "备注"], requests, "填报单位：区工业和信息化科技局"),
        Sheet("policy_clause", "政策条款", "惠企政策条款（样例）", ["政策文号", "条款号", "条款名称", "兑现单位", "适用对象", "条件", "兑现标准", "是否免申即享", "生效日期", "失效日期", "年度预算（万元）", "备注"], clauses, "填报单位：区财政局"),
        Sheet("policy_payment", "政策兑现", "惠企政策兑现台账（样例）", ["兑现编号", "政策条款", "企业名称", "统一社会信用代码", "兑现单位", "核定日期", "核定金额（万元）", "应付日期", "兑付日期", "兑付金额（万元）", "环节", "备注"], payments, "填报单位：区财政局", totals=["核定金额（万元）", "兑付金额（万元）"]),
    ]
