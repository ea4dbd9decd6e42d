#!/usr/bin/env python3
"""Checks verify.py against the vectors that it shares with the program.

    python3 check_vectors.py VECTORS.json

Exit 0: it meets all of them. 1: the first that it does not meet is named. 2: called in a wrong way.
"""

import json
import sys

from verify import (
    START, Bad, Malformed, Reader, decode, head_of, int_bytes, integer, leaf_of, posting_digest, uint, uint_bytes,
)  # fmt: skip


def check_vectors(vectors):
    """Every vector against this program. Returns how many there were."""
    checked = 0
    for name, read, write in (("int", integer, int_bytes), ("uint", uint, uint_bytes)):
        for value, data in vectors[name]:
            same(f"{name} {value}", write(int(value)).hex(), data)
            same(f"{name} {data}", read(Reader(bytes.fromhex(data))), int(value))
            checked += 1
    for postings, expected in vectors["posting_digests"]:
        same("posting digest", posting_digest(postings).hex(), expected)
        checked += 1
    head = START
    for vector in vectors["entries"]:
        head = check_entry(vector, bytes.fromhex(vectors["book"]), head)
        checked += 1
    for data, why in vectors["refused"]:
        same(f"refused {data}", refusal(bytes.fromhex(data)), why)
        checked += 1
    return checked


def check_entry(vector, book, head):
    data = bytes.fromhex(vector["bytes"])
    entry = decode(data)
    where = f"entry {vector['n']}"
    for name in ("n", "recorded_at", "register", "record", "posting_count"):
        same(f"{where} {name}", entry[name], vector[name])
    same(f"{where} act", entry["act"][0], vector["act"])
    same(f"{where} leaf", leaf_of(data).hex(), vector["leaf"])
    head = head_of(book, entry["n"], head, leaf_of(data))
    same(f"{where} head", head.hex(), vector["head"])
    return head


def refusal(data):
    try:
        decode(data)
    except Malformed as fault:
        return str(fault)
    return "accepted"


def same(what, found, expected):
    if found != expected:
        raise Bad(f"{what}: found {found}, expected {expected}")


def main(arguments):
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with open(arguments[0], encoding="utf-8") as file:
            print(f"ok vectors={check_vectors(json.load(file))}")
    except Bad as fault:
        print(fault)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
