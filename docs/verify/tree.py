"""The tree over a journal's leaves (RFC 9162, section 2.1), written from docs/format-journal-entry.md alone."""

import hashlib


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A growing tree: the roots of its whole subtrees, the largest first."""

    def __init__(self):
        self.size = 0
        self.peaks = []

    def push(self, leaf):
        size = self.size
        while size & 1:
            leaf = node(self.peaks.pop(), leaf)
            size >>= 1
        self.peaks.append(leaf)
        self.size += 1

    def root(self):
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node(peak, root)
        return root


def includes(size, at, leaf, path, root):
    """Whether a leaf stands at a place, counted from 0, of the tree of a size."""
    if not 0 <= at < size:
        return False
    last, found = size - 1, leaf
    for other in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node(other, found)
            at, last = up(at, last)
        else:
            found = node(found, other)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def grows(older, older_root, newer, newer_root, path):
    """Whether the older tree is the beginning of the newer one."""
    if not 0 < older <= newer:
        return False
    if older == newer:
        return not path and older_root == newer_root
    if older & (older - 1) == 0:
        path = [older_root, *path]
    if not path:
        return False
    at, last = older - 1, newer - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    was = found = path[0]
    for other in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            was, found = node(other, was), node(other, found)
            at, last = up(at, last)
        else:
            found = node(found, other)
        at, last = at >> 1, last >> 1
    return last == 0 and was == older_root and found == newer_root


def up(at, last):
    """Leaves out the levels at which a right edge has no neighbour."""
    while at and not at & 1:
        at, last = at >> 1, last >> 1
    return at, last
