"""Counts the figures of the bulletins once more, from the rows, the acts and the corrections, by rules written apart from
the registers: what each sentence of the half-year, of each month and of the year must print. It reads the templates only
to know which figures they print, and the registers only to know what their columns are called.
"""
import csv
import datetime
import re
import tomllib
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

import acts

PACK = Path(__file__).resolve().parent.parent
DAY = datetime.timedelta(days=1)
MEASURES = {"万元": 10_000, "亿元": 100_000_000, "公里": 1_000, None: 1}


def date(text):
    """The day of a cell; a month or a quarter is its last day."""
    if text is None or isinstance(text, datetime.date):
        return text
    if match := re.fullmatch(r"(\d{4})(?:年|-Q)([一二三四1-4])季?度?", str(text)):
        month = "一二三四1234".index(match[2]) % 4 * 3 + 3
        return date(f"{match[1]}-{month}")
    numbers = [int(number) for number in re.findall(r"\d+", str(text))]
    if len(numbers) == 3:
        return datetime.date(*numbers)
    year, month = numbers
    return datetime.date(year + month // 12, month % 12 + 1, 1) - DAY


def first_of(text):
    """The first day of a month that a row is about."""
    return date(text).replace(day=1)


# 行


def records(sheets, late, corrections):
    """Every record as it stands now: field id to text, the days of the acts on it by move."""
    registers = {p.stem: tomllib.loads(p.read_text(encoding="utf-8")) for p in (PACK / "registers").glob("*.toml")}
    found, by_key, named = {}, {}, {}
    for sheet in sheets + late:
        register = registers.get(sheet.register)
        if register is None:
            continue
        ids = columns(register, sheet.columns)
        for row in sheet.rows:
            cells = {id: cell for id, cell in zip(ids, row) if id and cell is not None}
            stage = row[sheet.columns.index("环节")] if "环节" in sheet.columns else None
            key = key_of(register, cells)
            record = by_key.get((sheet.register, key))
            if record is None:
                record = {"moves": {}}
                found.setdefault(sheet.register, []).append(record)
                by_key[sheet.register, key] = record
            record.update(cells)
            record["stage"] = stage or record.get("stage")
            # Where an import brought it, on the day of its sheet.
            if stage:
                record["moves"].setdefault(stage, date(sheet.on))
    for act in acts.ACTS:
        register = registers[act["register"]]
        record = named.get(act["of"]) or by_key.get((act["register"], (act["of"],)))
        if record is None:
            record = {"moves": {}}
            found.setdefault(act["register"], []).append(record)
        record.update(act["set"])
        if act["make"]:
            record["moves"][act["make"]] = act["on"]
        if act["name"]:
            named[act["name"]] = record
        by_key.setdefault((act["register"], key_of(register, record)), record)
    for correction in corrections:
        record = by_key[correction["register"], (correction["key"],)]
        record[correction["field"]] = plain(correction["value"])
    return found


def columns(register, headings):
    names = {name: field["id"] for field in register["field"] for name in [field["name"], *field.get("aliases", [])]}
    bare = lambda heading: re.sub(r"（[^（）]*）$", "", heading)
    return [names.get(heading) or names.get(bare(heading)) for heading in headings]


def key_of(register, cells):
    key = register.get("key") or [{"fields": [field["id"] for field in register["field"]]}]
    fields = key[0]["fields"] if isinstance(key[0], dict) else key
    return tuple(cells.get(field) for field in fields)


def plain(text):
    """146万元 as a ledger in 万元 has it, 60吉瓦时 in 兆瓦时."""
    if text.endswith("吉瓦时"):
        return Decimal(text[:-3]) * 1_000
    if text.endswith("万元"):
        return Decimal(text[:-2])
    return text


# 时限


@cache
def calendar():
    rows = csv.DictReader(open(PACK.parent / "base/calendar/days.csv", encoding="utf-8"))
    return {datetime.date.fromisoformat(row["date"]): row["kind"] for row in rows}


def works(day):
    kind = calendar().get(day)
    return kind == "work" or kind is None and day.weekday() < 5


def due(start, working=None, days=None, roll=False):
    end = start
    if working is not None:
        while working:
            end += DAY
            working -= works(end)
        return end
    end += DAY * days
    while roll and not works(end):
        end += DAY
    return end


def rolled(day):
    while not works(day):
        day += DAY
    return day


# 口径

UNTOLD = "未报告"


class Book:
    def __init__(self, found):
        self.found = found

    def rows(self, register, when=None):
        return [row for row in self.found.get(register, []) if when is None or when(row)]

    def flow(self, register, on, amount=None, when=None, month=False):
        """What happened from a day to a day."""
        read = first_of if month else date

        def count(start, end):
            # An amount of which nobody has written down anything yet is not nothing.
            if amount and not any(row.get(on) is not None and date(row[on]) <= end for row in self.rows(register)):
                return UNTOLD
            rows = [row for row in self.rows(register, when) if row.get(on) is not None and start <= read(row[on]) <= end]
            return sum((number(row.get(amount)) for row in rows), Decimal(0)) if amount else Decimal(len(rows))

        return count

    def stock(self, register, since, until=None, amount=None, when=None):
        """What stood at the end of a day; the last day of something is the last on which it counts."""

        def count(_, end):
            rows = [
                row for row in self.rows(register, when)
                if row.get(since) is not None and date(row[since]) <= end and not (until and row.get(until) is not None and date(row[until]) < end)
            ]
            return sum((number(row.get(amount)) for row in rows), Decimal(0)) if amount else Decimal(len(rows))

        return count

    def open(self, register, since, over, when=None, amount=None):
        """What had begun and was not over at the end of a day; on the day on which it ends it is over."""

        def count(_, end):
            rows = [row for row in self.rows(register, when) if row.get(since) is not None and date(row[since]) <= end and not ended(row, over, end)]
            return sum((number(row.get(amount)) for row in rows), Decimal(0)) if amount else Decimal(len(rows))

        return count

    def late(self, register, start, limit, over, when=None):
        """What was past its limit on a day and still open; `limit` says the last day in time."""

        def count(_, end):
            rows = [row for row in self.rows(register, when) if row.get(start) is not None and date(row[start]) <= end]
            return Decimal(sum(1 for row in rows if (last := limit(row)) is not None and last < end and not ended(row, over, end)))

        return count


def ended(row, over, end):
    days = [row["moves"].get(name[1:]) if name.startswith("!") else row.get(name) for name in over]
    return any(day is not None and date(day) <= end for day in days)


def number(cell):
    return Decimal(str(cell)) if cell is not None else Decimal(0)


def share(part, whole):
    """A ratio of sums in per cent, to two places."""

    def count(start, end):
        below = whole(start, end)
        return (part(start, end) / below * 100).quantize(Decimal("0.01"), ROUND_HALF_UP) if below else None

    return count


def each(whole, parts):
    """A mean, to two places."""

    def count(start, end):
        return (whole(start, end) / parts(start, end)).quantize(Decimal("0.01"), ROUND_HALF_UP) if parts(start, end) else None

    return count


def times(count, factor):
    def multiplied(start, end):
        value = count(start, end)
        return value if value is UNTOLD else value * factor

    return multiplied


def accounts(book):
    flow, stock, late, still = book.flow, book.stock, book.late, book.open
    yes = lambda field, *words: lambda row: row.get(field) in words
    wan = 10_000
    areas = {row["name"]: row for row in book.rows("area")}
    ready = ["plan_ready_on", "land_ready_on", "road_ready_on", "utility_ready_on"]
    readiness = [stock("area", field) for field in ready]
    in_area = lambda row: areas[row["area"]]["kind"] == "和美乡村先导片区" and row["kind"] == "产业项目"
    restored = lambda row: row.get("plan") in ("原貌修缮", "改建")
    hnte, sme = yes("kind", "高新技术企业"), yes("kind", "科技型中小企业")
    certified = lambda which: lambda _, end: Decimal(sum(
        1 for row in book.rows("qualification", which)
        if date(row["awarded_on"]) <= end <= date(row["until"]) and not (row.get("revoked_on") and date(row["revoked_on"]) <= end)
    ))
    first_award = lambda row: hnte(row) and row.get("award") == "首次认定"
    said = {
        "agent_case.entrusted": flow("agent_case", "entrusted_on"),
        "agent_case.finished": flow("agent_case", "finished_on"),
        "agent_case.load": still("agent_case", "entrusted_on", ["finished_on"]),
        "agent_case.late": late("agent_case", "accepted_on", lambda row: due(date(row["accepted_on"]), working=20), ["finished_on"]),
        "agent_log.count": flow("agent_log", "done_on"),
        "handover.count": flow("handover", "handed_on"),
        "handover.late": late("handover", "handed_on", lambda row: due(date(row["handed_on"]), working=3), ["confirmed_on"]),
        "project.count": stock("project", "listed_on", "withdrawn_on"),
        "project.with_agent": stock("project", "listed_on", "withdrawn_on", when=yes("has_agent", "是")),
        "project.started": flow("project", "started_on"),
        "project.started_count": stock("project", "started_on", "withdrawn_on"),
        "project.trial": stock("project", "trial_on", "withdrawn_on"),
        "project.investment_done": times(flow("progress", "month", "done", month=True), wan),
        "project.battery_investment": times(stock("project", "signed_on", "withdrawn_on", "investment", yes("kind", "储能及动力电池")), wan * wan),
        "project.battery_capacity": stock("project", "signed_on", "withdrawn_on", "capacity", yes("kind", "储能及动力电池")),
        "project.late": late("project", "listed_on", lambda row: due(date(row["signed_on"] if row["stage"] == "签约" else row["listed_on"]), days=180), ["started_on", "trial_on", "withdrawn_on"]),
        "procedure.done": lambda _, end: Decimal(sum(1 for row in book.rows("procedure") if row["stage"] == "办结" and row["moves"]["办结"] <= end)),
        "milestone.started_by_statistics": flow("milestone", "occurred_on", when=lambda row: row["kind"] == "开工" and row.get("meaning") == "永久性工程动工" and row.get("withdrawn_on") is None),
        "coordination.raised": flow("coordination", "raised_on"),
        "coordination.answered": flow("coordination", "answered_on"),
        "coordination.solved": flow("coordination", "solved_on"),
        "coordination.outside": still("coordination", "raised_on", ["solved_on"], when=lambda row: row.get("above") not in (None, "区属")),
        "coordination.late": late("coordination", "raised_on", lambda row: due(date(row["raised_on"]), days=7, roll=True), ["answered_on", "!escalate"], when=lambda row: row.get("above") in (None, "区属")),
        "workshop.topped": stock("workshop", "topped_on"),
        "workshop.floor_area": stock("workshop", "started_on", amount="floor_area"),
        "workshop.offered": stock("workshop", "accepted_on", amount="offered"),
        "lease.tenants": stock("lease", "from", "until"),
        "enterprise.hnte_new": flow("qualification", "awarded_on", when=first_award),
        "enterprise.hnte": certified(hnte),
        "enterprise.specialised": certified(yes("kind", "专精特新中小企业", "专精特新“小巨人”")),
        "enterprise.tech_sme": certified(sme),
        "qualification.expired": late("qualification", "awarded_on", lambda row: date(row["until"]), ["revoked_on", "!lapse"]),
        "platform.count": stock("platform", "approved_on"),
        "platform.joint_lab": stock("platform", "approved_on", when=yes("kind", "共建实验室")),
        "platform.research_centre_new": flow("platform", "approved_on", when=lambda row: row["kind"] == "工程技术研究中心" and row["level"] in ("省级", "市级")),
        "rd_project.running": stock("rd_project", "approved_on", "ended_on"),
        "rd_project.budget": times(flow("rd_project", "approved_on", "budget"), wan),
        "rd_project.talents": flow("rd_project", "approved_on", "talents"),
        "tech_contract.count": flow("tech_contract", "registered_on"),
        "tech_contract.amount": times(flow("tech_contract", "registered_on", "amount"), wan),
        "base.tenants": stock("tenant", "moved_in_on", "moved_out_on", when=yes("role", "入驻企业")),
        "base.staff": stock("tenant", "moved_in_on", "moved_out_on", "staff"),
        "base.tenants_opening_day": flow("tenant", "moved_in_on", when=lambda row: row["opening_day"] == "是" and row["role"] == "入驻企业"),
        "licence.granted": flow("licence_case", "granted_on"),
        "licence.late": late("licence_case", "accepted_on", lambda row: due(date(row["accepted_on"]), working=10), ["granted_on", "!ask"]),
        "zone.stars": stock("zone_star", "rated_on", amount="star"),
        "courtyard.restored": stock("courtyard", "accepted_on", "removed_on", when=restored),
        "relic.plated": stock("relic", "plated_on", "plate_lost_on"),
        "relic.inspected": flow("relic_inspection", "inspected_on"),
        "pilot_area.projects": stock("area_member", "landed_on", "left_on", when=in_area),
        "village_work.labour": flow("village_work", "received_on", "labour"),
        "village_work.value": flow("village_work", "received_on", "value"),
        "prize.received": times(flow("award", "received_on", "received", when=lambda row: row["kind"] == "观摩评比" and row["giver"] == "市"), wan),
        "prize.awaited": times(still("award", "announced_on", ["received_on"], amount="announced"), wan),
        "contest.entries": flow("contest", "held_on"),
        "meal_site.operating": stock("meal_site", "opened_on", "suspended_on"),
        "meal_site.seats": stock("meal_site", "opened_on", "suspended_on", "seats"),
        "meal_site.elders": stock("meal_site", "opened_on", "suspended_on", "elders"),
        "meal_site.opened": flow("meal_site", "opened_on"),
        "meal_site.suspended": flow("meal_site", "suspended_on"),
        "meal_site.licence_late": late("meal_site", "opened_on", lambda row: date(row.get("licence_until")), ["suspended_on"]),
        "startup_loan.disbursed": flow("startup_loan", "disbursed_on", "amount"),
        "startup_loan.count": flow("startup_loan", "disbursed_on"),
        "startup_loan.jobs": flow("startup_loan", "disbursed_on", "jobs"),
        "employment.new": flow("employment", "month", "new_jobs", month=True),
        "employment.again": flow("employment", "month", "again", month=True),
        "employment.hard": flow("employment", "month", "hard", month=True),
        "school.preparing": still("school", "approved_on", ["started_on"]),
        "school.building": still("school", "started_on", ["used_on"]),
        "school.past_start": late("school", "approved_on", lambda row: date(row["planned_start"]), ["started_on"]),
        "education_reform.listed": stock("education_reform", "listed_on"),
        "education_reform.done": stock("education_reform", "done_on"),
        "education_reform.late": late("education_reform", "listed_on", lambda row: date(row["deadline"]), ["done_on"]),
        "childcare.places": stock("childcare", "filed_on", "closed_on", "places"),
        "city_work.listed": stock("city_work", "approved_on"),
        "city_work.started": stock("city_work", "started_on"),
        "city_work.accepted": stock("city_work", "accepted_on"),
        "city_work.building": still("city_work", "started_on", ["accepted_on"]),
        "work_milestone.reached": flow("work_milestone", "done_on"),
        "work_milestone.late": late("work_milestone", "set_on", lambda row: rolled(date(row.get("moved_to") or row["planned_on"])), ["done_on"]),
        "estate.open": still("estate", "listed_on", ["resolved_on"]),
        "estate.resolved": flow("estate", "resolved_on"),
        "estate.relapsed": flow("estate", "relapsed_on"),
        "flat.offered": still("flat", "listed_on", ["sold_on", "unlisted_on"]),
        "flat.sold": flow("flat", "sold_on"),
        "voucher.issued": flow("voucher", "issued_on", when=lambda row: row.get("source") is None),
        "voucher.issued_face": flow("voucher", "issued_on", "face", when=lambda row: row.get("source") is None),
        "voucher.used": flow("voucher_use", "filed_on", "used"),
        "voucher.purchases": flow("voucher_use", "filed_on"),
        "loan.subsidy_funded": times(flow("subsidy_fund", "received_on", "amount"), wan),
        "voucher.funded": times(flow("voucher_fund", "received_on", "amount"), wan),
        "creation.checks": flow("creation_check", "checked_on"),
        "creation.closed": flow("creation_check", "rechecked_on"),
        "creation.late": late("creation_check", "checked_on", lambda row: due(date(row["checked_on"]), working=3), ["fixed_on"]),
        "road_section.count": stock("road_section", "set_on"),
        "road_section.length": stock("road_section", "set_on", amount="length"),
        "road_ticket.found": flow("road_ticket", "found_on"),
        "road_ticket.handled": flow("road_ticket", "handled_on"),
        "branch.named": stock("branch", "named_on", "until"),
        "branch.five_star": stock("branch", "named_on", "until", when=lambda row: row["stars"] == 5),
        "member_household.members": stock("member_household", "from", "until"),
        "member_household.households": stock("member_household", "from", "until", "households"),
        "household_request.collected": flow("household_request", "collected_on"),
        "household_request.answered": flow("household_request", "answered_on"),
        "household_request.late": late("household_request", "collected_on", lambda row: due(date(row["collected_on"]), working=10), ["answered_on"]),
        "charge.raised": flow("charge", "raised_on"),
        "charge.concluded": flow("charge", "concluded_on"),
        "task.assigned": flow("task", "assigned_on"),
        "task.done": flow("task", "done_on"),
        "task.done_on_time": flow("task", "done_on", when=lambda row: row.get("done_on") is not None and date(row["done_on"]) <= date(row.get("extended_to") or row["deadline"])),
        "task.open": still("task", "assigned_on", ["done_on", "!cancel"]),
        "task.late": late("task", "assigned_on", lambda row: rolled(date(row.get("extended_to") or row["deadline"])), ["done_on", "!cancel", "!submit"]),
        "goal.count": stock("goal", "set_on"),
        **{f"goal.{id}": stock("goal", "set_on", when=lambda row, body=body: row["body"] == body and row.get("figure") is not None) for id, body in (("innovation", "四位一体"), ("industry", "一体两翼"), ("integration", "三个融合"), ("guarantee", "四项保障"))},
        "hazard.found": flow("hazard", "found_on"),
        "hazard.closed": flow("hazard", "closed_on"),
        "hazard.open": still("hazard", "found_on", ["closed_on"]),
        "hazard.major_open": still("hazard", "found_on", ["closed_on"], when=yes("grade", "重大")),
        "hazard.listed": still("hazard", "listed_on", ["closed_on"]),
        "hazard.rectify_late": late("hazard", "found_on", lambda row: rolled(date(row["deadline"])), ["closed_on", "!report"]),
        "petition.received": flow("petition", "registered_on", when=yes("first", "是")),
        "petition.answered": flow("petition", "answered_on", when=yes("first", "是")),
        "petition.open": still("petition", "registered_on", ["answered_on"], when=yes("first", "是")),
        "petition.accept_late": late("petition", "registered_on", lambda row: due(date(row["registered_on"]), days=15, roll=True), ["accepted_on"]),
        "petition.handle_late": late("petition", "accepted_on", lambda row: due(date(row["accepted_on"]), days=60, roll=True), ["answered_on"]),
        "indicator.received": lambda start, end: Decimal(5 if start <= datetime.date(2024, 6, 30) <= end else 0),
        "lead.found": flow("lead", "found_on"),
        "lead.contracted": flow("lead", "contract_on"),
        "lead.contract_money": times(flow("lead", "contract_on", "contract"), wan * wan),
        "lead.landed": flow("lead", "landed_on"),
        "firm_request.raised": flow("firm_request", "raised_on"),
        "firm_request.solved": flow("firm_request", "solved_on"),
        "firm_request.late": late("firm_request", "raised_on", lambda row: due(date(row["raised_on"]), days=7), ["planned_on"]),
        "firm_request.call_late": late("firm_request", "solved_on", lambda row: due(date(row["solved_on"]), working=5), ["called_on"]),
        "policy.clauses": stock("policy_clause", "from", "until"),
        "policy.promised": times(flow("policy_payment", "promised_on", "promised"), wan),
        "policy.paid": times(flow("policy_payment", "paid_on", "paid"), wan),
        "policy.late": late("policy_payment", "promised_on", lambda row: due(date(row["promised_on"]), days=30, roll=True), ["paid_on"]),
        "area.count": stock("area", "planned_on"),
        "area.members": stock("area_member", "joined_on", "left_on"),
        "area.investment": times(stock("area_member", "joined_on", "left_on", "investment"), wan),
        "area.readiness": lambda start, end: sum(count(start, end) for count in readiness),
        "parcel.supplied": flow("parcel", "supplied_on", "land"),
        "parcel.idle": still("parcel", "supplied_on", ["started_on"], amount="land"),
    }
    kept = lambda row: row.get("planned_on") is not None and row.get("withdrawn_on") is None
    licence_days = lambda start, end: sum((Decimal((row["granted_on"] - row["applied_on"]).days) for row in book.rows("licence_case") if row.get("granted_on") and start <= row["granted_on"] <= end), Decimal(0))
    covered = stock("community", "covered_on", "abandoned_on")
    said.update({
        "coordination.solved_share": share(said["coordination.solved"], said["coordination.raised"]),
        "project.plan_done": share(said["project.investment_done"], times(stock("project", "listed_on", "withdrawn_on", "year_plan"), wan)),
        "lease.occupancy": share(stock("lease", "from", "until", "area"), said["workshop.offered"]),
        "courtyard.restored_share": share(said["courtyard.restored"], stock("courtyard", "surveyed_on", "removed_on")),
        "relic.plated_share": share(said["relic.plated"], stock("relic", "listed_on", "vanished_on")),
        "childcare.use": share(stock("childcare", "filed_on", "closed_on", "children"), said["childcare.places"]),
        "city_work.started_share": share(said["city_work.started"], said["city_work.listed"]),
        "community.covered": covered,
        "community.coverage": share(covered, stock("community", "listed_on")),
        "community.household_coverage": share(stock("community", "covered_on", "abandoned_on", "households"), stock("community", "listed_on", amount="households")),
        "sanitation.coverage": share(stock("sanitation", "from", "until"), stock("sanitation", "listed_on")),
        "creation.rate": share(flow("creation_check", "checked_on", "score"), flow("creation_check", "checked_on", "full")),
        "task.on_time_share": share(said["task.done_on_time"], said["task.done"]),
        "hazard.closed_share": share(said["hazard.closed"], said["hazard.found"]),
        "firm_request.solved_share": share(said["firm_request.solved"], said["firm_request.raised"]),
        "milestone.on_plan_share": share(flow("milestone", "occurred_on", when=lambda row: kept(row) and date(row["occurred_on"]) <= date(row["planned_on"])), flow("milestone", "occurred_on", when=kept)),
        "licence.days_each": each(licence_days, said["licence.granted"]),
        "area.readiness_share": share(said["area.readiness"], times(said["area.count"], 4)),
    })
    return said


# What the samples do not decide alone: it waits for statistics that are only imported, or runs in hours.
LEFT = re.compile(r"indicator\.(?!received)|road_ticket\.late")

PERIODS = [("half-year", datetime.date(2024, 1, 1), datetime.date(2024, 6, 30)), ("year", datetime.date(2024, 1, 1), datetime.date(2024, 12, 31))]
PERIODS += [("month", datetime.date(2024, month, 1), datetime.date(2024, month + 1, 1) - DAY) for month in range(1, 9)]


def printed(value, measure):
    if value is UNTOLD:
        return value
    if value is None:
        return "—"
    text = f"{value / MEASURES.get(measure, 1):f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def expected(found):
    """bulletin, day, part, account, what stands there — in the order of the template."""
    said = accounts(Book(found))
    for bulletin, start, end in PERIODS:
        template = (PACK / "bulletins" / f"{bulletin}.md").read_text(encoding="utf-8")
        part = ""
        for line in template.splitlines():
            if match := re.match(r"### （([一二三四五六七八九十]+)）", line):
                part = match[1]
            for call in re.finditer(r'\{\{ (f|turn)\("([\w.]+)"([^}]*(?:\{\}[^}]*)*)\) \}\}', line):
                how, account, rest = call.groups()
                if LEFT.match(account):
                    continue
                now = said[account](start, end)
                if how == "f":
                    measure = re.search(r'measure="([^"]+)"', rest)
                    yield bulletin, end, part, account, printed(now, measure and measure[1])
                else:
                    words = dict(re.findall(r'(up|down|same)="([^"]*)"', rest))
                    change = now - said[account](start, start - DAY)
                    word = words["up"] if change > 0 else words["down"] if change < 0 else words["same"]
                    yield bulletin, end, part, account + "±", word.replace("{}", printed(abs(change), None))


def write(sheets, late):
    corrections = tomllib.loads((PACK / "corrections.toml").read_text(encoding="utf-8"))["correction"]
    rows = list(expected(records(sheets, late, corrections)))
    lines = ["bulletin,as_of,part,account,printed"] + [",".join(map(str, row)) for row in rows]
    (PACK / "tables/periods.csv").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return len(rows)
