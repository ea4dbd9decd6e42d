"""Acts of the sample's people that no workbook can bring, written to acts.toml: a vote with its paper, ballots that only
their judges cast, payments that three people ask for, approve and make, and the steps that cases in hand stand at."""
import datetime

import city
import follow
import innovation
import life
import projects
from common import day, later

HEAD = """# 要本人签字、投票、审批，或者要附佐证的事项，由 make.py 写成；都是样例。by 是登录名，of 是前面事项的名字或者编号，
# make 是流转，paper 是随附的佐证。after = "release" 的在半年通报发布以后才办。
"""
LATE = day("2024-07-01")
ACTS = []


def act(by, register, on, *, name=None, of=None, make=None, paper=None, **cells):
    ACTS.append({"by": by, "register": register, "name": name, "of": of, "make": make, "on": on, "paper": paper, "set": {key.rstrip("_"): value for key, value in cells.items()}})


def paper(title, *lines):
    return "\n".join([f"样例·{title}", *lines, "本件为样例，内容虚构。"])


def plans():
    """Three of four plans went on: one is finished, one approved, one hangs out; the fourth is only drafted."""
    by = "zhangce.rural"
    for number, voted, present, posted, approved, finished in [
        ("样例-FA04", "2024-03-16", 152, "2024-03-18", "2024-03-29", "2024-06-21"),
        ("样例-FA01", "2024-05-25", 168, "2024-05-27", "2024-06-06", None),
        ("样例-FA02", "2024-07-20", 150, "2024-08-24", None, None),
    ]:
        vote = paper("村民会议表决记录", f"方案：{number}", f"实到 {present} 户，赞成 {present - 21} 户。")
        act(by, "village_plan", day(voted), of=number, make="vote", paper=vote, present=present, agreed=present - 21)
        act(by, "village_plan", day(posted), of=number, make="post", posted_from=posted)
        if approved:
            act(by, "village_plan", day(approved), of=number, make="approve", cap_days=5, cap_value=60, cap_document="样例·省级办法第八条", heads=826, approval=f"样例镇政〔2024〕{int(number[-1]) + 10}号")
        if finished:
            act(by, "village_plan", day(finished), of=number, make="finish")


JUDGES = ["pingwei.1", "pingwei.2", "pingwei.3"]


def ballots():
    """Two visits of the district: the summer's is published, the one of late August is still being judged."""
    stops = [
        ("样例·夏季观摩", "夏季看推进", "2024-07-16", "2024-07-18", n, town, marks)
        for n, (town, marks) in enumerate([("焦店镇", (94.5, 92, 93)), ("光明路街道", (91, 90.5, 92.5)), ("西高皇街道", (88, 89.5, 90)), ("青石山街道", (86, 87, 85))], 1)
    ]
    stops += [("样例·人居环境观摩", "夏季看推进", "2024-08-26", "2024-08-30", 1, "香山街道筹备组", (90, 88, None)), ("样例·人居环境观摩", "夏季看推进", "2024-08-26", "2024-08-30", 2, "湛河北路街道", (None, 85.5, None))]
    for event, season, held, closes, n, town, marks in stops:
        name = f"{event}{n}"
        act("ducha", "contest", day(held), name=name, event=event, season=season, organiser="区", held_on=held, entry=f"样例·{event[3:]}点{n:02}", town=town, group="镇街组", closes_on=closes, method="平均", publish="公布分数和名次", judges=3)
        for judge, mark in zip(JUDGES, marks):
            ballot = f"{name}·{judge}"
            act("ducha", "ballot", day(held), name=ballot, stop=name, judge=judge, issued_on=held)
            if mark:
                cast = later(day(held), 1)
                act(judge, "ballot", cast, of=ballot, make="cast", cast_on=cast, mark=mark)
    ranked = [stop for stop in stops if stop[0] == "样例·夏季观摩"]
    for rank, (event, _, _, _, n, town, marks) in enumerate(ranked, 1):
        prize = {1: 20, 2: 10, 3: 5}.get(rank)
        cells = {"prize": prize} if prize else {}
        act("ducha", "contest", day("2024-07-24"), of=f"{event}{n}", make="publish", rank=rank, score=f"{sum(marks) / 3:.2f}", published_on="2024-07-24", review_by="2024-10-22", document="样例督查〔2024〕9号", **cells)
        if prize:
            award = f"样例-JL1{rank:02}"
            act("ducha", "award", day("2024-07-25"), number=award, event="样例·全区“夏季看推进”观摩评比", unit=town, stop=f"{event}{n}", kind="观摩评比", giver="区", announced_on="2024-07-25", announced=prize)
            if rank < 3:
                act("ducha", "award", day("2024-08-12"), of=award, make="receive", received_on="2024-08-12", received=prize)


def weekday(on):
    """That day, or the Monday after it: nobody pays on a Sunday."""
    return later(on, {5: 2, 6: 1}.get(on.weekday(), 0))


def in_two_years(issued):
    """The last day of a voucher: two years on, and on to the next working day."""
    from recount import rolled

    return rolled(issued.replace(year=issued.year + 2))


def vouchers():
    """Purchases since March are paid by stages, by three people; one voucher is split, one inherited, one lost, one frozen."""
    office, approver, payer = "zhangce.city", "shenpi.fang", "zhifu.fang"
    sheets = {sheet.register: sheet for sheet in city.housing()}
    uses = [dict(zip(sheets["voucher_use"].columns, row)) for row in sheets["voucher_use"].rows]
    unpaid = [use for use in uses if use["结算日期"] is None]
    for n, use in enumerate(unpaid, 1):
        number, asked = f"样例-FK{n:03}", weekday(later(use["备案日期"], 12))
        if asked > day("2024-08-27"):
            continue
        act(office, "voucher_payment", asked, name=number, number=number, purchase=use["购房合同编号"], occasion="备案", payee=use["预售资金监管账户"], asked_on=asked)
        # 最后两笔一笔待审批，一笔待支付。
        if n < len(unpaid):
            approved = weekday(later(asked, 2))
            if approved <= day("2024-08-27"):
                act(approver, "voucher_payment", approved, of=number, make="approve")
        if n < len(unpaid) - 1:
            paid = weekday(later(asked, 5))
            if paid <= day("2024-08-27"):
                act(payer, "voucher_payment", paid, of=number, make="pay", paid_on=paid)
    # 现房先交付的，交付以后付第二笔。
    first = unpaid[1]
    act(office, "voucher_use", day("2024-07-10"), of=first["购房合同编号"], handed_over_on="2024-07-10")
    act(office, "voucher_payment", day("2024-07-15"), name="样例-FK101", number="样例-FK101", purchase=first["购房合同编号"], occasion="交付", payee=first["预售资金监管账户"], asked_on="2024-07-15")
    act(approver, "voucher_payment", day("2024-07-17"), of="样例-FK101", make="approve")
    act(payer, "voucher_payment", day("2024-07-22"), of="样例-FK101", make="pay", paid_on="2024-07-22")
    # 面值是票面奖励的二十一倍，转走的奖励按比例。
    for no, source, kind, amount, on, more in [
        (1, "样例FP0002", "拆分", 138_600, "2024-06-12", {}),
        (2, "样例FP0004", "继承", 384_300, "2024-07-09", {"relation": "子女", "paper_": "样例公证〔2024〕12号"}),
        (3, "样例FP0010", "挂失补发", 522_900, "2024-08-06", {"paper_": "样例·七月十六日挂失公告"}),
    ]:
        target = f"样例FP01{no:02}"
        town, issued = next((row[1], row[8]) for row in sheets["voucher"].rows if row[0] == source)
        if kind == "挂失补发":
            act(office, "voucher", day("2024-07-16"), of=source, make="lose", note="样例·挂失，公告期满补发新票")
        act(office, "voucher_move", day(on), number=f"样例-CZ{no:02}", voucher=source, target=target, kind=kind, amount=amount, moved_on=on, **more)
        act(office, "voucher", day(on), number=target, town=town, source=kind, issued_on=on, since=issued, version="sample", valid_until=in_two_years(issued), note="样例")
        if kind == "继承":
            act(office, "voucher", day(on), of=source, make="use_up")
    act(office, "voucher", day("2024-08-19"), of="样例FP0012", make="freeze")
    for flat, make, on, cells in [("样例FY002", "lock", "2024-08-27", {"lock_no": "样例FP0014", "lock_price": 589_000}), ("样例FY005", "unlist", "2024-08-13", {"unlisted_on": "2024-08-13"}), ("样例FY027", "deliver", "2024-07-10", {})]:
        act(office, "flat", day(on), of=flat, make=make, **cells)
    act(office, "housing_project", day("2024-08-14"), developer="样例·在库房企0", town="曙光街街道", filed_on="2024-08-14", **{"name_": "样例·新居4"})
    act(office, "housing_project", day("2024-08-16"), of="样例·新居3", make="pause")
    act(office, "developer", day("2024-08-12"), of="样例·开发企业7", make="leave", why="样例·不再参加房源超市")
    act(office, "developer", day("2024-08-05"), of="样例·开发企业0", make="review", credit="无不良记录")
    act(office, "estate", day("2024-07-05"), of="样例·楼盘03", make="resume", resumed_on="2024-07-05")
    act(office, "estate", day("2024-07-16"), of="样例·楼盘04", make="resume", resumed_on="2024-07-16")
    act(office, "estate", day("2024-08-22"), of="样例·楼盘04", make="deliver", delivered=180)
    act(office, "estate", day("2024-08-06"), town="矿工路街道", kind="逾期交付", listed_on="2024-08-06", flats=96, note="样例", **{"name_": "样例·楼盘08"})


def open_rows(sheet, number, until, on):
    """Rows that are not over yet: number, day, cells; the earliest first."""
    rows = [dict(zip(sheet.columns, row)) for row in sheet.rows]
    read = lambda cell: cell if isinstance(cell, datetime.date) else datetime.date(*map(int, cell.split(".")))
    return sorted(((row[number], read(row[on]), row) for row in rows if row[until] is None), key=lambda one: one[1])


# 到期没有续办的，七月核实以后退出。
EXPIRED = [row[0] for row in innovation.qualifications().rows if row[3] == "科技型中小企业" and row[9] == day("2024-03-31")][:3]


def cases():
    """Cases in hand stand at different steps, as they would on any day."""
    project, desk = "zhangce.project", "zhangce.livelihood"
    asked = open_rows(city.bottom_lines()[0], "隐患编号", "销号日期", "发现日期")
    for number, found, row in asked[:4]:
        act("zhangce.safety", "hazard", later(found, 2), of=number, make="assign", measures="样例·更换、加固")
        if number in (asked[1][0], asked[3][0]):
            act("zhangce.safety", "hazard", later(found, 9), of=number, make="report")
    for number, raised, row in open_rows(innovation.attraction()[1], "诉求编号", "解决日期", "提出日期")[:1]:
        act("zhangce.investment", "firm_request", later(row["答复日期"], 1), of=number, make="follow")
    act("zhangce.investment", "firm_request", day("2024-08-12"), number="样例-SQ026", firm="样例·启源电气科技有限公司", town="西高皇街道", kind="融资", matter="样例·流动资金周转", raised_on="2024-08-12", unit="区财政局")
    act("zhangce.investment", "firm_request", day("2024-08-26"), number="样例-SQ027", firm="样例·瑞能信息技术有限公司", town="焦店镇", kind="用工", matter="样例·招聘技工", raised_on="2024-08-26", unit="区人力资源和社会保障局")
    agent = "daiban.jiaodian"
    for number, matter, on in (("样例-XT101", "用气", "2024-08-14"), ("样例-XT102", "道路", "2024-08-12"), ("样例-XT103", "用工", "2024-08-26"), ("样例-XT104", "资金", "2024-07-15")):
        act(agent, "coordination", day(on), number=number, project=projects.TRAINING, factor=matter, matter=f"样例·请求协调{matter}", above="区属", raised_on=on, unit="区发展和改革委员会")
    act(project, "coordination", day("2024-08-15"), of="样例-XT102", make="sign")
    act(agent, "coordination", day("2024-08-22"), of="样例-XT102", make="escalate")
    act(project, "coordination", day("2024-08-27"), of="样例-XT103", make="sign")
    act(project, "coordination", day("2024-07-18"), of="样例-XT104", make="answer", answer="样例·分两批安排", answered_on="2024-07-18", promised_on="2024-09-20")
    act(agent, "coordination", day("2024-07-25"), of="样例-XT104", make="follow")
    late_first = open_rows(city.bottom_lines()[1], "信访编号", "答复日期", "登记日期")
    for number, on, _ in late_first[-4:]:
        accepted = later(on, 5)
        if accepted <= day("2024-08-28"):
            act("zhangce.safety", "petition", accepted, of=number, make="accept", accepted_on=accepted)
    act("zhangce.safety", "petition", day("2024-08-23"), of="样例-XF001", make="review")
    for number, on, _ in open_rows(innovation.licences()[0], "受理编号", "办成日期", "申请日期"):
        accepted = later(on, 3)
        act("zhangce.innovation", "licence_case", accepted, of=number, make="accept", accepted_on=accepted)
        act("zhangce.innovation", "licence_case", later(accepted, 2), of=number, make="ask")
        break
    act("zhangce.innovation", "licence_case", day("2024-08-01"), of="样例-ZH001", make="begin", began_on="2024-08-01")
    for n, on, assigned in ((1, "2024-08-06", "2024-08-08"), (2, "2024-08-19", "2024-08-21"), (3, "2024-08-27", None)):
        act("zhangce.party", "household_request", day(on), number=f"样例-LH10{n}", town="光明路街道", community="样例·社区2", kind="物业", matter="样例·楼道灯不亮", collected_on=on)
        if assigned:
            act("zhangce.party", "household_request", day(assigned), of=f"样例-LH10{n}", make="assign", unit="光明路街道")
    waiting = open_rows(city.management()[4], "检查编号", "整改日期", "检查日期")
    for number, on, row in waiting:
        if row["发现问题"]:
            act("zhangce.city", "creation_check", later(on, 1), of=number, make="dispatch", unit="区城市管理局")
    act("zhangce.city", "creation_check", later(waiting[-1][1], 6), of=waiting[-1][0], make="fix", fixed_on=later(waiting[-1][1], 6))
    number, on, _ = open_rows(city.management()[2], "案件编号", "处置日期", "发现日期")[-1]
    act("zhangce.city", "road_ticket", later(on, 3), of=number, make="handle", handled_on=later(on, 3))
    # 任务：签收、申请销号、撤销。
    table = next(sheet for sheet in follow.supervised() if sheet.register == "task")
    waiting = open_rows(table, "任务编号", "完成日期", "交办日期")
    for at, (number, on, row) in enumerate(waiting):
        if row["责任单位"] == "焦店镇":
            act("fuze.jiaodian", "task", later(on, 2), of=number, make="accept")
        elif row["责任单位"] == "区发展和改革委员会":
            act("fuze.fagai", "task", later(on, 3), of=number, make="accept")
            act("fuze.fagai", "task", day("2024-08-27"), of=number, make="submit")
    act("ducha", "task", day("2024-08-20"), of=waiting[1][0], make="cancel")
    # 半年报表：一家签署，一家审核，一家退回，一家还在填。
    for at, (unit, current, steps) in enumerate([("区民政局", 26, ("submit", "review", "sign")), ("区财政局", 65, ("submit", "review")), ("区教育体育局", 2, ("submit", "return")), ("区卫生健康委员会", None, ())]):
        name = f"半年报表{at}"
        cells = {"current": current, "filled_on": "2024-07-08"} if current else {}
        act("tongji", "report", day("2024-07-01"), name=name, form="样例-DD02", unit=unit, month="2024-06", item="样例·年度重点工作完成", measure="项", basis="调度", issued_on="2024-07-01", due_on="2024-07-15")
        act("tongji", "report", day("2024-07-01"), of=name, make="issue", issued_on="2024-07-01")
        if cells:
            act("tongji", "report", day("2024-07-08"), of=name, **cells)
        for step, on in zip(steps, ("2024-07-09", "2024-07-11", "2024-07-12")):
            more = {"submit": {"submitted_on": on}, "sign": {"signed_current": current}}.get(step, {})
            act("tongji", "report", day(on), of=name, make=step, **more)
    act("zhangce.innovation", "rd_project", day("2024-07-31"), of="样例-YF01", make="end", ended_on="2024-07-31")
    act("zhangce.innovation", "rd_project", day("2024-08-16"), of="样例-YF02", make="stop")
    for number in EXPIRED:
        act("zhangce.innovation", "qualification", day("2024-07-10"), of=number, make="lapse", until="2024-03-31")
    for number, make, on in [("样例-YL001", "operate", "2024-07-08"), ("样例-YL002", "operate", "2024-07-08"), ("样例-YL005", "operate", "2024-05-20"), ("样例-YL008", "operate", "2024-07-15"), ("样例-YL012", "idle", "2024-08-05"), ("样例-YL043", "sign", "2024-08-01"), ("样例-YL044", "sign", "2024-07-11")]:
        act("zhangce.rural", "courtyard", day(on), of=number, make=make)
    act("zhangce.rural", "courtyard", day("2024-08-12"), of="样例-YL044", make="start", started_on="2024-08-12")
    # 教育改革事项完成要附佐证。
    for name, on in (("集团化办学", "2024-06-20"), ("课后服务", "2024-03-29")):
        act(desk, "education_reform", day(on), of=f"样例·{name}", make="finish", done_on=on, paper=paper("改革事项完成报告", f"事项：{name}"))
    # 八月申请的贷款，还在审核路上。
    for n, steps in ((1, ()), (2, ("check",)), (3, ("check", "vet")), (4, ("refuse",))):
        name = f"样例SQ{n:03}"
        act(desk, "startup_loan", day("2024-08-19"), name=name, town="光明路街道", borrower_kind="个人", group="高校毕业生", business="样例·网店", amount=200_000, note="样例", iou=name)
        for at, step in enumerate(steps):
            cells = {"check": {"eligibility": "样例·毕业两年内", "group": "高校毕业生"}, "vet": {"guarantee": "免反担保"}, "refuse": {"note": "样例·不在户籍地"}}[step]
            act(desk, "startup_loan", later(day("2024-08-21"), at * 2), of=name, make=step, **cells)
    for number, make, on, cells in [("样例-SY015", "leave", "2024-06-28", {})]:
        act(desk, "job_case", day(on), of=number, make=make, **cells)
    act(project, "city_work", day("2024-07-22"), of="样例·河道治理03标段", make="pause")
    act(project, "project", day("2024-08-09"), of="样例·背街小巷提升项目", make="pause")
    act(project, "project", day("2024-08-20"), of="样例·短剧摄制棚项目", make="try", trial_on="2024-08-20")
    act(project, "project", day("2024-08-27"), of="样例·短剧摄制棚项目", make="produce", produced_on="2024-08-27")


def text(value):
    if isinstance(value, datetime.date):
        value = value.isoformat()
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def write(folder):
    ACTS.clear()
    for part in (plans, ballots, vouchers, cases):
        part()
    # 一天一天办；同一天的按写下的先后。
    ACTS.sort(key=lambda one: one["on"])
    lines = [HEAD]
    for one in ACTS:
        lines.append("[[act]]")
        lines += [f"{key} = {text(one[key])}" for key in ("by", "register", "name", "of", "make", "on", "paper") if one[key] is not None]
        if one["set"]:
            lines.append("set = { " + ", ".join(f"{key} = {text(value)}" for key, value in one["set"].items()) + " }")
        if one["on"] >= LATE:
            lines.append('after = "release"')
        lines.append("")
    (folder / "acts.toml").write_text("\n".join(lines), encoding="utf-8", newline="\n")
    return len(ACTS)
