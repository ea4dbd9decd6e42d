"""The floor: axum and SQLite with a version of the row and a chained entry for each write, and no product above it."""

import os
import shutil

import data
from product import Product

PROGRAM = os.path.abspath(os.environ.get("FLOORS", "target/floors/release/floors"))


class Floor(Product):
    name, address = "floor", "127.0.0.1:8495"
    history = "version of the row, chain"
    durable = "WAL, synchronous=FULL, shared commits"
    most_a_second = 20_000

    def headers(self):
        return ["Authorization: Bearer floor"]

    def reset(self):
        self.stop()
        shutil.rmtree(f"{self.folder}/floor", ignore_errors=True)
        os.makedirs(f"{self.folder}/floor")
        self.start()

    def start(self):
        return self.spawn([PROGRAM, "http", f"{self.folder}/floor/floor.db", self.address], "/health")

    def create(self, row):
        fields = {name: data.unit_code(value) if name == "unit" else str(value) for name, value in row.items()}
        return "POST", "/r", {"set": fields}


def make(folder, variant):
    return Floor(folder, variant)
