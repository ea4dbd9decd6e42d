"""Datasette (`pip install datasette==1.0a41`) over a plain SQLite file: an API to write, SQL to read. No history."""

import os
import shutil
import sqlite3
import subprocess
from urllib.parse import urlencode

import data
from product import Product

PROGRAM = os.environ.get("DATASETTE", "datasette")
TYPES = {"number": "INTEGER", "unit": "INTEGER"}
SUMS = "SELECT unit, COUNT(*), SUM(total) FROM ledger WHERE reported_on <= :day GROUP BY unit"


class Datasette(Product):
    name, address = "datasette", "127.0.0.1:8493"
    durable = "WAL, synchronous=FULL"
    most_a_second = 1_000

    def version(self):
        return subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True).stdout.strip()

    def reset(self):
        self.stop()
        self.place = f"{self.folder}/datasette"
        shutil.rmtree(self.place, ignore_errors=True)
        os.makedirs(self.place)
        columns = ", ".join(f"{name} {TYPES.get(kind, 'TEXT')}" for name, _, kind in data.FIELDS)
        with sqlite3.connect(f"{self.place}/bench.db") as database:
            database.execute("PRAGMA journal_mode=WAL")
            database.execute(f"CREATE TABLE ledger(id INTEGER PRIMARY KEY, {columns})")
        database.close()
        token = [PROGRAM, "create-token", "root", "--secret", "bench"]
        self.token = subprocess.run(token, capture_output=True, text=True, check=True).stdout.strip()
        self.start()

    def start(self):
        host, _, port = self.address.partition(":")
        command = [PROGRAM, "serve", f"{self.place}/bench.db", "--host", host, "-p", port, "--secret", "bench", "--root"]
        command += ["-s", "permissions.insert-row.id", "root", "-s", "permissions.update-row.id", "root"]
        command += ["--setting", "sql_time_limit_ms", "20000", "--setting", "max_insert_rows", "1000"]
        return self.spawn(command, "/-/versions.json")

    def headers(self):
        return [f"Authorization: Bearer {self.token}"]

    def seed(self, count, seed):
        self.stop()
        with sqlite3.connect(f"{self.place}/bench.db") as database:
            columns = ", ".join(f":{name}" for name in data.NAMES)
            database.executemany(f"INSERT INTO ledger({', '.join(data.NAMES)}) VALUES({columns})", data.rows(count, seed))
        database.close()
        self.start()

    def bulk(self, count, seed):
        """There is no import of a file while it serves; the API takes many rows at once."""
        rows = list(data.rows(count, seed))
        for at in range(0, count, 1000):
            self.ask("POST", "/bench/ledger/-/insert", {"rows": rows[at:at + 1000]})
        return "insert API, 1,000 rows each"

    def create(self, row):
        return "POST", "/bench/ledger/-/insert", {"row": row}

    def update(self, record, status):
        return "POST", f"/bench/ledger/{record}/-/update", {"update": {"status": status}}

    def list(self, unit, status, least):
        asked = {"unit__exact": unit, "status__exact": status, "total__gte": least, "_sort_desc": "total", "_size": 50}
        return "GET", f"/bench/ledger.json?{urlencode(asked)}", None

    def sums(self, day):
        return [("GET", f"/bench/-/query.json?{urlencode({'sql': SUMS, 'day': day})}", None)]

    def records(self):
        return list(range(1, 5001))


def make(folder, variant):
    return Datasette(folder, variant)
