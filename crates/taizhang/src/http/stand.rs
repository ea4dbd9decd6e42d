//! Room: where a page stands — its address, whose records it shows, and the two times. All of it is in
//! the URL, so that a link says the same to whoever opens it. It asks nothing of the book.

use super::request::{Fields, encoded};
use crate::error::AppError;
use axum::extract::Query;
use axum::http::request::Parts;
use taizhang_core::day::Day;

/// What a link to another page takes along: whose records, and the two times.
const KEPT: [&str; 4] = ["unit", "only", "as_of", "known_at"];

/// Where a page stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Stand {
    path: String,
    asked: Fields,
}

impl Stand {
    /// The stand of a request.
    pub(super) fn of(parts: &Parts) -> Stand {
        let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        Stand {
            path: parts.uri.path().to_owned(),
            asked: Fields(query.map_or_else(|_| Vec::new(), |Query(pairs)| pairs)),
        }
    }

    /// The fields of the query.
    pub(super) fn fields(&self) -> &Fields {
        &self.asked
    }

    /// The query as it is written, without the page.
    pub(super) fn query(&self) -> String {
        let whole = self.with(&[("more", "")]);
        whole
            .split_once('?')
            .map_or(String::new(), |(_, query)| query.to_owned())
    }

    /// The page's own path.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// A field of the query.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.asked.get(name)
    }

    /// The unit asked for, by code, name or `#record`.
    pub(super) fn unit(&self) -> Option<&str> {
        self.get("unit")
    }

    /// Whether only the unit itself is asked for, without those below it.
    pub(super) fn only(&self) -> bool {
        self.get("only").is_some()
    }

    /// The day that the whole page stands for; none for today.
    pub(super) fn as_of(&self) -> Result<Option<Day>, AppError> {
        self.asked.day("as_of")
    }

    /// What the whole page knows: an entry number or a time; none for all.
    pub(super) fn known_at(&self) -> Option<&str> {
        self.get("known_at")
    }

    /// This page with some fields otherwise; an empty value takes one away. Another question begins at
    /// its first page.
    pub(super) fn with(&self, changes: &[(&str, &str)]) -> String {
        let changed = |name: &str| changes.iter().any(|(of, _)| *of == name);
        let paged = |name: &str| ["page", "after", "before", "saved"].contains(&name);
        let kept = self
            .asked
            .0
            .iter()
            .filter(|(name, value)| !value.is_empty() && !changed(name) && !paged(name));
        let mut pairs: Vec<(&str, &str)> = kept.map(|(name, value)| (name.as_str(), value.as_str())).collect();
        pairs.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
        address(&self.path, &pairs)
    }

    /// Another page, for the same units and at the same two times.
    pub(super) fn to(&self, path: &str) -> String {
        let kept: Vec<(&str, &str)> = KEPT.iter().filter_map(|name| Some((*name, self.get(name)?))).collect();
        address(path, &kept)
    }

    /// Another page with fields of its own, for the same units and at the same two times.
    pub(super) fn to_with(&self, path: &str, more: &[(&str, &str)]) -> String {
        let kept = KEPT.iter().filter_map(|name| Some((*name, self.get(name)?)));
        let pairs: Vec<(&str, &str)> = kept.chain(more.iter().copied()).collect();
        address(path, &pairs)
    }

    /// The fields that a form of this page keeps beside its own.
    pub(super) fn others<'a>(&'a self, own: &'a [&'a str]) -> impl Iterator<Item = (&'a str, &'a str)> {
        let pairs = self.asked.0.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        pairs.filter(move |(name, value)| {
            !value.is_empty() && !own.contains(name) && !["page", "after", "before", "saved"].contains(name)
        })
    }
}

fn address(path: &str, pairs: &[(&str, &str)]) -> String {
    if pairs.is_empty() {
        return path.to_owned();
    }
    format!("{path}?{}", encoded(pairs))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stand(query: &[(&str, &str)]) -> Stand {
        let pairs = query.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned()));
        Stand {
            path: "/registers/well".to_owned(),
            asked: Fields(pairs.collect()),
        }
    }

    #[test]
    fn links_keep_the_unit_and_the_times_and_nothing_else() {
        let at = stand(&[
            ("unit", "1.1"),
            ("sort", "depth"),
            ("as_of", "2024-06-30"),
            ("page", "3"),
        ]);
        assert_eq!(at.to("/figures"), "/figures?unit=1.1&as_of=2024-06-30");
        assert_eq!(at.with(&[("as_of", "")]), "/registers/well?unit=1.1&sort=depth");
        assert_eq!(
            at.with(&[("sort", "-depth")]),
            "/registers/well?unit=1.1&as_of=2024-06-30&sort=-depth"
        );
    }
}
