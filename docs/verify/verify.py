#!/usr/bin/env python3
"""A second verifier of Taizhang's journal (台账流水核验), written from docs/format-journal-entry.md alone.

It needs Python 3.8 or later and nothing else. check_vectors.py beside it checks it against the shared vectors.

    python3 verify.py JOURNAL.jsonl                              every entry of an export, and how each follows from the one before
    python3 verify.py JOURNAL.jsonl CHECKPOINT.json [BULLETIN]   and that it is the journal that was signed, the bulletin the one released
    python3 verify.py PROOF.json                                 an entry in a signed head, or the growth of one head from another

Exit 0: all is well, and whose key signed it: compare it with one printed before. 1: what is wrong, first of all. 2: called in a wrong way.
"""

import base64
import datetime
import hashlib
import json
import sys
import unicodedata

JOURNAL, CHECKPOINT = "taizhang-journal-1", "taizhang-checkpoint-1"
INCLUSION, CONSISTENCY = "taizhang-inclusion-1", "taizhang-consistency-1"
START, PATH_MAX = bytes(32), 64

class Bad(Exception):
    """Something that does not hold; says what and where. Of bytes that are no entry: short, long, version or not_canonical."""

def require(condition, complaint="not_canonical"):
    if not condition:
        raise Bad(complaint)

class Reader:
    """What is left to read. Each function below takes a reader and returns a value, or makes a function that does."""
    def __init__(self, data):
        self.rest = memoryview(data)
    def take(self, count):
        require(count <= len(self.rest), "short")
        taken, self.rest = self.rest[:count], self.rest[count:]
        return bytes(taken)

def byte(r):
    return r.take(1)[0]
def digest(r):
    return r.take(32)
def blob(r):
    return r.take(uint(r))

def within(read, first, last):
    def read_within(r):
        value = read(r)
        require(first <= value <= last)
        return value
    return read_within

length, flag, precision = within(byte, 0, 8), within(byte, 0, 1), within(byte, 0, 3)

def uint(r):
    data = r.take(length(r))
    require(data[:1] != b"\0")
    return int.from_bytes(data, "big")

def integer(r):
    data = r.take(length(r))
    value = int.from_bytes(data, "big", signed=True)
    bits = (value if value >= 0 else ~value).bit_length()
    require(len(data) == (bits // 8 + 1 if value else 0))
    return value

uint32, number, minute = within(uint, 0, 2**32 - 1), within(uint, 0, 2**63 - 1), within(uint, 0, 24 * 60 - 1)
int32, day, month = within(integer, -(2**31), 2**31 - 1), within(integer, -25_567, 84_005), within(integer, 1900 * 12, 2199 * 12 + 11)

def utf8(r):
    try:
        return blob(r).decode("utf-8")
    except UnicodeDecodeError:
        raise Bad("not_canonical") from None

def text(r):
    value = utf8(r)
    require(unicodedata.normalize("NFC", value) == value)
    return value

def option(read):
    return lambda r: read(r) if flag(r) else None
def several(*reads):
    return lambda r: tuple(read(r) for read in reads)

def listed(read):
    def read_all(r):
        count = uint(r)
        require(count <= len(r.rest), "short")
        return [read(r) for _ in range(count)]
    return read_all

def mapping(key, value):
    def read_sorted(r):
        pairs = listed(several(key, value))(r)
        keys = [key.encode() if isinstance(key, str) else key for key, _ in pairs]
        require(all(a < b for a, b in zip(keys, keys[1:])))
        return pairs
    return read_sorted

def tagged(kinds):
    def read(r):
        tag = byte(r)
        require(tag in kinds)
        name, *parts = kinds[tag]
        return (name, *(part(r) for part in parts))
    return read

# An entry: what follows each first byte of a cell and of an act, and its parts in their order.

CELLS = {
    **{0: ("not reported",), 1: ("not applicable",), 2: ("erased",), 3: ("text", text), 4: ("choice", text), 5: ("number", integer)},
    **{6: ("date", day, precision), 7: ("month", month), 8: ("unit", number), 9: ("link", number), 10: ("evidence", listed(digest))},
    **{11: ("place", int32, int32), 12: ("personal value", blob)},
}
cell = tagged(CELLS)
patch = mapping(uint32, cell)
ACTS = {
    **{1: ("open", flag, patch), 2: ("amend", patch), 3: ("move", text, patch), 4: ("note",), 5: ("void",)},
    **{6: ("correct", number, flag, option(day), mapping(uint32, option(cell))), 7: ("pack", day, uint32, text, mapping(text, utf8))},
    **{8: ("close", day), 9: ("reopen", day), 10: ("release", text, uint32, day, number, digest, listed(several(text, text)))},
}
ENTRY = {
    **dict(n=number, command=number, recorded_at=integer, actor=number, position=number, definition=number),
    **dict(occurred_on=day, occurred_at=option(minute), register=uint32, record=number, based_on=number, act=tagged(ACTS)),
    **dict(reason=option(blob), evidence=listed(digest), source=option(several(number, digest, text, uint32)), key=option(digest)),
    **dict(legs=listed(several(uint32, text, day, number, integer)), posting_count=uint32),
}

def decode(data):
    """The entry that the bytes are, as a dict."""
    r = Reader(data)
    require(byte(r) == 1, "version")
    entry = {name: read(r) for name, read in ENTRY.items()}
    entry["posting_digest"] = digest(r) if entry["posting_count"] else None
    require(not r.rest, "long")
    return entry

# Hashes, and the tree over the leaves (RFC 9162, section 2.1).

def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()
def leaf_of(data):
    return sha256(b"\x00", data)
def node(left, right):
    return sha256(b"\x01", left, right)
def head_of(book, n, previous, leaf):
    return sha256(b"\x02\x01", book, n.to_bytes(8, "big"), previous, leaf)

def root_of(leaves):
    if len(leaves) == 1:
        return leaves[0]
    middle = 1 << (len(leaves) - 1).bit_length() - 1
    return node(root_of(leaves[:middle]), root_of(leaves[middle:]))

def climb(at, last, path, older, newer):
    """The two roots that a path leads to (2.1.3.2, 2.1.4.2): the older takes only the nodes on its left."""
    for other in path:
        if last == 0:
            return None, None
        if at & 1 or at == last:
            older, newer = node(other, older), node(other, newer)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            newer = node(newer, other)
        at, last = at >> 1, last >> 1
    return (older, newer) if last == 0 else (None, None)

def includes(size, at, leaf, path, root):
    """Whether a leaf stands at a place, counted from 0, of the tree of a size."""
    return at < size and climb(at, size - 1, path, leaf, leaf)[1] == root

def grows(older, older_root, newer, newer_root, path):
    """Whether the older tree is the beginning of the newer one."""
    if older == newer:
        return not path and older_root == newer_root
    path = [older_root, *path] if older & (older - 1) == 0 else path
    at, last = older - 1, newer - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    return older < newer and path != [] and climb(at, last, path[1:], path[0], path[0]) == (older_root, newer_root)

# Signatures: Ed25519 (RFC 8032), for checking only, so speed does not matter and nothing is secret.

P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT_OF_MINUS_ONE = -121665 * pow(121666, P - 2, P) % P, pow(2, (P - 1) // 4, P)

def point_of(data):
    """A point (x, y, z, x·y) from its 32 bytes, or None: it has one way to be written."""
    encoded = int.from_bytes(data, "little")
    y, odd = encoded % 2**255, encoded >> 255
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * ROOT_OF_MINUS_ONE % P
    if y >= P or (x * x - square) % P or (x == 0 and odd):
        return None
    x = P - x if x % 2 != odd else x
    return (x, y, 1, x * y % P)

def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)

def times(scalar, point):
    result = (0, 1, 1, 0)
    for bit in bin(scalar)[2:]:
        result = add(result, result)
        result = add(result, point) if bit == "1" else result
    return result

BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))

def is_signed(public_key, message, signature):
    """Whether the signature of 64 bytes is the key's over the message; a key of small order signs nothing."""
    key, given, scalar = point_of(public_key), point_of(signature[:32]), int.from_bytes(signature[32:], "little")
    if key is None or given is None or scalar >= ORDER or times(8, key)[0] == 0:
        return False
    hashed = hashlib.sha512(signature[:32] + public_key + message).digest()
    left, right = times(scalar, BASE), add(given, times(int.from_bytes(hashed, "little") % ORDER, key))
    return all((left[axis] * right[2] - right[axis] * left[2]) % P == 0 for axis in (0, 1))

def parsed(line, where):
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        raise Bad(f"{where}: not JSON") from None
    require(isinstance(value, dict), f"{where}: not an object")
    return value

def from_hex(value, size, where):
    try:
        data = bytes.fromhex(value)
    except (TypeError, ValueError):
        data = b""
    require(len(data) == size and data.hex() == value, f"{where} is not {size} bytes in hex")
    return data

def entry_in(found, where):
    """The bytes of an entry and what they say, from an object with their number and themselves in base64."""
    n, value = found.get("n"), found.get("bytes")
    require(type(n) is int and 0 < n < 2**63, f"{where}: n is no entry number")
    try:
        data = base64.b64decode(value, validate=True)
        require(base64.b64encode(data).decode() == value, "bytes are not base64")
        entry = decode(data)
    except (TypeError, ValueError):
        raise Bad(f"{where}: bytes are not base64") from None
    except Bad as fault:
        raise Bad(f"{where}: {fault}") from None
    require(entry["n"] == n, f"{where}: the bytes say {entry['n']}")
    return data, entry

def refuse_other_spelling(text, members):
    """Members that are doubled, unknown or spelt otherwise would say things that nobody signed."""
    require(json.dumps(members, indent=2, ensure_ascii=False) + "\n" == text, "proof: it is not written as it was when made")

def checked(lines):
    """Checks an export line by line. Gives the book's id with the head, leaf and entry of every line."""
    lines = iter(lines)
    first = parsed(next(lines, ""), "line 1")
    require((first.get("format"), first.get("alg")) == (JOURNAL, "sha256"), f"line 1: format is not {JOURNAL} with sha256")
    book, head, command, recorded_at = from_hex(first.get("book"), 16, "line 1: book"), START, 0, None
    yield book, head, None, None
    for n, line in enumerate(lines, start=1):
        where = f"entry {n}"
        found = parsed(line, where)
        require(found.get("n") == n, f"{where}: the line says {found.get('n')}")
        data, entry = entry_in(found, where)
        require(recorded_at is None or entry["recorded_at"] > recorded_at, f"{where}: recorded_at is not later than before")
        leaf, recorded_at = leaf_of(data), entry["recorded_at"]
        head = head_of(book, n, head, leaf)
        require(from_hex(found.get("head"), 32, f"{where}: head") == head, f"{where}: the head does not follow")
        require(entry["command"] in (0, command), f"{where}: its command does not begin at entry {entry['command']}")
        command = entry["command"] or n
        yield book, head, leaf, entry

def read_checkpoint(text):
    proof = parsed(text, "proof")
    form = (proof.get("format"), proof.get("alg"), proof.get("signature_alg"))
    require(form == (CHECKPOINT, "sha256", "ed25519"), f"proof: format is not {CHECKPOINT} with sha256 and ed25519")
    require(type(proof.get("n")) is int and 0 < proof["n"] < 2**63, "proof: n is no entry number")
    names = "format book n head root alg signature_alg public_key signature"
    told, release = {name: proof.get(name) for name in names.split()}, proof.get("release")
    if isinstance(release, dict):
        told["release"] = {name: release.get(name) for name in "bulletin release_no as_of known_at document".split()}
        figures = release.get("figures")
        require(isinstance(figures, list) and all(isinstance(figure, dict) for figure in figures), "proof: figures are no list")
        told["release"]["figures"] = [{name: figure.get(name) for name in ("figure", "printed")} for figure in figures]
    refuse_other_spelling(text, told)
    return proof

def signed_text(proof):
    """The lines that are signed: of a head, then of its release."""
    lines, release = [CHECKPOINT, proof["book"], proof["n"], proof["head"], proof["root"]], proof.get("release")
    if release is not None:
        lines += [f"{release['bulletin']} {release['release_no']}", release["document"], f"{release['as_of']} {release['known_at']}"]
        pairs = [[figure["figure"], figure["printed"]] for figure in release["figures"]]
        lines += [json.dumps(pair, ensure_ascii=False, separators=(",", ":")) for pair in pairs]
    return "".join(f"{line}\n" for line in lines).encode()

def check_signature(proof):
    key, signature = from_hex(proof["public_key"], 32, "proof: public_key"), from_hex(proof["signature"], 64, "proof: signature")
    require(is_signed(key, signed_text(proof), signature), "proof: the signature is not the key's")

def check_journal(proof, lines):
    """Goes through the whole journal; the signed head must be the one of its entry."""
    last, found, leaves = 0, None, []
    for n, (book, head, leaf, entry) in enumerate(checked(lines)):
        require(book.hex() == proof["book"], "proof: it is of another book")
        last, found = n, (head, entry) if n == proof["n"] else found
        if 0 < n <= proof["n"]:
            leaves.append(leaf)
    require(found, f"proof: signed at entry {proof['n']}, the journal ends at entry {last}: it was cut off")
    head, entry = found
    require(head.hex() == proof["head"], f"proof: entry {proof['n']} has another head: the journal was rewritten")
    require(root_of(leaves).hex() == proof["root"], "proof: the signed root is not the journal's")
    if "release" in proof:
        name, *parts = entry["act"]
        same = name == "release" and json.dumps(released(*parts)) == json.dumps(proof["release"])
        require(same, "proof: the entry is no release, or released something else")

def released(bulletin, release_no, as_of, known_at, document, figures):
    """What the entry of a release says, as its proof must say it."""
    as_of = (datetime.date(1970, 1, 1) + datetime.timedelta(days=as_of)).isoformat()
    figures = [{"figure": figure, "printed": printed} for figure, printed in figures]
    told = {"bulletin": bulletin, "release_no": release_no, "as_of": as_of, "known_at": known_at}
    return {**told, "document": document.hex(), "figures": figures}

def check_proof(text):
    """Checks a proof of an entry or of a growth; returns what it proves."""
    proof = parsed(text, "proof")
    form, path = proof.get("format"), proof.get("path")
    require(form in (INCLUSION, CONSISTENCY), f"proof: format is neither {INCLUSION} nor {CONSISTENCY}")
    require(isinstance(path, list) and len(path) <= PATH_MAX, "proof: path is no list of hashes")
    steps = [from_hex(step, 32, "proof: path") for step in path]
    return (check_inclusion if form == INCLUSION else check_growth)(proof, text, path, steps)

def signed_in(proof, name):
    """A signed head inside a proof, written as it is by itself, and its root."""
    head = read_checkpoint(json.dumps(proof.get(name), indent=2, ensure_ascii=False) + "\n")
    check_signature(head)
    return head, from_hex(head["root"], 32, "proof: root")

def check_inclusion(proof, text, path, steps):
    (head, root), (data, entry) = signed_in(proof, "checkpoint"), entry_in(proof, "proof")
    n = entry["n"]
    refuse_other_spelling(text, {"format": INCLUSION, "n": n, "bytes": proof["bytes"], "path": path, "checkpoint": head})
    require(includes(head["n"], n - 1, leaf_of(data), steps, root), "proof: the entry does not stand in the signed head")
    return f"entry={n} in n={head['n']} key={head['public_key']}"

def check_growth(proof, text, path, steps):
    (older, older_root), (newer, newer_root) = signed_in(proof, "older"), signed_in(proof, "newer")
    refuse_other_spelling(text, {"format": CONSISTENCY, "path": path, "older": older, "newer": newer})
    require(all(older[name] == newer[name] for name in ("book", "public_key")), "proof: the heads are of two books or keys")
    require(older["n"] != newer["n"] or older["head"] == newer["head"], "proof: two heads of one entry")
    require(grows(older["n"], older_root, newer["n"], newer_root, steps), "proof: the later head did not grow out of the earlier one")
    return f"n={older['n']} in n={newer['n']} key={newer['public_key']}"

def content(path):
    with open(path, "rb") as file:
        return file.read()

def check_alone(path):
    """A file by itself: a proof begins with a bracket and a line feed, a journal with a whole object."""
    with open(path, encoding="utf-8", newline="") as file:
        if file.readline() == "{\n":
            return check_proof(content(path).decode())
        file.seek(0)
        for n, (_, head, _, _) in enumerate(checked(file)):
            pass
    return f"entries={n} head={head.hex()}"

def check_against(path, checkpoint, bulletin=None):
    """A journal against a signed head, and a bulletin against its release."""
    proof = read_checkpoint(content(checkpoint).decode())
    check_signature(proof)
    with open(path, encoding="utf-8", newline="") as file:
        check_journal(proof, file)
    if bulletin is not None:
        document = sha256(content(bulletin)).hex()
        require(document == proof.get("release", {}).get("document"), "bulletin: it is not the one released")
    return f"n={proof['n']} head={proof['head']} key={proof['public_key']}"

def main(arguments):
    if not 1 <= len(arguments) <= 3 or arguments[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        print("ok", (check_alone if len(arguments) == 1 else check_against)(*arguments))
    except (Bad, OSError, UnicodeDecodeError) as fault:
        print(fault)
        return 1
    return 0

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
