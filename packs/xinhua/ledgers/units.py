"""Makes units.csv: the city's units of the NBS table, and the district's departments.

Run in the pack's folder: python3 ledgers/units.py
"""
import csv
from pathlib import Path

PACK = Path(__file__).resolve().parent.parent
CITY = ("410400", "平顶山市", "city", "", "GB/T 2260")
DISTRICT = "410402"
LEVELS = {"county": "district", "township": "town", "village": "village"}
# 名称是通称；代码是本方案自编的，不是机构编码。
DEPARTMENTS = [
    "区委办公室", "区政府办公室", "区委组织部", "区委宣传部", "区委社会工作部", "区委政法委", "区政府督查室", "区发展和改革委员会", "区工业和信息化科技局",
    "区教育体育局", "区民政局", "区财政局", "区人力资源和社会保障局", "区自然资源分局", "区生态环境分局", "区住房和城乡建设局", "区城市管理局",
    "区农业农村和水利局", "区商务局", "区文化广电和旅游局", "区卫生健康委员会", "区退役军人事务局", "区应急管理局", "区审计局", "区市场监督管理局",
    "区统计局", "区医疗保障局", "区信访局", "区行政审批和政务信息管理局", "区房屋征收中心", "区创建中心", "高新技术产业园管理委员会", "现代服务业专业园区管理委员会",
    "数字产业创新基地服务中心", "区信息中心",
]


def main():
    with open(PACK / "tables" / "pingdingshan_nbs_2023.csv", encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    lines = ["code,name,level,parent,code_system", ",".join(CITY)]
    for row in rows:
        parent = CITY[0] if row["level"] == "county" else row["parent"]
        lines.append(",".join([row["code"], row["name"], LEVELS[row["level"]], parent, "NBS 2023"]))
    for number, name in enumerate(DEPARTMENTS, 1):
        lines.append(",".join([f"XH-{number:02}", name, "department", DISTRICT, "xinhua"]))
    (PACK / "units.csv").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
