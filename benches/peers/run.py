#!/usr/bin/env python3
"""The same work on several products, one after the other, on this machine: see README.md beside this file.

    python3 benches/peers/run.py taizhang floor pocketbase:idx datasette --records 100000 --out results.json

Prints a table of CPU-ms an operation: user and system time of the server's whole tree of processes over what it
answered. Wall times stand beside it and are worth an order of magnitude."""

import argparse
import importlib
import json
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import data
import measure

FLOORS = os.path.abspath(os.environ.get("FLOORS", "target/floors/release/floors"))
WORKS = [
    ("create_1", "create, 1 client"), ("create_8", "create, 8 clients"), ("create_32", "create, 32 clients"),
    ("update_8", "change a field, 8 clients"), ("list_8", "list: filter, sort, first 50; 8 clients"),
    ("sums_1", "count and sum by unit as of a day"), ("as_of_1", "count by status, as of a day, as known earlier"),
    ("bulk", "many at once, a row"),
]


def once(product, requests, clients, seconds, again):
    """One run of the load: its answers, and what they cost each."""
    plan = f"{product.folder}/plan.tsv"
    with open(plan, "w", encoding="utf-8") as file:
        for method, path, body, *key in requests:
            text = "" if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":"))
            file.write(f"{method}\t{path}\t{''.join(key)}\t{text}\n")
    before = measure.cpu_s(product.roots())
    how = "again" if again else "once"
    command = [FLOORS, "load", product.address, plan, str(clients), str(seconds), how, *product.headers()]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{product.name}: {done.stderr}")
    spent = measure.cpu_s(product.roots()) - before
    answer = json.loads(done.stdout)
    if answer["refused"]:
        raise RuntimeError(f"{product.name} refused {answer['refused']} of {answer['answered']}: {answer['first_refusal']}")
    return answer | {"cpu_ms": 1000 * spent / answer["answered"]}


def middle(runs):
    """The medians of several runs."""
    of = lambda name: statistics.median(run[name] for run in runs)
    return {name: round(of(name), 4) for name in ("cpu_ms", "a_second", "p50_ms", "p99_ms")}


class Session:
    """One product at one size."""

    def __init__(self, product, records, seconds, repeat):
        self.product, self.records, self.seconds, self.repeat = product, records, seconds, repeat
        self.chance = random.Random(7)
        self.seeds = iter(range(100, 1000))
        self.found = {}

    def asked(self, requests, clients, each=1):
        """`each`: how many requests are one operation."""
        once(self.product, requests, clients, self.seconds / 4, True)
        runs = [once(self.product, requests, clients, self.seconds, True) for _ in range(self.repeat)]
        found = middle(runs)
        return found | {"cpu_ms": round(found["cpu_ms"] * each, 4)}

    def written(self, requests, clients):
        """Every request once; `requests` makes a list of so many."""
        count = int(self.seconds * self.product.most_a_second)
        once(self.product, requests(3000), clients, 15, False)
        return middle([once(self.product, requests(count), clients, self.seconds, False) for _ in range(self.repeat)])

    def creates(self, count):
        return [self.product.create(row) for row in data.rows(count, next(self.seeds))]

    def updates(self, count):
        records, choices = self.product.records(), data.CHOICES["status"]
        # Another one of the states each time, so that nothing is told to stay as it is.
        return [self.product.update(self.chance.choice(records), choices[at % len(choices)]) for at in range(count)]

    def lists(self):
        chance = self.chance
        unit = lambda: 1 + int(chance.random() ** 2 * data.UNITS)
        status = lambda: chance.choices(data.CHOICES["status"], data.WEIGHTS)[0]
        asked = [self.product.list(unit(), status(), 10 ** chance.choice([5, 6, 7])) for _ in range(400)]
        return [request for request in asked if request]

    def days(self):
        return [data.DAYS[self.chance.choice(data.REPORTED)] for _ in range(200)]

    def all(self):
        product = self.product
        product.reset()
        if product.list(1, "done", 1):
            product.seed(self.records, 1)
            product.stop()
            self.found["start"] = {"seconds": round(statistics.median(self.start() for _ in range(3)), 3)}
            product.start()
            time.sleep(2)
            self.found["idle"] = measure.memory_mb(product.roots())
            self.reads()
        for clients in (1, 8, 32):
            self.found[f"create_{clients}"] = self.written(self.creates, clients)
        if product.update(1, "done"):
            self.found["update_8"] = self.written(self.updates, 8)
        self.found["after"] = measure.memory_mb(product.roots())
        self.bulk()
        product.stop()
        return self.found

    def start(self):
        took = self.product.start()
        self.product.stop()
        return took

    def reads(self):
        product = self.product
        lists = self.lists()
        self.found["list_8"] = self.asked(lists, 8)
        sums = [request for day in self.days() for request in product.sums(day)]
        if sums:
            self.found["sums_1"] = self.asked(sums, 1, len(product.sums(data.DAYS[0])))
        earlier = getattr(product, "head", lambda: 0)() * 3 // 4
        as_of = [request for day in self.days() for request in product.as_of(day, earlier)]
        if as_of:
            self.found["as_of_1"] = self.asked(as_of, 1)

    def bulk(self):
        """A hundred thousand rows in the product's own way. Whatever ran for it counts, beside the server."""
        count = min(100_000, self.records)
        began, before, children = time.time(), measure.cpu_s(self.product.roots()), os.times()
        how = self.product.bulk(count, 2)
        if how is None:
            return
        after = os.times()
        own = after.children_user + after.children_system - children.children_user - children.children_system
        # The server's time is among that of ended children only once it has ended.
        spent = measure.cpu_s(self.product.roots()) - before + own
        self.found["bulk"] = {"cpu_ms": round(1000 * spent / count, 4), "seconds": round(time.time() - began, 1), "how": how}


def table(results):
    names = list(results)
    lines = ["| CPU-ms an operation | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]

    def cell(found):
        if not found:
            return "–"
        return f"{found['cpu_ms']:.3g}" + (f" ({found['a_second']:.0f} a second)" if "a_second" in found else "")

    for work, title in WORKS:
        lines.append(f"| {title} | " + " | ".join(cell(results[name]["found"].get(work)) for name in names) + " |")
    for part, title, field, unit in (("start", "start to first answer", "seconds", "s"), ("idle", "memory idle", "pss_mb", "MB"),
                                     ("after", "memory after", "pss_mb", "MB")):
        values = [results[name]["found"].get(part, {}).get(field) for name in names]
        lines.append(f"| {title} | " + " | ".join("–" if value is None else f"{value} {unit}" for value in values) + " |")
    for part in ("version", "history", "durable"):
        lines.append(f"| {part} | " + " | ".join(str(results[name][part] or "–") for name in names) + " |")
    return "\n".join(lines)


def main():
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("products", nargs="+", metavar="PRODUCT[:VARIANT]")
    asked.add_argument("--records", type=int, default=100_000)
    asked.add_argument("--seconds", type=float, default=4)
    asked.add_argument("--repeat", type=int, default=3)
    asked.add_argument("--out", help="results as JSON")
    asked = asked.parse_args()
    results = {}
    with tempfile.TemporaryDirectory(prefix="peers-") as folder:
        for name in asked.products:
            module, _, variant = name.partition(":")
            product = importlib.import_module(f"products.{module}").make(folder, variant)
            try:
                found = Session(product, asked.records, asked.seconds, asked.repeat).all()
            finally:
                product.stop()
            results[name] = {
                "version": product.version(), "history": product.history, "durable": product.durable, "found": found,
            }
            print(name, json.dumps(found), file=sys.stderr)
    if asked.out:
        pathlib.Path(asked.out).write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(table(results))


if __name__ == "__main__":
    main()
