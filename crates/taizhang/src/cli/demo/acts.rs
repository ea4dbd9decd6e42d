//! Room: acts of the sample's people that no workbook can bring: a vote with its paper, a ballot that only its judge
//! casts, a payment that three people ask for, approve and make. Each goes the way of every change, under its person's
//! own rights, and decides nothing here.

use super::{Date, holder};
use crate::app::App;
use crate::app::execute::{Draft, DraftWish};
use crate::app::scope::Scope;
use crate::error::AppError;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Display;
use taizhang_core::id::RecordNo;

/// One act: opens a record, or makes a move or changes fields of one.
#[derive(Deserialize)]
pub(in crate::cli) struct Act {
    /// The login of whoever acts.
    by: String,
    register: String,
    /// What later acts call the record that this one opens.
    name: Option<String>,
    /// The record: what an earlier act called it, or its first key.
    of: Option<String>,
    /// The move; without it the act changes fields.
    make: Option<String>,
    on: Date,
    #[serde(default)]
    set: BTreeMap<String, String>,
    /// What stands in the paper that goes with it.
    paper: Option<String>,
    /// `release`: what was done only when the bulletin was out.
    after: Option<String>,
}

/// Every act before the release, or every one after it; how many there were.
pub(super) fn play(app: &App, acts: &[Act], late: bool) -> Result<usize, AppError> {
    let mut named = BTreeMap::new();
    let wanted = acts
        .iter()
        .filter(|act| (act.after.as_deref() == Some("release")) == late);
    let mut count = 0;
    for act in wanted {
        one(app, act, &mut named)?;
        count += 1;
    }
    Ok(count)
}

/// Every act of a sample, those of after the release included.
pub(in crate::cli) fn play_all(app: &App, acts: &[Act]) -> Result<usize, AppError> {
    Ok(play(app, acts, false)? + play(app, acts, true)?)
}

fn one(app: &App, act: &Act, named: &mut BTreeMap<String, RecordNo>) -> Result<(), AppError> {
    let scope = app.scope(&act.by)?;
    let record = match &act.of {
        Some(of) => Some(match named.get(of) {
            Some(record) => *record,
            None => holder(app, &act.register, of)?,
        }),
        None => None,
    };
    let wish = match (&act.make, record) {
        (Some(made), _) => DraftWish::Move(made.clone()),
        (None, Some(_)) => DraftWish::Amend,
        (None, None) => DraftWish::Open,
    };
    // A text that names an earlier act's record stands for that record.
    let cell = |text: &String| {
        named
            .get(text)
            .map_or_else(|| text.clone(), |record| format!("#{record}"))
    };
    let draft = Draft {
        register: act.register.clone(),
        record,
        wish,
        set: act
            .set
            .iter()
            .map(|(field, text)| (field.clone(), cell(text)))
            .collect(),
        occurred_on: Some(act.on.day()?),
        evidence: act
            .paper
            .iter()
            .map(|text| kept(app, &scope, text))
            .collect::<Result<_, _>>()?,
        ..Draft::default()
    };
    let told = |error: AppError| {
        let parts: [(&str, &dyn Display); 2] = [
            ("act", &act.of.as_ref().or(act.name.as_ref()).unwrap_or(&act.register)),
            ("why", &app.locale().error(&error)),
        ];
        AppError::said("cli.demo.act_refused", &parts)
    };
    let receipt = app.execute(&scope, &[draft], None).map_err(told)?;
    if let (Some(name), Some(record)) = (&act.name, receipt.records.first()) {
        named.insert(name.clone(), *record);
    }
    Ok(())
}

/// The paper as a file of the book's evidence.
fn kept(app: &App, scope: &Scope, text: &str) -> Result<[u8; 32], AppError> {
    let mut arriving = app.arriving(scope)?;
    app.take(&mut arriving, text.as_bytes())?;
    let title = text.lines().next().unwrap_or_default();
    Ok(app.keep(scope, arriving, &format!("{title}.txt"))?.hash)
}
