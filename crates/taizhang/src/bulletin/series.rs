//! Room: series — which run of bulletins is meant: the one of a template, or that of one unit where a template is
//! issued for each of them (`town-month@410402100`). A series has releases, numbers, drafts and approvals of its own.

use crate::app::App;
use crate::app::ask::Asking;
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::locale::Locale;
use taizhang_core::day::Day;
use taizhang_core::definition::{Bulletin, Verb};
use taizhang_core::id::{EntryNo, RecordNo};
use taizhang_core::unit::UnitNode;

/// What stands between a bulletin's id and its unit's code; no id of a pack may hold it.
const AT: char = '@';

/// One run of bulletins.
#[derive(Clone, Debug)]
pub struct Series {
    /// Its template and settings.
    pub bulletin: Bulletin,
    /// The unit that it is about, with all below it; none for the whole book.
    pub unit: Option<(RecordNo, UnitNode)>,
}

impl Series {
    /// Its id, under which it is released.
    pub fn id(&self) -> String {
        id_of(&self.bulletin.id, self.code())
    }

    /// Its title, with the unit's name.
    pub fn title(&self, words: &Locale) -> String {
        match &self.unit {
            None => self.bulletin.name.clone(),
            Some((_, node)) => words.fill(
                "bulletin.of_unit",
                &[("title", &self.bulletin.name), ("unit", &node.name)],
            ),
        }
    }

    fn code(&self) -> Option<&str> {
        self.unit.as_ref().map(|(_, node)| node.code.as_str())
    }
}

/// The id of a bulletin for a unit.
pub fn id_of(bulletin: &str, unit: Option<&str>) -> String {
    match unit {
        Some(code) => format!("{bulletin}{AT}{code}"),
        None => bulletin.to_owned(),
    }
}

/// The bulletin's id and the unit's code that the id of a series is made of.
pub fn split(id: &str) -> (&str, Option<&str>) {
    match id.split_once(AT) {
        Some((bulletin, unit)) => (bulletin, Some(unit)),
        None => (id, None),
    }
}

/// The series of an id, in the words and the tree of a moment; a bulletin that the pack took back stands as it was.
pub(super) fn find(
    app: &App,
    asking: &Asking<'_>,
    id: &str,
    (as_of, worded_at): (Day, EntryNo),
) -> Result<Series, AppError> {
    let (name, code) = split(id);
    let missing = || AppError::NotFound(app.locale().fill("bulletin.unknown", &[("bulletin", id)]));
    let definitions = [asking.definition_known(worded_at), asking.definition.clone()];
    let mut all = definitions.iter().flat_map(|definition| &definition.bulletins);
    let bulletin = all.find(|bulletin| bulletin.id == name).cloned().ok_or_else(missing)?;
    let Some(code) = code else {
        return Ok(Series { bulletin, unit: None });
    };
    let mut units = units(asking, &bulletin, as_of, worded_at).into_iter();
    match units.find(|(_, node)| node.code == code) {
        Some(unit) => Ok(Series {
            bulletin,
            unit: Some(unit),
        }),
        None => Err(AppError::said(
            "bulletin.not_for_unit",
            &[("bulletin", &bulletin.name), ("unit", &code)],
        )),
    }
}

/// What a series is called now.
pub fn named(app: &App, id: &str) -> Result<String, AppError> {
    let asking = app.asking()?;
    let known_at = asking.reading.n();
    Ok(find(app, &asking, id, (app.today(), known_at))?.title(app.locale()))
}

/// The units that a bulletin is issued for one by one on a day, in the order of their codes.
pub(super) fn units(
    asking: &Asking<'_>,
    bulletin: &Bulletin,
    as_of: Day,
    known_at: EntryNo,
) -> Vec<(RecordNo, UnitNode)> {
    let Some(each) = &bulletin.each else {
        return Vec::new();
    };
    let tree = asking.tree(as_of, known_at);
    let top = each.within.as_deref().map(|code| tree.named(code));
    let is_below = |unit: RecordNo| {
        top.as_ref()
            .is_none_or(|tops| tops.iter().any(|top| tree.is_within(unit, *top)))
    };
    let living = tree
        .iter()
        .filter(|(unit, node)| node.level == each.level && !node.abolished && is_below(*unit));
    let mut found: Vec<_> = living.map(|(unit, node)| (unit, node.clone())).collect();
    found.sort_by(|(_, one), (_, other)| one.code.cmp(&other.code));
    found
}

/// Whether somebody may release a series: their right must reach the unit that signs it.
pub fn may_release(app: &App, scope: &Scope, id: &str, as_of: Day) -> Result<bool, AppError> {
    let asking = app.asking()?;
    let tree = asking.tree(as_of, asking.reading.n());
    let (name, code) = split(id);
    let bulletin = asking.definition.bulletins.iter().find(|bulletin| bulletin.id == name);
    let signer = code.or(bulletin.and_then(|bulletin| bulletin.issuer.as_deref()));
    let unit = match signer {
        Some(code) => tree.named(code).first().copied(),
        None => tree.roots().first().copied(),
    };
    // A code that is nobody's is within the reach of the whole book alone.
    Ok(scope.may_for(Verb::Release, unit.unwrap_or(0)))
}

/// One period of one series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// The last day of the period.
    pub as_of: Day,
    /// Its release in force: entry and number.
    pub released: Option<(EntryNo, u32)>,
    /// Its draft: what it knew, and how many units had not reported then.
    pub drafted: Option<(EntryNo, i64)>,
}

/// A series with its latest periods, the latest first.
pub type Line = (Series, Vec<Issue>);

/// How many periods are looked at.
const PERIODS: usize = 6;

/// Every series of a bulletin with what became of its latest whole periods up to a day.
pub fn lines(app: &App, bulletin: &Bulletin, as_of: Day) -> Result<Vec<Line>, AppError> {
    let drafts = super::drafts::all(app)?;
    let mut days = vec![as_of];
    while days.len() < PERIODS {
        let first = days.last().map_or(as_of, |day| bulletin.period.first(*day));
        days.push(first.plus(-1));
    }
    let mut found = Vec::new();
    for one in all(app, bulletin, as_of)? {
        let id = one.id();
        let issued = super::issued::list(app, &id)?;
        let issue = |day: &Day| {
            let mut valid = issued.iter().filter(|one| one.withdrawn.is_none());
            let released = valid.find(|one| one.release.as_of == *day);
            let draft = drafts.iter().find(|draft| draft.bulletin == id && draft.as_of == *day);
            Issue {
                as_of: *day,
                released: released.map(|one| (one.entry, one.release.release_no)),
                drafted: draft.map(|draft| (draft.known_at, draft.silent)),
            }
        };
        found.push((one, days.iter().map(issue).collect()));
    }
    Ok(found)
}

/// All series of a bulletin on a day, as known now: its own, or one of each unit.
pub fn all(app: &App, bulletin: &Bulletin, as_of: Day) -> Result<Vec<Series>, AppError> {
    let asking = app.asking()?;
    let of = |unit| Series {
        bulletin: bulletin.clone(),
        unit,
    };
    if bulletin.each.is_none() {
        return Ok(vec![of(None)]);
    }
    let found = units(&asking, bulletin, as_of, asking.reading.n());
    Ok(found.into_iter().map(|unit| of(Some(unit))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_falls_apart_as_it_was_put_together() {
        for (bulletin, unit) in [("month", None), ("town-month", Some("410402100"))] {
            assert_eq!(split(&id_of(bulletin, unit)), (bulletin, unit));
        }
    }
}
