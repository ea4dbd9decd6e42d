#!/usr/bin/env python3
"""Checks that an entry stands in a signed head, or that one signed head grew out of another. Python 3.8 alone.

    python3 proofs.py PROOF.json

No journal is needed. It prints the public key: compare it with one that was printed before. Exit 0: it is
proven. 1: what is wrong. 2: called in a wrong way.
"""

import base64
import json
import sys

from checkpoint import check_signature, read_proof
from tree import grows, includes
from verify import Bad, Malformed, decode, from_base64, from_hex, leaf_of

ENTRY, GROWTH = "taizhang-inclusion-1", "taizhang-consistency-1"
LONGEST = 64


def check(text):
    """Checks a proof; returns what it proves."""
    try:
        proof = json.loads(text)
    except (ValueError, RecursionError):
        raise Bad("proof: not JSON") from None
    if not isinstance(proof, dict):
        raise Bad("proof: not an object")
    checks = {ENTRY: check_entry, GROWTH: check_growth}
    if proof.get("format") not in (ENTRY, GROWTH):
        raise Bad(f"proof: format is neither {ENTRY} nor {GROWTH}")
    return checks[proof["format"]](proof, text)


def check_entry(proof, text):
    number = proof.get("n")
    if type(number) is not int or not 0 < number < 2**63:
        raise Bad("proof: n is no entry number")
    data, head, path = from_base64(proof.get("bytes"), "proof"), head_in(proof, "checkpoint"), path_of(proof)
    as_written(text, format=ENTRY, n=number, bytes=base64.b64encode(data).decode(), path=path, checkpoint=head)
    check_signature(head)
    try:
        entry = decode(data)
    except Malformed as fault:
        raise Bad(f"proof: the entry is {fault}") from None
    if entry["n"] != number:
        raise Bad(f"proof: the bytes say {entry['n']}")
    root = from_hex(head["root"], 32, "proof: root")
    if not includes(head["n"], number - 1, leaf_of(data), [bytes.fromhex(step) for step in path], root):
        raise Bad("proof: the entry does not stand in the signed head")
    return f"entry={number} in n={head['n']} key={head['public_key']}"


def check_growth(proof, text):
    older, newer, path = head_in(proof, "older"), head_in(proof, "newer"), path_of(proof)
    as_written(text, format=GROWTH, path=path, older=older, newer=newer)
    for head in (older, newer):
        check_signature(head)
    for name in ("book", "public_key"):
        if older[name] != newer[name]:
            raise Bad(f"proof: the heads differ in {name}")
    roots = [from_hex(head["root"], 32, "proof: root") for head in (older, newer)]
    steps = [bytes.fromhex(step) for step in path]
    same = older["n"] != newer["n"] or older["head"] == newer["head"]
    if not same or not grows(older["n"], roots[0], newer["n"], roots[1], steps):
        raise Bad("proof: the later head did not grow out of the earlier one")
    return f"n={older['n']} in n={newer['n']} key={newer['public_key']}"


def head_in(proof, name):
    """A signed head inside a proof, written as it is by itself."""
    return read_proof(json.dumps(proof.get(name), indent=2, ensure_ascii=False) + "\n")


def path_of(proof):
    path = proof.get("path")
    if not isinstance(path, list) or len(path) > LONGEST:
        raise Bad("proof: path is no list of hashes")
    return [from_hex(step, 32, "proof: path").hex() for step in path]


def as_written(text, **members):
    """Members that are doubled, unknown or spelt otherwise would say things that nobody proved."""
    if json.dumps(members, indent=2, ensure_ascii=False) + "\n" != text:
        raise Bad("proof: it is not written as it was when made")


def main(arguments):
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with open(arguments[0], encoding="utf-8", newline="") as file:
            print(f"ok {check(file.read())}")
    except Bad as fault:
        print(fault)
        return 1
    except (OSError, UnicodeDecodeError) as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
