#!/usr/bin/env python3
"""Checks verify.py against the vectors that it shares with the program.

    python3 check_vectors.py VECTORS.json

Exit 0: it meets all of them. 1: the first that it does not meet is named. 2: called in a wrong way.
"""

import json
import sys
import unicodedata

from verify import START, Bad, Reader, decode, head_of, integer, is_signed, leaf_of, root_of, sha256, uint


# RFC 8032, 7.1, tests 1 and 2: public key, message, signature.
ED25519 = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
)


# Writing, which a verifier of exports does not need: the shortest form of numbers, and the digest of postings.


def uint_bytes(value):
    data = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return bytes([len(data)]) + data


def int_bytes(value):
    length = 0 if value == 0 else (value if value >= 0 else ~value).bit_length() // 8 + 1
    return bytes([length]) + value.to_bytes(length, "big", signed=True)


def text_bytes(value):
    data = unicodedata.normalize("NFC", value).encode()
    return uint_bytes(len(data)) + data


def posting_digest(postings):
    if not postings:
        return START
    out = [b"\x03"]
    for account, unit, dim, on, record, *amounts in postings:
        out += [uint_bytes(account), uint_bytes(unit), text_bytes(dim), int_bytes(on), uint_bytes(record)]
        out += [int_bytes(amount) for amount in amounts]
    return sha256(*out)


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
    head, leaves = START, []
    for vector in vectors["entries"]:
        head = check_entry(vector, bytes.fromhex(vectors["book"]), head)
        leaves.append(bytes.fromhex(vector["leaf"]))
        same(f"root {len(leaves)}", root_of(leaves).hex(), vectors["roots"][len(leaves) - 1])
        checked += 2
    for key, message, signature in ED25519:
        key, message, signature = (bytes.fromhex(text) for text in (key, message, signature))
        same("signature", is_signed(key, message, signature), True)
        same("another message", is_signed(key, message + b"x", signature), False)
        same("another signature", is_signed(key, message, signature[:63] + b"\x01"), False)
        checked += 3
    for data, why in vectors["refused"]:
        same(f"refused {data}", refusal(bytes.fromhex(data)), why)
        checked += 1
    return checked


def check_entry(vector, book, head):
    data = bytes.fromhex(vector["bytes"])
    entry = decode(data)
    where = f"entry {vector['n']}"
    for name in ("n", "command", "recorded_at", "register", "record", "posting_count"):
        same(f"{where} {name}", entry[name], vector[name])
    same(f"{where} act", entry["act"][0], vector["act"])
    same(f"{where} leaf", leaf_of(data).hex(), vector["leaf"])
    head = head_of(book, entry["n"], head, leaf_of(data))
    same(f"{where} head", head.hex(), vector["head"])
    return head


def refusal(data):
    try:
        decode(data)
    except Bad as fault:
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
