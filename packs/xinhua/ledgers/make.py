"""Makes the sample ledgers, their order, and units.csv. Run: python3 ledgers/make.py (needs openpyxl and xlwt).

All rows are invented and marked 样例; they add up to the published figures of 30 June 2024. The last step counts
them again, by rules written apart from the registers, and fails if a figure is not right.
"""
import datetime
import re
from pathlib import Path

import acts
import city
import follow
import goals
import innovation
import life
import projects
import recount
import units
from shapes import WRITERS

HERE = Path(__file__).resolve().parent

# 文件、表、导入人；没有自己日期的行记在 occurred_on 这一天。
LEDGERS = [
    ("01-项目台账.xlsx", projects.projects, "zhangce.project"),
    ("02-项目月进度.ods", projects.progress, "zhangce.project"),
    ("03-专人代办.xlsx", lambda: projects.agent_cases() + [follow.visits()], "zhangce.project"),
    ("04-要素协调.xls", projects.coordination, "zhangce.project"),
    ("06-科技企业和资质.xlsx", innovation.enterprises, "zhangce.innovation"),
    ("05-标准化厂房.xlsx", projects.parks, "zhangce.project"),
    ("07-研发平台.csv", innovation.platforms, "zhangce.innovation"),
    ("08-数字基地入驻.xlsx", innovation.tenants, "zhangce.innovation"),
    ("09-三证一号和评星.xlsx", innovation.licences, "zhangce.innovation"),
    ("10-研发项目和技术合同.xlsx", innovation.research, "zhangce.innovation"),
    ("11-片区.xlsx", projects.areas, "zhangce.project"),
    ("12-空心院落.xlsx", life.courtyards, "zhangce.rural"),
    ("13-文物.xls", follow.inspected, "zhangce.rural"),
    ("14-筹物筹劳.xlsx", lambda: life.village_works() + [follow.plans()], "zhangce.rural"),
    ("15-奖励资金和观摩评比.xlsx", life.prizes, "ducha"),
    ("16-老年助餐场所.xlsx", life.meals, "zhangce.livelihood"),
    ("17-创业担保贷款.xlsx", lambda: life.loans() + [follow.repayments()], "zhangce.livelihood"),
    ("18-就业月报.ods", life.employment, "zhangce.livelihood"),
    ("19-学校教改托育.xlsx", life.schools, "zhangce.livelihood"),
    ("20-城市工程.xlsx", follow.works, "zhangce.project"),
    ("21-问题楼盘和房票.xlsx", lambda: city.housing() + [follow.appropriations()], "zhangce.city"),
    ("22-物业路队环卫.xlsx", city.management, "zhangce.city"),
    ("23-党建.xlsx", life.party, "zhangce.party"),
    ("24-攻坚任务和目标.xlsx", follow.supervised, "ducha"),
    ("25-安全和信访.xlsx", city.bottom_lines, "zhangce.safety"),
    ("26-招商和企业服务.xlsx", innovation.attraction, "zhangce.investment"),
    ("27-公开资料.xlsx", city.references, "tongji"),
    ("28-目标.csv", goals.targets, "ducha"),
    ("29-项目手续.xlsx", follow.procedures, "zhangce.project"),
    ("30-项目节点和三个一批.xlsx", follow.milestones_and_cohorts, "zhangce.project"),
    ("31-调度填报.xlsx", follow.forms, "tongji"),
    ("36-目标分解.csv", goals.town_targets, "ducha"),
    ("37-单位核数.csv", goals.checks, "ducha"),
]

# 半年通报发布以后才交来的，各由自己的经办人补报。
LATE = [
    ("32-城管补报.xlsx", follow.late_city, "zhangce.city"),
    ("33-安全补报.xlsx", follow.late_safety, "zhangce.safety"),
    ("34-企业诉求补报.xlsx", follow.late_firms, "zhangce.investment"),
    ("35-联户诉求补报.xlsx", follow.late_party, "zhangce.party"),
]

# Workbooks whose later sheets hang below the first: they go in with it, as one.
BESIDE = {"05-标准化厂房.xlsx", "06-科技企业和资质.xlsx"}

HEAD = """# 样例台账的导入次序，由 make.py 写成。occurred_on 只用于没有自己日期的行。
# by 是 users.toml 里的登录名。
"""


def main():
    units.main()
    lines, sheets, rows, late = [HEAD], {}, [], []
    for file, make, login in LEDGERS + LATE:
        made = make()
        (late if (file, make, login) in LATE else rows).extend(made)
        WRITERS[file.rsplit(".", 1)[1]](HERE / file, made)
        after = 'after = "release"\n' if (file, make, login) in LATE else ""
        sheets.update((sheet.register, sheet) for sheet in made if not after)
        below = made[1:] if file in BESIDE else []
        beside = "".join(f'{", " if at else "with = { "}"{sheet.name}" = "{sheet.register}"' for at, sheet in enumerate(below))
        beside += " }\n" if below else ""
        for sheet in made[: len(made) - len(below)]:
            named = "" if file.endswith(".csv") else f'sheet = "{sheet.name}"\n'
            lines.append(f'[[ledger]]\nfile = "{file}"\n{named}register = "{sheet.register}"\n{beside}occurred_on = "{sheet.on}"\nby = "{login}"\n{after}')
    (HERE / "ledgers.toml").write_text("\n".join(lines), encoding="utf-8", newline="\n")
    count(sheets)
    print(f"{acts.write(HERE)} acts, {recount.write(rows, late)} figures of the bulletins recounted")


START, END = datetime.date(2024, 1, 1), datetime.date(2024, 6, 30)


def read(text):
    """A day from what stands in a cell; a month or quarter is its last day."""
    if text is None or isinstance(text, datetime.date):
        return text
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    if len(numbers) == 3:
        return datetime.date(*numbers)
    year, month = numbers
    return datetime.date(year + month // 12, month % 12 + 1, 1) - datetime.timedelta(days=1)


def count(sheets):
    """The twelve figures once more, from the rows."""
    def rows(register):
        sheet = sheets[register]
        return [dict(zip(sheet.columns, row)) for row in sheet.rows]

    def stands(row, first, last):
        begin, end = read(row[first]), read(row[last]) if last else None
        return begin is not None and begin <= END and (end is None or end >= END)

    def within(row, name):
        found = read(row[name])
        return found is not None and START <= found <= END

    battery = [r for r in rows("project") if r["项目类别"] == "储能及动力电池" and stands(r, "签约日期", "退出日期")]
    qualified = rows("qualification")
    found = {
        "project.battery_investment": sum(r["总投资（亿元）"] for r in battery) * 100_000_000,
        "project.battery_capacity": sum(r["规模（兆瓦时）"] for r in battery),
        "enterprise.hnte_new": sum(r["资质类别"] == "高新技术企业" and r["认定方式"] == "首次认定" and within(r, "认定（入库）日期") for r in qualified),
        "platform.research_centre_new": sum(r["平台类别"] == "工程技术研究中心" and r["级别"] in ("省级", "市级") and within(r, "批准日期") for r in rows("platform")),
        "enterprise.tech_sme": sum(r["资质类别"] == "科技型中小企业" and r["撤销日期"] is None and stands(r, "认定（入库）日期", "有效期至") for r in qualified),
        "base.tenants_opening_day": sum(r["入驻日期"].isoformat() == innovation.OPENING_DAY and r["是否开园首日入驻"] == "是" and r["入驻身份"] == "入驻企业" for r in rows("tenant")),
        "courtyard.restored": sum(r["利用方案"] in ("原貌修缮", "改建") and stands(r, "验收日期", "销号日期") for r in rows("courtyard")),
        "relic.plated": sum(stands(r, "立牌时间", "标志牌失效日期") for r in rows("relic")),
        "prize.received": sum(r["到账金额（万元）"] for r in rows("award") if r["奖励类别"] == "观摩评比" and r["奖励方"] == "市" and within(r, "到账日期")) * 10_000,
        "pilot_area.projects": sum(r["片区名称"] == projects.PILOT and r["成员类别"] == "产业项目" and stands(r, "落地（推进）日期", "退出日期") for r in rows("area_member")),
        "meal_site.operating": sum(stands(r, "运营时间", "停业日期") for r in rows("meal_site")),
        "startup_loan.disbursed": sum(r["贷款金额"] for r in rows("startup_loan") if within(r, "发放日")),
    }
    lines = (HERE.parent / "tables" / "half_year_numbers.csv").read_text(encoding="utf-8").splitlines()[1:]
    published = {line.split(",")[0]: int(line.split(",")[7]) for line in lines}
    wrong = {name: (found.get(name), value) for name, value in published.items() if found.get(name) != value}
    if wrong:
        raise SystemExit(f"figures that are not the published ones: {wrong}")
    print(f"{len(LEDGERS + LATE)} files, {len(sheets)} sheets, {sum(len(s.rows) for s in sheets.values())} rows, {len(found)} figures right")


if __name__ == "__main__":
    main()
