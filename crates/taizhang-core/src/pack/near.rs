//! Room: the nearest known name to one that nobody knows.
//!
//! Never decides anything: what it finds is only said to the writer.

/// The candidate with the fewest changed characters, if they are at most half of the longer word
/// and at most three; of equals the first in code point order.
pub(super) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let name: Vec<char> = name.chars().collect();
    let near = |candidate: &'a str| {
        let chars: Vec<char> = candidate.chars().collect();
        let bound = (name.len().max(chars.len()) / 2).min(3);
        // The difference in length is a lower bound of the distance, and cheap.
        if name.len().abs_diff(chars.len()) > bound {
            return None;
        }
        let changed = distance(&name, &chars);
        (changed <= bound).then_some((changed, candidate))
    };
    candidates
        .into_iter()
        .filter_map(near)
        .min()
        .map(|(_, candidate)| candidate.to_owned())
}

/// Levenshtein's distance, one row at a time.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, l) in left.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, r) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(l != r);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[right.len()]
}
