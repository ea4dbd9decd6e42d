//! Room: the tree over the same leaves as the chain (RFC 9162, section 2.1), by which one entry, or the growth
//! from one signed head to another, is proven with a few hashes. It is computed from the journal alone, and no
//! entry's bytes know of it. Pure; reads no database.

use super::chain::Hash;
use sha2::{Digest, Sha256};

/// `H(0x01 ‖ left ‖ right)`: never what a leaf hashes to, which begins with 0x00.
fn node(left: &Hash, right: &Hash) -> Hash {
    Sha256::new()
        .chain_update([0x01])
        .chain_update(left)
        .chain_update(right)
        .finalize()
        .into()
}

/// A growing tree: the roots of its whole subtrees, the largest first.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    size: u64,
    peaks: Vec<Hash>,
}

impl Tree {
    /// Adds a leaf.
    pub fn push(&mut self, leaf: Hash) {
        let mut whole = leaf;
        // As many subtrees are completed as the old size ends with ones.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                whole = node(&left, &whole);
            }
        }
        self.peaks.push(whole);
        self.size += 1;
    }

    /// The root over all leaves so far; without any the hash of nothing.
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        match peaks.next() {
            None => Sha256::digest([]).into(),
            Some(last) => peaks.fold(*last, |right, left| node(left, &right)),
        }
    }
}

/// The root over leaves.
pub fn root(leaves: &[Hash]) -> Hash {
    let mut tree = Tree::default();
    leaves.iter().for_each(|leaf| tree.push(*leaf));
    tree.root()
}

/// How many leaves the left part of so many has: the largest power of two below.
fn left_of(size: usize) -> usize {
    size.next_power_of_two() / 2
}

/// The hashes that lead from the leaf at a place, counted from 0, to the root.
pub fn inclusion(leaves: &[Hash], at: usize) -> Vec<Hash> {
    if leaves.len() < 2 {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(left_of(leaves.len()));
    let (mut path, other) = if at < left.len() {
        (inclusion(left, at), right)
    } else {
        (inclusion(right, at - left.len()), left)
    };
    path.push(root(other));
    path
}

/// The hashes by which the root over the first `older` leaves, of which there is at least one, is part of the root
/// over all.
pub fn consistency(leaves: &[Hash], older: usize) -> Vec<Hash> {
    grown(leaves, older, true)
}

fn grown(leaves: &[Hash], older: usize, is_whole: bool) -> Vec<Hash> {
    if older >= leaves.len() {
        return if is_whole { Vec::new() } else { vec![root(leaves)] };
    }
    let (left, right) = leaves.split_at(left_of(leaves.len()));
    let (mut path, other) = if older <= left.len() {
        (grown(left, older, is_whole), right)
    } else {
        (grown(right, older - left.len(), false), left)
    };
    path.push(root(other));
    path
}

/// Whether a leaf stands at a place of the tree of a size (RFC 9162, 2.1.3.2).
pub fn includes(size: u64, at: u64, leaf: &Hash, path: &[Hash], root: &Hash) -> bool {
    if at >= size {
        return false;
    }
    let (mut at, mut last, mut hash) = (at, size - 1, *leaf);
    for other in path {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            hash = node(other, &hash);
            up(&mut at, &mut last);
        } else {
            hash = node(&hash, other);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    last == 0 && hash == *root
}

/// Whether the tree of the older size and root is the beginning of the newer one (RFC 9162, 2.1.4.2).
pub fn grows(older: (u64, &Hash), newer: (u64, &Hash), path: &[Hash]) -> bool {
    if older.0 == 0 || older.0 > newer.0 {
        return false;
    }
    if older.0 == newer.0 {
        return path.is_empty() && older.1 == newer.1;
    }
    let whole = older.0.is_power_of_two().then_some(older.1);
    let mut path = whole.into_iter().chain(path);
    let Some(first) = path.next() else { return false };
    let shift = (older.0 - 1).trailing_ones();
    let (mut at, mut last) = ((older.0 - 1) >> shift, (newer.0 - 1) >> shift);
    let (mut was, mut is) = (*first, *first);
    for other in path {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            (was, is) = (node(other, &was), node(other, &is));
            up(&mut at, &mut last);
        } else {
            is = node(&is, other);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    last == 0 && was == *older.1 && is == *newer.1
}

/// Leaves out the levels at which a right edge has no neighbour.
fn up(at: &mut u64, last: &mut u64) {
    while *at & 1 == 0 && *at != 0 {
        (*at, *last) = (*at >> 1, *last >> 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(count: usize) -> Vec<Hash> {
        (0..count).map(|at| super::super::chain::leaf(&[at as u8])).collect()
    }

    /// The definition itself, word by word.
    fn defined(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => Sha256::digest([]).into(),
            [leaf] => *leaf,
            _ => {
                let half = (0..).map(|bit| 1 << bit).take_while(|half| *half < leaves.len()).last();
                let (left, right) = leaves.split_at(half.unwrap_or(1));
                node(&defined(left), &defined(right))
            }
        }
    }

    #[test]
    fn every_leaf_and_every_growth_of_small_trees_is_proven_and_nothing_else() {
        let all = leaves(40);
        for size in 0..=all.len() {
            let now = &all[..size];
            let is = root(now);
            assert_eq!(is, defined(now), "{size} leaves");
            for at in 0..size {
                let path = inclusion(now, at);
                for (place, leaf) in all.iter().enumerate() {
                    let proven = includes(size as u64, place as u64, leaf, &path, &is);
                    assert_eq!(proven, place == at, "leaf {at} of {size}, offered at {place}");
                    let moved = includes(size as u64, place as u64, &now[at], &path, &is);
                    assert_eq!(moved, place == at, "leaf {at} of {size}, said to stand at {place}");
                }
            }
            for older in 1..=size {
                let path = consistency(now, older);
                for (said, _) in all.iter().enumerate() {
                    let said = said + 1;
                    let was = root(&all[..older]);
                    let proven = grows((said as u64, &was), (size as u64, &is), &path);
                    assert_eq!(proven, said == older, "{older} of {size}, said to be {said}");
                }
            }
        }
    }

    #[test]
    fn sizes_that_are_none_prove_nothing() {
        let all = leaves(5);
        let (is, path) = (root(&all), consistency(&all, 3));
        let was = root(&all[..3]);
        assert!(grows((3, &was), (5, &is), &path), "the control");
        for (older, newer) in [(0, 5), (3, 0), (6, 5), (3, 1 << 63), (1 << 63, u64::MAX), (3, u64::MAX)] {
            assert!(!grows((older, &was), (newer, &is), &path), "{older} in {newer}");
        }
        let path = inclusion(&all, 2);
        assert!(includes(5, 2, &all[2], &path, &is), "the control");
        for (size, at) in [(0, 0), (0, 2), (2, 2), (1 << 63, 2), (u64::MAX, 2), (5, 1 << 63)] {
            assert!(!includes(size, at, &all[2], &path, &is), "{at} of {size}");
        }
    }
}
