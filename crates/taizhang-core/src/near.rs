//! Room: the nearest known name to one that nobody knows, in a rule or in a pack.
//!
//! Never decides anything: what it finds is only said to the writer.

/// The candidate with the fewest changed characters, if they are at most half of the longer word
/// and at most three; of equals the first in code point order.
pub(crate) fn nearest<I>(name: &str, candidates: I) -> Option<String>
where
    I: IntoIterator,
    I::Item: AsRef<str>,
{
    let name: Vec<char> = name.chars().collect();
    let near = |candidate: I::Item| {
        let chars: Vec<char> = candidate.as_ref().chars().collect();
        let bound = (name.len().max(chars.len()) / 2).min(3);
        // The difference in length is a lower bound of the distance, and cheap.
        if name.len().abs_diff(chars.len()) > bound {
            return None;
        }
        let changed = distance(&name, &chars);
        (changed <= bound).then(|| (changed, candidate.as_ref().to_string()))
    };
    candidates
        .into_iter()
        .filter_map(near)
        .min()
        .map(|(_, candidate)| candidate)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggestions_are_close_or_absent() {
        let names = ["完成投资", "总投资", "状态", "stage"];
        for (name, near) in [
            ("完成额", Some("完成投资")),
            ("投资", Some("总投资")),
            ("stge", Some("stage")),
            ("开工日期", None),
            ("额", None),
        ] {
            assert_eq!(nearest(name, names).as_deref(), near, "{name}");
        }
    }
}
