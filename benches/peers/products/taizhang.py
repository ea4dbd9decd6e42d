"""Taizhang itself: the whole history, the chain, rights, rules, postings and sums in each durable commit."""

import json
import os
import shutil
import subprocess
from urllib.parse import quote, urlencode

import data
from product import Product

PROGRAM = os.path.abspath(os.environ.get("TAIZHANG", "target/ratios/taizhang"))
PACK = os.path.abspath("packs/bench")
# What one file brings may have so many rows.
FILE = 200_000


class Taizhang(Product):
    name, address = "taizhang", "127.0.0.1:8490"
    history = "every version, two times, chain, postings"
    durable = "WAL, synchronous=FULL, shared commits"
    most_a_second = 12_000

    def version(self):
        return subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True).stdout.strip()

    def reset(self):
        self.stop()
        shutil.rmtree(f"{self.folder}/taizhang", ignore_errors=True)
        os.makedirs(f"{self.folder}/taizhang")
        self.book = ["--lang", "en", "--book", f"sqlite:{self.folder}/taizhang/book.db"]
        self.run("init", "--pack", PACK)
        self.run("user", "add", "clerk", "--name", "Clerk", "--unit", "U000", "--role", "clerk", "--as", "admin")
        self.token = json.loads(self.run("token", "add", "clerk", "--as", "admin", "--json"))["token"]
        self.start()

    def run(self, *arguments):
        done = subprocess.run([PROGRAM, *arguments, *self.book], capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{arguments}: {done.stderr}")
        return done.stdout

    def start(self):
        return self.spawn([PROGRAM, "serve", "--addr", self.address, "--no-round", *self.book], "/login")

    def headers(self):
        return [f"Authorization: Bearer {self.token}"]

    def seed(self, count, seed):
        self.stop()
        self.import_all(count, seed)
        self.start()

    def import_all(self, count, seed):
        rows = data.rows(count, seed)
        for from_row in range(0, count, FILE):
            path = f"{self.folder}/taizhang/rows.csv"
            data.write_csv(path, [next(rows) for _ in range(min(FILE, count - from_row))])
            self.run("import", "project", path, "--as", "clerk")

    def bulk(self, count, seed):
        """By the command line, while it serves nobody."""
        self.import_all(count, seed)
        return "taizhang import, csv"

    def create(self, row):
        fields = {name: data.unit_code(value) if name == "unit" else str(value) for name, value in row.items()}
        return "POST", "/api/v1/registers/project/records", {"set": fields}, row["code"]

    def update(self, record, status):
        self.updates = getattr(self, "updates", 0) + 1
        return "PATCH", f"/api/v1/records/{record}", {"set": {"status": status}}, f"u{self.updates}"

    def list(self, unit, status, least):
        asked = [("filter", f"unit:eq:{data.unit_code(unit)}"), ("filter", f"status:eq:{status}")]
        asked += [("filter", f"total:ge:{least}"), ("sort", "-total"), ("limit", "50")]
        return "GET", f"/api/v1/registers/project/records?{urlencode(asked)}", None

    def sums(self, day):
        return [
            ("GET", f"/api/v1/figures/{account}?by=unit&as_of={day}", None)
            for account in ("project.count", "project.total")
        ]

    def as_of(self, day, known_at):
        asked = urlencode({"by": "dimension=status", "as_of": day, "known_at": known_at})
        return [("GET", f"/api/v1/figures/project.count?{asked}", None)]

    def head(self):
        """The last entry, to ask as known at one before it."""
        return self.ask("GET", "/api/v1/figures/project.count")["known_at"]

    def records(self):
        found, more = [], ""
        while len(found) < 5000 and more is not None:
            page = self.ask("GET", f"/api/v1/registers/project/records?limit=200{more}")
            found += [item["id"] for item in page["items"]]
            more = f"&cursor={quote(page['next'])}" if page.get("next") else None
        return found


def make(folder, variant):
    return Taizhang(folder, variant)
