//! Room: what was found wrong after the half-year's bulletin was out, corrected with its reason, and the sheet that says
//! which figures moved and why.

use super::{Date, put};
use crate::app::App;
use crate::app::execute::{Draft, DraftWish};
use crate::app::scope::Scope;
use crate::bulletin::restate::restated;
use crate::error::AppError;
use serde::Deserialize;
use std::fmt::Display;
use std::path::Path;
use taizhang_core::day::Day;
use taizhang_core::id::EntryNo;
use taizhang_core::journal::{Act, Entry};

#[derive(Deserialize)]
pub(super) struct Correction {
    register: String,
    key: String,
    field: String,
    value: String,
    #[serde(default)]
    also: Vec<(String, String)>,
    /// A move whose day was wrong too, and the right one.
    moved: Option<(String, Date)>,
    reason: String,
    source: String,
}

/// Corrects what was a misprint, and writes down what changed since the release.
pub(super) fn restate(app: &App, scope: &Scope, corrections: &[Correction], folder: &Path) -> Result<(), AppError> {
    for correction in corrections {
        correct(app, scope, correction)?;
    }
    let releases = crate::bulletin::restate::releases(app, "half-year")?;
    let Some((_, release)) = releases.last() else {
        return Ok(());
    };
    let locale = app.locale();
    let of: [(&str, &dyn Display); 2] = [("no", &release.release_no), ("day", &release.as_of)];
    let title = locale.text("cli.demo.why_changed");
    let mut text = format!("# {title}\n\n{}\n\n", locale.say("cli.demo.of_release", &of));
    for line in restated(app, scope, release)? {
        let entries: Vec<String> = line.entries.iter().map(ToString::to_string).collect();
        let entries = locale.list(&entries);
        let parts = [
            ("name", line.name.as_str()),
            ("then", &line.then),
            ("now", &line.now),
            ("entries", &entries),
        ];
        let changed = locale.fill("cli.demo.changed", &parts);
        println!("{}", locale.fill("cli.demo.restated", &[("changed", &changed)]));
        text.push_str(&format!("- {changed}\n"));
    }
    for correction in corrections {
        let parts = [
            ("key", correction.key.as_str()),
            ("reason", &correction.reason),
            ("source", &correction.source),
        ];
        text.push_str(&format!("\n- {}\n", locale.fill("cli.demo.because", &parts)));
    }
    put(&folder.join("restatement.md"), &text)
}

fn correct(app: &App, scope: &Scope, correction: &Correction) -> Result<(), AppError> {
    let record = super::holder(app, &correction.register, &correction.key)?;
    let parts = [("reason", correction.reason.as_str()), ("source", &correction.source)];
    let mut set = vec![(correction.field.clone(), correction.value.clone())];
    set.extend(correction.also.iter().cloned());
    let draft = |target: EntryNo, day: Option<Day>, set: Vec<(String, String)>| Draft {
        register: correction.register.clone(),
        record: Some(record),
        wish: DraftWish::Correct {
            target,
            withdraw: false,
            day,
        },
        set,
        reason: app.locale().fill("cli.demo.reason", &parts),
        ..Draft::default()
    };
    let mut drafts = vec![draft(record, None, set)];
    if let Some((moved, day)) = &correction.moved {
        let missing = || AppError::said("cli.demo.not_found", &[("key", &correction.key)]);
        let mut reading = app.reading()?;
        let entries = taizhang_store::facts::entries(reading.conn()?, record)?;
        let made = |entry: &&Entry| matches!(&entry.act, Act::Move { name, .. } if name == moved);
        let target = entries.iter().rfind(made).ok_or_else(missing)?.n;
        drafts.push(draft(target, Some(day.day()?), Vec::new()));
    }
    app.execute(scope, &drafts, None).map(|_| ())
}
