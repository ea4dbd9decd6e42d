//! Room: one `bulletins/ID.md`: settings between two lines of `+++`, then the template.
//!
//! The template itself is checked where it is rendered; here only the accounts that it names are
//! collected, with their places.

use super::super::fault::FaultCode;
use super::super::source::BulletinSource;
use super::super::sources::{At, Sources, Word};
use super::super::table::with_root;
use super::name;
use crate::definition::{Lang, Period};

pub(super) const FENCE: &str = "+++\n";

const PERIODS: [(&str, Period); 5] = [
    ("week", Period::Week),
    ("month", Period::Month),
    ("quarter", Period::Quarter),
    ("half_year", Period::HalfYear),
    ("year", Period::Year),
];

/// Reads a bulletin; its id is its file's name.
pub(super) fn bulletin(sources: &Sources, at: At, id: &str, lang: Lang) -> Option<BulletinSource> {
    let text = &sources.sheet(at).text;
    let Some((head, body)) = split(text) else {
        sources.fault(at, FaultCode::NoFrontMatter);
        return None;
    };
    let inside = At {
        byte: FENCE.len(),
        ..at
    };
    let start = text.len() - body.len();
    let word = |(byte, text): (usize, &str)| Word {
        text: text.to_owned(),
        at: At {
            byte: start + byte,
            ..at
        },
    };
    let figures = figures(body).into_iter().map(word).collect();
    Some(with_root(sources, inside, head, |table| BulletinSource {
        id: Word {
            text: id.to_owned(),
            at,
        },
        name: name(table, lang),
        period: table.one_of("period", &PERIODS).unwrap_or(Period::HalfYear),
        public: table.flag("public"),
        scheduled: table.flag("scheduled"),
        approval: table.flag("approval"),
        head: table.prose("head"),
        number: table.prose("number"),
        issuer: table.text("issuer"),
        each: table.text("each"),
        within: table.text("within"),
        template: body.to_owned(),
        figures,
    }))
}

/// What stands between the two fences, and what follows.
pub(super) fn split(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix(FENCE)?;
    if let Some(body) = rest.strip_prefix(FENCE) {
        return Some(("", body));
    }
    let end = rest.find("\n+++\n")?;
    Some((&rest[..end + 1], &rest[end + 1 + FENCE.len()..]))
}

/// The first arguments of `figure("…")` and `f("…")`, with the byte at which each begins.
fn figures(body: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for call in ["figure(", "f("] {
        for (at, _) in body.match_indices(call) {
            let before = body[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.') {
                continue;
            }
            found.extend(quoted(body, at + call.len()));
        }
    }
    found
}

fn quoted(body: &str, from: usize) -> Option<(usize, &str)> {
    let rest = body[from..].trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let start = body.len() - rest.len() + 1;
    let end = body[start..].find([quote, '\n'])?;
    Some((start, &body[start..start + end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_found_in_calls_only() {
        let body = "a {{ figure(\"x.y\") }} {{ f('z') }}\n{{ f( \"w\", 2) }} {{ if(\"no\") }} {{ o.f(\"no\") }} f(no)";
        let mut ids: Vec<&str> = figures(body).into_iter().map(|(_, id)| id).collect();
        ids.sort_unstable();
        assert_eq!(ids, ["w", "x.y", "z"]);
        for (at, id) in figures(body) {
            assert!(body[at..].starts_with(id));
        }
    }
}
