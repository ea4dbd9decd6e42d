#!/usr/bin/env python3
"""A second verifier of Taizhang's journal (台账流水核验), written from docs/format-journal-entry.md alone.

It needs Python 3.8 or later and nothing else, no server and no database:

    python3 verify.py JOURNAL.jsonl     checks an export; prints "ok entries=N head=HEX"

Exit 0: all is well. 1: the first bad entry is named. 2: called in a wrong way.
check_vectors.py beside it checks this program itself against the shared vectors.
"""

import base64
import binascii
import hashlib
import json
import sys
import unicodedata

FORMAT = "taizhang-journal-1"
START = bytes(32)
DAY_FIRST, DAY_LAST = -25_567, 84_005
MONTH_FIRST, MONTH_LAST = 1900 * 12, 2199 * 12 + 11
ACTS = dict(enumerate("open amend move note void correct pack close reopen release".split(), start=1))


class Malformed(Exception):
    """Bytes that are no entry: short, long, version or not_canonical."""


class Bad(Exception):
    """An export that does not hold; says where."""


def refuse_unless(condition, why="not_canonical"):
    if not condition:
        raise Malformed(why)


# Reading. Every function takes a reader and returns a value, or raises Malformed.


class Reader:
    """Bytes and how far they have been read."""

    def __init__(self, data):
        self.data = data
        self.at = 0

    def left(self):
        return len(self.data) - self.at

    def take(self, count):
        refuse_unless(count <= self.left(), "short")
        taken = self.data[self.at : self.at + count]
        self.at += count
        return taken


def byte(r):
    return r.take(1)[0]


def flag(r):
    value = byte(r)
    refuse_unless(value <= 1)
    return value == 1


def sized(r):
    length = byte(r)
    refuse_unless(length <= 8)
    return r.take(length)


def uint(r):
    data = sized(r)
    refuse_unless(not data or data[0] != 0)
    return int.from_bytes(data, "big")


def integer(r):
    data = sized(r)
    value = int.from_bytes(data, "big", signed=True)
    refuse_unless(data == int_bytes(value)[1:])
    return value


def below(limit):
    def read(r):
        value = uint(r)
        refuse_unless(value < limit)
        return value

    return read


def between(first, last):
    def read(r):
        value = integer(r)
        refuse_unless(first <= value <= last)
        return value

    return read


uint32 = below(2**32)
number = below(2**63)
minute = below(24 * 60)
int32 = between(-(2**31), 2**31 - 1)
day = between(DAY_FIRST, DAY_LAST)
month = between(MONTH_FIRST, MONTH_LAST)


def blob(r):
    return r.take(uint(r))


def utf8(r):
    try:
        return blob(r).decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("not_canonical") from None


def text(r):
    value = utf8(r)
    refuse_unless(unicodedata.normalize("NFC", value) == value)
    return value


def digest(r):
    return r.take(32)


def option(read):
    return lambda r: read(r) if flag(r) else None


def sequence(read):
    def read_all(r):
        count = uint(r)
        refuse_unless(count <= r.left(), "short")
        return [read(r) for _ in range(count)]

    return read_all


def pair(first, second):
    return lambda r: (first(r), second(r))


def mapping(key, value):
    read = sequence(pair(key, value))

    def read_sorted(r):
        pairs = read(r)
        keys = [key.encode() if isinstance(key, str) else key for key, _ in pairs]
        refuse_unless(all(a < b for a, b in zip(keys, keys[1:])))
        return pairs

    return read_sorted


def precision(r):
    value = byte(r)
    refuse_unless(value <= 3)
    return value


CELLS = {
    **dict.fromkeys((0, 1, 2), ()),
    **dict.fromkeys((3, 4), (text,)),
    **dict.fromkeys((8, 9), (number,)),
    **{5: (integer,), 6: (day, precision), 7: (month,)},
    **{10: (sequence(digest),), 11: (int32, int32), 12: (blob,)},
}


def cell(r):
    tag = byte(r)
    refuse_unless(tag in CELLS)
    return (tag, *(read(r) for read in CELLS[tag]))


def change(r):
    return cell(r) if flag(r) else None


patch = mapping(uint32, cell)

PARTS = {
    "open": (flag, patch),
    "amend": (patch,),
    "move": (text, patch),
    "note": (),
    "void": (),
    "correct": (number, flag, option(day), mapping(uint32, change)),
    "pack": (day, uint32, text, mapping(text, utf8)),
    "close": (day,),
    "reopen": (day,),
    "release": (text, uint32, day, number, digest, sequence(pair(text, text))),
}


def act(r):
    tag = byte(r)
    refuse_unless(tag in ACTS)
    name = ACTS[tag]
    return (name, *(read(r) for read in PARTS[name]))


def source(r):
    return (number(r), digest(r), text(r), uint32(r))


def leg(r):
    return (uint32(r), text(r), day(r), number(r), integer(r))


ENTRY = (
    ("n", number),
    ("command", number),
    ("recorded_at", integer),
    ("actor", number),
    ("position", number),
    ("definition", number),
    ("occurred_on", day),
    ("occurred_at", option(minute)),
    ("register", uint32),
    ("record", number),
    ("based_on", number),
    ("act", act),
    ("reason", option(blob)),
    ("evidence", sequence(digest)),
    ("source", option(source)),
    ("key", option(digest)),
    ("legs", sequence(leg)),
    ("posting_count", uint32),
)


def decode(data):
    """The entry that the bytes are, as a dict."""
    r = Reader(data)
    refuse_unless(byte(r) == 1, "version")
    entry = {name: read(r) for name, read in ENTRY}
    entry["posting_digest"] = digest(r) if entry["posting_count"] else None
    refuse_unless(r.left() == 0, "long")
    return entry


# Writing: only what the digest of postings needs, and the shortest form of numbers.


def uint_bytes(value):
    data = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return bytes([len(data)]) + data


def int_bytes(value):
    length = 0 if value == 0 else (value if value >= 0 else ~value).bit_length() // 8 + 1
    return bytes([length]) + value.to_bytes(length, "big", signed=True)


def text_bytes(value):
    data = unicodedata.normalize("NFC", value).encode()
    return uint_bytes(len(data)) + data


# Hashes.


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def leaf_of(data):
    return sha256(b"\x00", data)


def head_of(book, n, previous, leaf):
    return sha256(b"\x02\x01", book, n.to_bytes(8, "big"), previous, leaf)


def posting_digest(postings):
    if not postings:
        return START
    out = [b"\x03"]
    for account, unit, dim, on, record, *amounts in postings:
        out += [uint_bytes(account), uint_bytes(unit), text_bytes(dim), int_bytes(on), uint_bytes(record)]
        out += [int_bytes(amount) for amount in amounts]
    return sha256(*out)


# The export.


def members(line, where):
    try:
        value = json.loads(line)
    except ValueError:
        raise Bad(f"{where}: not JSON") from None
    if not isinstance(value, dict):
        raise Bad(f"{where}: not an object")
    return value


def book_of(line):
    first = members(line, "line 1")
    if first.get("format") != FORMAT:
        raise Bad(f"line 1: format is not {FORMAT}")
    if first.get("alg") != "sha256":
        raise Bad("line 1: algorithm is not sha256")
    return from_hex(first.get("book"), 16, "line 1: book")


def from_hex(value, length, where):
    try:
        data = bytes.fromhex(value)
    except (TypeError, ValueError):
        data = b""
    if len(data) != length or data.hex() != value:
        raise Bad(f"{where} is not {length} bytes in hex")
    return data


def from_base64(value, where):
    try:
        data = base64.b64decode(value, validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise Bad(f"{where}: bytes are not base64") from None
    if base64.b64encode(data).decode() != value:
        raise Bad(f"{where}: bytes are not base64")
    return data


def check_line(line, book, n, previous, recorded_at):
    """One entry of an export. Returns its head, its leaf, and what it says."""
    where = f"entry {n}"
    found = members(line, where)
    if found.get("n") != n:
        raise Bad(f"{where}: the line says {found.get('n')}")
    data = from_base64(found.get("bytes"), where)
    try:
        entry = decode(data)
    except Malformed as fault:
        raise Bad(f"{where}: {fault}") from None
    if entry["n"] != n:
        raise Bad(f"{where}: the bytes say {entry['n']}")
    if recorded_at is not None and entry["recorded_at"] <= recorded_at:
        raise Bad(f"{where}: recorded_at is not later than before")
    leaf = leaf_of(data)
    head = head_of(book, n, previous, leaf)
    if from_hex(found.get("head"), 32, f"{where}: head") != head:
        raise Bad(f"{where}: the head does not follow")
    return head, leaf, entry


def checked(lines):
    """Checks an export line by line. Gives the book's id with the head, leaf and entry of every line."""
    lines = iter(lines)
    book = book_of(next(lines, ""))
    head, recorded_at, first = START, None, 0
    yield book, head, None, None
    for n, line in enumerate(lines, start=1):
        head, leaf, entry = check_line(line, book, n, head, recorded_at)
        recorded_at = entry["recorded_at"]
        if entry["command"] not in (0, first):
            raise Bad(f"entry {n}: its command does not begin at entry {entry['command']}")
        first = entry["command"] or n
        yield book, head, leaf, entry


def check_export(lines):
    """Checks a whole export. Returns how many entries it has, and its head."""
    n, head = -1, START
    for _, head, *_ in checked(lines):
        n += 1
    return n, head


def main(arguments):
    try:
        if len(arguments) != 1 or arguments[0].startswith("-"):
            print(__doc__, file=sys.stderr)
            return 2
        with open(arguments[0], encoding="utf-8") as file:
            entries, head = check_export(file)
        print(f"ok entries={entries} head={head.hex()}")
    except Bad as fault:
        print(fault)
        return 1
    except (OSError, UnicodeDecodeError) as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
