"""The rows that every product gets: a project ledger of twenty fields, 200 units, the same for the same seed.

Made up from word lists; no row speaks of a real project or person. Amounts are whole yuan, days are ISO texts,
choices are the ids of `packs/bench`. About 300 bytes as a row, 500 as JSON."""

import csv
import datetime
import random

FIELDS = [  # id, heading of the import, kind
    ("code", "Code", "text"), ("name", "Name", "text"), ("unit", "Unit", "unit"), ("town", "Town", "text"),
    ("category", "Category", "choice"), ("level", "Level", "choice"), ("status", "Status", "choice"),
    ("total", "Total", "number"), ("done", "Done", "number"), ("gov", "Government money", "number"),
    ("start_date", "Start", "date"), ("end_date", "End", "date"), ("reported_on", "Reported on", "date"),
    ("progress", "Progress", "number"), ("jobs", "Jobs", "number"), ("lat", "Latitude", "text"),
    ("lon", "Longitude", "text"), ("contact", "Contact", "text"), ("is_key", "Key project", "choice"),
    ("remark", "Remark", "text"),
]
NAMES = [name for name, _, _ in FIELDS]
UNITS = 200
CHOICES = {
    "category": ["road", "water", "school", "plant"],
    "level": ["province", "city", "district"],
    "status": ["reserve", "signed", "started", "building", "done", "running", "stopped"],
    "is_key": ["yes", "no"],
}
WEIGHTS = [8, 12, 15, 35, 12, 15, 3]
SUBJECTS = ["高标准农田", "农村饮水安全", "中小河流治理", "标准化厂房", "老旧小区", "污水处理厂", "养老服务中心", "冷链物流园"]
KINDS = ["改扩建工程", "建设项目", "提升改造工程", "综合整治工程", "基础设施配套项目"]
FIRST = datetime.date(2021, 1, 1)
DAYS = [(FIRST + datetime.timedelta(days=at)).isoformat() for at in range(3000)]
# The days on which records are reported, and figures are asked for.
REPORTED = range(600, 1800)


def rows(count, seed):
    """So many records; a seed never gives a code that another gives."""
    chance = random.Random(seed)
    for at in range(count):
        town = f"样例{chance.randrange(20)}镇"
        total = int(10 ** (4 + chance.random() * 4.5))
        progress = chance.randrange(101)
        reported = REPORTED[chance.randrange(len(REPORTED))]
        yield {
            "code": f"P{seed}-{at:07}",
            "name": f"{town}{chance.choice(SUBJECTS)}{chance.choice(KINDS)}",
            # Skewed: the first units have far more records than the last.
            "unit": 1 + int(chance.random() * chance.random() * UNITS),
            "town": town,
            "category": chance.choice(CHOICES["category"]),
            "level": chance.choice(CHOICES["level"]),
            "status": chance.choices(CHOICES["status"], WEIGHTS)[0],
            "total": total,
            "done": total * progress // 100,
            "gov": int(total * chance.random() * 0.8),
            "start_date": DAYS[reported - chance.randrange(1, 400)],
            "end_date": DAYS[reported + chance.randrange(90, 990)],
            "reported_on": DAYS[reported],
            "progress": progress,
            "jobs": chance.randrange(300),
            "lat": f"{30 + chance.random():.6f}",
            "lon": f"{112 + chance.random():.6f}",
            "contact": f"样例联系人{chance.randrange(1000)}",
            "is_key": "yes" if chance.random() < 0.1 else "no",
            "remark": f"样例：由{town}组织实施，第{at % 97}批下达，不含真实信息",
        }


def unit_code(number):
    return f"U{number:03}"


def write_csv(path, records):
    with open(path, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow([heading for _, heading, _ in FIELDS])
        for row in records:
            out.writerow([unit_code(row["unit"]) if name == "unit" else row[name] for name in NAMES])
