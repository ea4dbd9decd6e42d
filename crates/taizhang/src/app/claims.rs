//! Room: what a published report claims, beside the answer of the book. Judges nothing itself: a figure
//! or a record answers, and a claim without an answer is told as not proven (待佐证), never left out.

use super::App;
use super::ask::{Asking, FigureQuestion, FigureState};
use super::names::BookNames;
use super::scope::Scope;
use crate::error::AppError;
use rust_decimal::Decimal;
use std::sync::Arc;
use taizhang_core::day::Day;
use taizhang_core::definition::{Claim, ClaimFigure, ClaimKind, ClaimRecord, Definition};
use taizhang_core::field_kinds::{Found, Input, Names, read, show};
use taizhang_core::id::{EntryNo, RecordNo};
use taizhang_core::timeline::state_on;
use taizhang_store::figure::Span;

/// Whether a claim is so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The book says so.
    Holds,
    /// The book says otherwise.
    Differs,
    /// Nothing answers it, or it compares and no document is named (待佐证).
    Unproven,
}

impl Verdict {
    /// The word in answers, and the key of its words.
    pub fn key(self) -> &'static str {
        match self {
            Verdict::Holds => "holds",
            Verdict::Differs => "differs",
            Verdict::Unproven => "unproven",
        }
    }
}

/// A claim with what the book answers.
#[derive(Clone, Debug)]
pub struct ClaimAnswer {
    /// The claim.
    pub claim: Claim,
    /// Whether it is so.
    pub verdict: Verdict,
    /// What stands in the book where it says otherwise.
    pub against: Option<String>,
    /// What the figure is, as shown; none if no figure answers it.
    pub figure: Option<FigureAnswer>,
    /// What the record says; none if no record answers it.
    pub record: Option<RecordAnswer>,
    /// The entry of the release that answers it.
    pub release: Option<EntryNo>,
}

/// A figure that answers a claim.
#[derive(Clone, Debug)]
pub struct FigureAnswer {
    /// The account's id.
    pub account: String,
    /// Its name.
    pub name: String,
    /// The unit's code.
    pub unit: String,
    /// The days.
    pub span: Span,
    /// The value in the base unit; none if nobody reported one.
    pub value: Option<String>,
    /// The value as shown, with its measure; `—` if nobody reported one.
    pub shown: String,
    /// The earlier day that it must have grown since, with the value as shown.
    pub earlier: Option<(Day, String)>,
}

/// A record that answers a claim.
#[derive(Clone, Debug)]
pub struct RecordAnswer {
    /// The record, if there is one of this key.
    pub record: Option<RecordNo>,
    /// The field that is looked at, with what it says on the day.
    pub says: Option<(String, String)>,
    /// The day.
    pub as_of: Day,
}

/// Every claim of the book's pack with its answer, figures as known at an entry or a time.
pub fn claims(app: &App, scope: &Scope, known_at: Option<&str>) -> Result<Vec<ClaimAnswer>, AppError> {
    let mut asking = app.asking()?;
    let definition = asking.definition.clone();
    let mut answers = Vec::with_capacity(definition.claims.len());
    for claim in &definition.claims {
        let mut tests = Vec::new();
        let figure = claim.figure.as_ref();
        let figure = figure
            .map(|asked| of_figure(&mut asking, &definition, asked, known_at, &mut tests))
            .transpose()?;
        let record = claim.record.as_ref();
        let record = record
            .map(|asked| of_record(app, scope, &definition, asked, &mut tests))
            .transpose()?;
        let release = match &claim.bulletin {
            Some(bulletin) => crate::bulletin::restate::releases(app, bulletin)?
                .first()
                .map(|(n, _)| *n),
            None => None,
        };
        tests.extend(release.map(|n| Test::new(true, n.to_string())));
        answers.push(ClaimAnswer {
            verdict: verdict(claim, &tests),
            against: tests.iter().find(|test| !test.holds).map(|test| test.found.clone()),
            claim: claim.clone(),
            figure,
            record,
            release,
        });
    }
    Ok(answers)
}

/// One thing that was looked at.
struct Test {
    holds: bool,
    found: String,
}

impl Test {
    fn new(holds: bool, found: String) -> Test {
        Test { holds, found }
    }
}

/// One answer that says otherwise is enough; one that is missing leaves the claim open.
fn verdict(claim: &Claim, tests: &[Test]) -> Verdict {
    if tests.iter().any(|test| !test.holds) {
        return Verdict::Differs;
    }
    let compares = claim.kind == ClaimKind::Comparison && claim.document.is_empty();
    if compares || tests.is_empty() {
        return Verdict::Unproven;
    }
    Verdict::Holds
}

fn of_figure(
    asking: &mut Asking<'_>,
    definition: &Definition,
    asked: &ClaimFigure,
    known_at: Option<&str>,
    tests: &mut Vec<Test>,
) -> Result<FigureAnswer, AppError> {
    let account = definition.accounts.get(&asked.account);
    let question = FigureQuestion {
        account: account.map(|account| account.id.clone()).unwrap_or_default(),
        unit: asked.unit.clone(),
        span: asked
            .from
            .map_or(Span::AsOf(asked.to), |from| Span::Between(from, asked.to)),
        known_at: known_at.map(str::to_owned),
    };
    let figure = asking.figure(&question)?;
    let earlier = asked.grown_since.map(|since| {
        let question = FigureQuestion {
            span: Span::AsOf(since),
            ..question.clone()
        };
        asking.figure(&question).map(|figure| (since, figure))
    });
    let earlier = earlier.transpose()?;
    // What nobody reported answers nothing; it does not say otherwise.
    let reported = figure.state == FigureState::Reported;
    let value = figure.value.as_deref().filter(|_| reported);
    tests.extend(
        value
            .and_then(|value| value.parse::<Decimal>().ok())
            .map(|value| Test::new(asked.bound.holds(value), value.to_string())),
    );
    let number = |text: Option<&str>| text.and_then(|text| text.parse::<Decimal>().ok());
    if let Some((_, earlier)) = earlier.as_ref()
        && let (Some(now), Some(then)) = (number(value), number(earlier.value.as_deref()))
    {
        tests.push(Test::new(now > then, earlier.shown.clone()));
    }
    Ok(FigureAnswer {
        earlier: earlier.map(|(since, figure)| (since, format!("{} {}", figure.shown, figure.shown_measure))),
        account: figure.account.id.clone(),
        name: figure.account.name.clone(),
        unit: figure.unit_code,
        span: figure.span,
        value: value.map(str::to_owned),
        shown: match value {
            Some(_) => format!("{} {}", figure.shown, figure.shown_measure),
            None => figure.shown,
        },
    })
}

fn of_record(
    app: &App,
    scope: &Scope,
    definition: &Arc<Definition>,
    asked: &ClaimRecord,
    tests: &mut Vec<Test>,
) -> Result<RecordAnswer, AppError> {
    let mut reading = app.reading()?;
    let mut names = BookNames::new(app, &mut reading, definition.clone());
    let found = match names.record(asked.register, &asked.key) {
        Found::One(record) => Some(record),
        Found::None | Found::Many => None,
    };
    let mut answer = RecordAnswer {
        record: found,
        says: None,
        as_of: asked.as_of,
    };
    let Some(record) = found else {
        tests.push(Test::new(false, String::new()));
        return Ok(answer);
    };
    let view = match app.record(scope, record) {
        Ok(view) => view,
        // Who may not see the record is not told whether it says so.
        Err(AppError::NotFound(_)) => return Ok(answer),
        Err(error) => return Err(error),
    };
    let states = view.timeline.states();
    let state = state_on(&states, asked.as_of).filter(|_| !view.timeline.void);
    tests.push(Test::new(state.is_some(), String::new()));
    let (Some(state), Some((no, wanted))) = (state, &asked.says) else {
        return Ok(answer);
    };
    let Some(field) = view.register.field(*no) else {
        return Ok(answer);
    };
    let cell = state.cell(*no);
    let wanted = read(definition, field, &Input::typed(wanted), &mut names).ok();
    let shown = show(definition, field, cell, &view.labels).text;
    tests.push(Test::new(cell.is_some() && cell == wanted.as_ref(), shown.clone()));
    answer.says = Some((field.name.clone(), shown));
    Ok(answer)
}
