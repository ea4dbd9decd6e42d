//! Room: what somebody follows — records, registers, figures — and what became of each since they last
//! said that they had seen it. Kept beside the journal like every preference; following changes nothing.

use super::App;
use super::ask::{FigureQuestion, Span};
use super::news::News;
use super::scope::Scope;
use crate::error::AppError;
use taizhang_core::definition::Verb;
use taizhang_core::id::{EntryNo, RecordNo};

/// How many things somebody may follow, and how much is told of each.
const MOST: usize = 60;
const TOLD: usize = 5;
/// What a preference that follows something begins with.
const PREFIX: &str = "follow.";

/// Something that can be followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Followed {
    /// A record.
    Record(RecordNo),
    /// A register, by its id.
    Register(String),
    /// A figure: its account, its unit, and its days; none for those of the day on which one looks.
    Figure(String, RecordNo, Option<Span>),
}

/// What became of something that is followed.
pub struct Since {
    /// What is followed.
    pub what: Followed,
    /// What it is called.
    pub name: String,
    /// Where it belongs: a register, a unit.
    pub place: String,
    /// For a figure: what it was and what it is, with its measure, if these differ.
    pub moved: Option<(String, String, String)>,
    /// The entries that others wrote there, the newest first.
    pub news: Vec<News>,
}

impl Since {
    /// Whether anything happened.
    pub fn changed(&self) -> bool {
        self.moved.is_some() || !self.news.is_empty()
    }
}

impl Followed {
    /// The text that it is kept and sent by.
    pub fn key(&self) -> String {
        match self {
            Followed::Record(record) => format!("record/{record}"),
            Followed::Register(id) => format!("register/{id}"),
            Followed::Figure(account, unit, span) => {
                let days = match span {
                    None => String::new(),
                    Some(Span::AsOf(day)) => format!("/{day}"),
                    Some(Span::Between(from, to)) => format!("/{from}/{to}"),
                };
                format!("figure/{account}/{unit}{days}")
            }
        }
    }

    /// What a text names; none if it names nothing that could be followed.
    pub fn read(key: &str) -> Option<Followed> {
        match key.split('/').collect::<Vec<_>>()[..] {
            ["record", record] => record.parse().ok().map(Followed::Record),
            ["register", id] => Some(Followed::Register(id.to_owned())),
            ["figure", account, unit, ref days @ ..] => {
                let span = match days {
                    [] => None,
                    [day] => Some(Span::AsOf(day.parse().ok()?)),
                    [from, to] => Some(Span::Between(from.parse().ok()?, to.parse().ok()?)),
                    _ => return None,
                };
                Some(Followed::Figure(account.to_owned(), unit.parse().ok()?, span))
            }
            _ => None,
        }
    }
}

impl App {
    /// Whether somebody follows something.
    pub fn follows(&self, scope: &Scope, what: &Followed) -> Result<bool, AppError> {
        Ok(self.preference(scope, &format!("{PREFIX}{}", what.key()))?.is_some())
    }

    /// Begins to follow something as it is now, or no longer follows it.
    pub fn follow(&self, scope: &Scope, what: &Followed, on: bool) -> Result<(), AppError> {
        let name = format!("{PREFIX}{}", what.key());
        if !on {
            return self.prefer(scope, &name, "", false);
        }
        if self.followed(scope)?.len() >= MOST {
            return Err(AppError::said("page.follow.too_many", &[("count", &MOST)]));
        }
        // Nobody follows what they may not see, and learns nothing of it by trying.
        if self.since(scope, what, self.reading()?.n())?.is_none() {
            return Err(AppError::said("page.follow.nothing", &[]));
        }
        self.prefer(scope, &name, &self.reading()?.n().to_string(), false)
    }

    /// Says that all that is followed has been seen as it is now.
    pub fn seen(&self, scope: &Scope) -> Result<(), AppError> {
        let head = self.reading()?.n().to_string();
        for (what, _) in self.followed(scope)? {
            self.prefer(scope, &format!("{PREFIX}{}", what.key()), &head, false)?;
        }
        Ok(())
    }

    /// What became of everything that somebody follows, what changed first.
    pub fn followed_since(&self, scope: &Scope) -> Result<Vec<Since>, AppError> {
        let mut found = Vec::new();
        for (what, seen) in self.followed(scope)? {
            found.extend(self.since(scope, &what, seen)?);
        }
        found.sort_by_key(|since| !since.changed());
        Ok(found)
    }

    /// What somebody follows, each with the entry until which they had seen it.
    fn followed(&self, scope: &Scope) -> Result<Vec<(Followed, EntryNo)>, AppError> {
        let kept = self.preferences(scope, PREFIX)?;
        let one = |(name, text): (String, String)| Some((Followed::read(&name)?, text.parse().ok()?));
        Ok(kept.into_iter().filter_map(one).collect())
    }

    /// None for what is not there or may not be seen.
    fn since(&self, scope: &Scope, what: &Followed, seen: EntryNo) -> Result<Option<Since>, AppError> {
        match what {
            Followed::Record(record) => {
                let Some(brief) = self.brief(scope, *record)? else {
                    return Ok(None);
                };
                Ok(Some(Since {
                    what: what.clone(),
                    name: brief.title,
                    place: brief.register.name.clone(),
                    moved: None,
                    news: self.record_news(scope, *record, seen, TOLD)?,
                }))
            }
            Followed::Register(id) => {
                let definition = self.definition()?;
                let register = definition.register_named(id);
                let Some(register) = register.filter(|register| scope.may_somewhere(Verb::Read, register)) else {
                    return Ok(None);
                };
                Ok(Some(Since {
                    what: what.clone(),
                    name: register.name.clone(),
                    place: String::new(),
                    moved: None,
                    news: self.register_news(scope, register.no, seen, TOLD)?,
                }))
            }
            Followed::Figure(account, unit, span) => {
                let mut question = FigureQuestion {
                    account: account.clone(),
                    unit: Some(format!("#{unit}")),
                    span: span.unwrap_or(Span::AsOf(self.today())),
                    known_at: None,
                };
                let mut asking = self.asking()?;
                // An account that a later pack no longer has, a unit that was never there.
                let Ok(now) = asking.figure(&question) else {
                    return Ok(None);
                };
                question.known_at = Some(seen.to_string());
                let then = asking.figure(&question)?;
                let moved = then.shown != now.shown || then.state != now.state;
                Ok(Some(Since {
                    what: what.clone(),
                    name: now.account.name.clone(),
                    place: format!("{} · {}", now.unit_name, self.locale().days(now.span)),
                    moved: moved.then_some((then.shown, now.shown, now.shown_measure)),
                    news: Vec::new(),
                }))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_followed_is_read_as_it_was_kept() {
        for key in [
            "record/12",
            "register/project",
            "figure/meal_site.operating/7",
            "figure/meal_site.operating/7/2024-06-30",
            "figure/project.investment_done/7/2024-01-01/2024-06-30",
        ] {
            assert_eq!(Followed::read(key).map(|what| what.key()).as_deref(), Some(key));
        }
        for key in [
            "record/x",
            "figure/a/7/2024-13-01",
            "figure/a",
            "actor/3",
            "",
            "figure/a/7/1/2/3",
        ] {
            assert_eq!(Followed::read(key), None, "{key}");
        }
    }
}
