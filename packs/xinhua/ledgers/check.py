"""Checks the sample ledgers against the registers: headings, required cells, choices, keys, links, units.

Run: python3 ledgers/check.py. It prints what is wrong and fails if anything is.
"""
import csv
import datetime
import re
import tomllib
from collections import Counter
from pathlib import Path

import city
import goals
import make

HERE = Path(__file__).resolve().parent
PACK = HERE.parent
IGNORED = {"环节"}


def plain(heading):
    """总投资（亿元） is 总投资; 是否规上（限上） stays."""
    return re.sub(r"（(亿元|万元|元|㎡|平方米|米|个|人|人次|亩|天|件|兆瓦时|位|次|个月|月|%|)）$", "", heading)


def main():
    # Those of the base pack too: a district's targets are records of one of them.
    files = [p for pack in (PACK.parent / "base", PACK) for p in (pack / "registers").glob("*.toml")]
    registers = {p.stem: tomllib.loads(p.read_text(encoding="utf-8")) for p in files}
    with open(PACK / "units.csv", encoding="utf-8") as file:
        units = Counter(row["name"] for row in csv.DictReader(file))
    logins = {user["login"] for user in tomllib.loads((PACK / "users.toml").read_text(encoding="utf-8"))["user"]}
    faults, keys, used = [], {}, set()
    for file, made, login in make.LEDGERS + make.LATE:
        if login not in logins:
            faults.append(f"{file}: no user {login}")
        for sheet in made():
            used.add(sheet.register)
            faults.extend(f"{file} {sheet.name}: {fault}" for fault in sheet_faults(sheet, registers[sheet.register], units, keys))
    acted = tomllib.loads((HERE / "acts.toml").read_text(encoding="utf-8"))["act"]
    faults.extend(f"act {act['on']} {act['register']}: no user {act['by']}" for act in acted if act["by"] not in logins)
    used |= {act["register"] for act in acted}
    faults.extend(claim_faults(registers, keys))
    faults.extend(goal_faults())
    print("registers without a ledger:", ", ".join(sorted(set(registers) - used)))
    for fault in faults:
        print(fault)
    raise SystemExit(1 if faults else 0)


def claim_faults(registers, keys):
    """Claims name accounts and records that are there."""
    def table(name):
        return tomllib.loads((PACK / name).read_text(encoding="utf-8"))

    accounts = {account["id"] for register in registers.values() for account in register.get("account", [])}
    accounts |= {account["id"] for account in table("accounts.toml")["account"]}
    for claim in table("claims.toml")["claim"]:
        if claim.get("account", "project.count") not in accounts:
            yield f"claim {claim['no']}: no account {claim['account']}"
        if "key" in claim and claim["key"] not in keys.get(claim["register"], set()):
            yield f"claim {claim['no']}: no record {claim['key']}"
    (targets,) = goals.targets()
    at = targets.columns.index("对应科目")
    for row in targets.rows:
        if row[at] not in accounts:
            yield f"target {row[0]}: no account {row[at]}"
    for correction in table("corrections.toml")["correction"]:
        if correction["key"] not in keys[correction["register"]]:
            yield f"correction: no record {correction['key']}"


def goal_faults():
    """A goal that names a figure has a target of that figure, at it or below it; so has each goal of the second half."""
    (table,) = goals.targets()
    node, account = table.columns.index("所属目标节点"), table.columns.index("对应科目")
    for row in (row for sheet in city.tasks()[1:] for row in sheet.rows):
        code, figure = row[0], row[8]
        below = [target for target in table.rows if target[node] == code or target[node].startswith(code + ".")]
        if not below or figure and figure not in {target[account] for target in below}:
            yield f"goal {code}: no target of {figure or 'anything'} below it"


def sheet_faults(sheet, register, units, keys):
    names = {}
    for field in register["field"]:
        for name in [field["name"], *field.get("aliases", [])]:
            names[name] = field
    by_column = []
    for heading in sheet.columns:
        field = names.get(heading) or names.get(plain(heading))
        by_column.append(field)
        if field is None and heading not in IGNORED:
            yield f"heading {heading}"
    inherited = register.get("parent", {}).get("inherit", [])
    filled = {field["id"] for field in by_column if field}
    computed = {id for instrument in register.get("instrument", []) for id in instrument.get("fills", {})}
    for field in register["field"]:
        if field.get("required") and field["id"] not in filled | computed and field["id"] not in inherited:
            yield f"required {field['name']} has no column"
    stages = {stage["name"] for stage in register.get("stage", [])}
    # A later sheet may come back to a record of an earlier one; within one sheet a key stands once.
    known, seen = keys.setdefault(sheet.register, set()), set()
    first = register.get("key", [])
    if first and isinstance(first[0], dict):
        first = first[0]["fields"]
    for number, row in enumerate(sheet.rows, 1):
        cells = {field["id"]: cell for field, cell in zip(by_column, row) if field}
        for heading, cell in zip(sheet.columns, row):
            if heading == "环节":
                yield from (f"row {number}: {fault}" for fault in stage_faults(register, cell, cells, stages))
        key = " ".join(str(cells.get(id)) for id in first)
        if first and key in seen:
            yield f"row {number}: key {key} twice"
        seen.add(key)
        known.add(key)
        for field in register["field"]:
            yield from (f"row {number} {field['name']}: {fault}" for fault in cell_faults(field, cells.get(field["id"]), field["id"] in filled, units, keys))
        yield from (f"row {number}: {rule}" for rule in order_faults(register, cells))


def stage_faults(register, wanted, cells, stages):
    """An import walks the shortest way of moves to the stage: no evidence, and what the moves need is there."""
    if wanted not in stages:
        yield f"stage {wanted}"
        return
    names = {stage["id"]: stage["name"] for stage in register["stage"]}
    ways = {next((s["id"] for s in register["stage"] if s.get("initial")), register["stage"][0]["id"]): []}
    queue = list(ways)
    for at in queue:
        for move in register.get("move", []):
            if at in move["from"] and move["to"] not in ways and not move.get("evidence"):
                ways[move["to"]] = ways[at] + [move]
                queue.append(move["to"])
    way = next((way for id, way in ways.items() if names[id] == wanted), None)
    if way is None:
        yield f"no way to {wanted}"
        return
    for move in way:
        yield from (f"move {move['id']} needs {need}" for need in move.get("needs", []) if cells.get(need) is None)


def cell_faults(field, cell, has_column, units, keys):
    if cell is None:
        if field.get("required") and has_column:
            yield "blank"
        return
    kind = field["type"]
    if kind == "choice":
        names = set()
        for choice in field["choices"]:
            names |= {choice} if isinstance(choice, str) else {choice["id"], choice["name"], *choice.get("aliases", [])}
        if cell not in names:
            yield f"no choice {cell}"
    if kind == "unit" and units[cell] != 1:
        yield f"{units[cell]} units {cell}"
    if kind == "link" and cell not in keys.get(field["to"], set()):
        yield f"no {field['to']} {cell}"
    if kind in ("integer",) and not re.fullmatch(r"-?\d+", str(cell)):
        yield f"no whole number {cell}"
    if kind in ("money", "quantity") and not isinstance(cell, (int, float)):
        yield f"no number {cell}"
    if kind == "date" and not isinstance(cell, datetime.date) and not re.search(r"\d{4}", str(cell)):
        yield f"no date {cell}"
    if kind == "text" and len(str(cell)) > field.get("max", 200):
        yield "too long"


def order_faults(register, cells):
    """Checks of the form `later >= earlier`, where both are days."""
    for check in register.get("check", []):
        found = re.fullmatch(r"(\w+) (>=|>|<=) (\w+)", check["rule"])
        if not found:
            continue
        left, how, right = cells.get(found[1]), found[2], cells.get(found[3])
        if left is None or right is None:
            continue
        days = {field["id"] for field in register["field"] if field["type"] == "date"}
        if {found[1], found[3]} <= days:
            left, right = make.read(left), make.read(right)
        elif isinstance(left, str) or isinstance(right, str):
            left, right = float(left), float(right)
        if not {">=": left >= right, ">": left > right, "<=": left <= right}[how]:
            yield check["message"]


if __name__ == "__main__":
    main()
