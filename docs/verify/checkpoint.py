#!/usr/bin/env python3
"""Checks a signed head, of a release or alone, against an exported journal. Python 3.8 and nothing else.

    python3 checkpoint.py JOURNAL.jsonl PROOF.json [DOCUMENT.md]

It checks the signature (Ed25519), that the journal holds, and that its entry of that number has the
head that was signed; for a release also that the entry says so, and that the document is the one
released. It prints the public key: compare it with one that was printed before. Exit 0: all is well.
1: what is wrong. 2: called in a wrong way.
"""

import datetime
import hashlib
import json
import sys

from tree import Tree
from verify import Bad, checked, from_hex

FORMAT = "taizhang-checkpoint-1"

# Ed25519 (RFC 8032), for checking only: speed does not matter, and nothing here is secret.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def recover_x(y, odd):
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P != 0:
        x = x * ROOT % P
    if (x * x - square) % P != 0 or (x == 0 and odd):
        return None
    return P - x if x % 2 != odd else x


def decompress(data):
    number = int.from_bytes(data, "little")
    y, odd = number % 2**255, number >> 255
    x = recover_x(y, odd) if y < P else None
    return None if x is None else (x, y, 1, x * y % P)


def compress(point):
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x % 2) << 255).to_bytes(32, "little")


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = decompress(BASE_Y.to_bytes(32, "little"))


def is_signed(public_key, message, signature):
    """Whether the signature of 64 bytes is the key's over the message."""
    key, scalar = decompress(public_key), int.from_bytes(signature[32:], "little")
    if key is None or scalar >= ORDER or times(8, key)[0] == 0:
        return False
    hashed = hashlib.sha512(signature[:32] + public_key + message).digest()
    challenge = int.from_bytes(hashed, "little") % ORDER
    minus = (P - key[0], key[1], 1, P - key[3])
    return compress(add(times(scalar, BASE), times(challenge, minus))) == signature[:32]


# The proof.


def read_proof(text):
    try:
        proof = json.loads(text)
    except (ValueError, RecursionError):
        raise Bad("proof: not JSON") from None
    if not isinstance(proof, dict) or proof.get("format") != FORMAT:
        raise Bad(f"proof: format is not {FORMAT}")
    if proof.get("alg") != "sha256" or proof.get("signature_alg") != "ed25519":
        raise Bad("proof: algorithms are not sha256 and ed25519")
    if type(proof.get("n")) is not int or not 0 < proof["n"] < 2**63:
        raise Bad("proof: n is no entry number")
    # Members that are doubled, unknown or spelt otherwise would say things that nobody signed.
    if members_of(proof) != text:
        raise Bad("proof: it is not written as it was when signed")
    return proof


def members_of(proof):
    """The proof as it is written: these members in this order, two spaces deep, one line feed at the end."""
    names = "format book n head root alg signature_alg public_key signature".split()
    told = {name: proof.get(name) for name in names}
    release = proof.get("release")
    if isinstance(release, dict):
        names = "bulletin release_no as_of known_at document".split()
        told["release"] = {name: release.get(name) for name in names}
        figures = release.get("figures")
        listed = isinstance(figures, list) and all(isinstance(figure, dict) for figure in figures)
        pairs = [{name: figure.get(name) for name in ("figure", "printed")} for figure in (figures if listed else ())]
        told["release"]["figures"] = pairs
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def signed_text(proof):
    text = f"{FORMAT}\n{proof['book']}\n{proof['n']}\n{proof['head']}\n{proof['root']}\n"
    release = proof.get("release")
    if release is not None:
        text += f"{release['bulletin']} {release['release_no']}\n{release['document']}\n{release['as_of']} {release['known_at']}\n"
        for figure in release["figures"]:
            pair = [figure["figure"], figure["printed"]]
            text += json.dumps(pair, ensure_ascii=False, separators=(",", ":")) + "\n"
    return text.encode()


def check_signature(proof):
    key = from_hex(proof.get("public_key"), 32, "proof: public_key")
    signature = from_hex(proof.get("signature"), 64, "proof: signature")
    try:
        message = signed_text(proof)
    except (KeyError, TypeError):
        raise Bad("proof: something that is signed is missing") from None
    if not is_signed(key, message, signature):
        raise Bad("proof: the signature is not the key's")


def check_journal(proof, lines):
    """Goes through the whole journal; the signed head must be the one of its entry."""
    last, found, tree = 0, None, Tree()
    for n, (book, head, leaf, entry) in enumerate(checked(lines)):
        if book.hex() != proof.get("book"):
            raise Bad("proof: it is of another book")
        last, found = n, (head, entry) if n == proof["n"] else found
        if 0 < n <= proof["n"]:
            tree.push(leaf)
    if found is None:
        raise Bad(f"proof: signed at entry {proof['n']}, the journal ends at entry {last}: it was cut off")
    head, entry = found
    if head.hex() != proof.get("head"):
        raise Bad(f"proof: entry {proof['n']} has another head: the journal was rewritten")
    if tree.root().hex() != proof.get("root"):
        raise Bad("proof: the signed root is not the journal's")
    if proof.get("release") is not None:
        check_release(proof["release"], entry)


def check_release(release, entry):
    act = entry["act"] if entry else ()
    if act[:1] != ("release",):
        raise Bad("proof: the entry is no release")
    _, bulletin, number, as_of, known_at, document, figures = act
    as_of = (datetime.date(1970, 1, 1) + datetime.timedelta(days=as_of)).isoformat()
    printed = [(figure["figure"], figure["printed"]) for figure in release["figures"]]
    told = (release["bulletin"], release["release_no"], release["as_of"], release["known_at"], release["document"], printed)
    if told != (bulletin, number, as_of, known_at, document.hex(), figures):
        raise Bad("proof: the entry released something else")


def check_document(proof, data):
    if proof.get("release") is None or hashlib.sha256(data).hexdigest() != proof["release"]["document"]:
        raise Bad("document: it is not the one released")


def main(arguments):
    if len(arguments) not in (2, 3):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with open(arguments[1], encoding="utf-8", newline="") as file:
            proof = read_proof(file.read())
        check_signature(proof)
        with open(arguments[0], encoding="utf-8") as file:
            check_journal(proof, file)
        for path in arguments[2:]:
            with open(path, "rb") as file:
                check_document(proof, file.read())
    except Bad as fault:
        print(fault)
        return 1
    except (OSError, UnicodeDecodeError) as fault:
        print(fault, file=sys.stderr)
        return 1
    print(f"ok n={proof['n']} head={proof['head']} key={proof['public_key']}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
