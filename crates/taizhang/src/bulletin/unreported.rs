//! Room: which units have not reported what a bulletin asks for. A unit that has nothing to report is not one
//! of them: only values that are missing count.

use super::write;
use crate::app::App;
use crate::app::ask::{By, FigureQuestion, FigureState};
use crate::app::scope::Scope;
use crate::error::AppError;
use std::collections::{BTreeMap, BTreeSet};
use taizhang_core::day::Day;
use taizhang_core::definition::AccountKind;

/// Units by name, with the names of the figures that they have not reported.
pub fn units(app: &App, scope: &Scope, id: &str, as_of: Day) -> Result<BTreeMap<String, Vec<String>>, AppError> {
    let written = write(app, scope, id, as_of, None)?;
    let mut asking = app.asking()?;
    let (mut missing, mut seen): (BTreeMap<String, Vec<String>>, BTreeSet<String>) = Default::default();
    for mention in &written.numbers {
        let figure = &mention.figure;
        let is_formula = matches!(figure.account.kind, AccountKind::Formula(_));
        if is_formula || !seen.insert(mention.address.clone()) {
            continue;
        }
        if figure.state == FigureState::Reported && figure.sum.missing <= 0 {
            continue;
        }
        let question = FigureQuestion {
            account: figure.account.id.clone(),
            unit: Some(format!("#{}", figure.unit)),
            span: figure.span,
            known_at: Some(written.known_at.to_string()),
        };
        let rows = asking.rows(&question, &By::Unit)?;
        // A unit without any below it answers for itself.
        if rows.is_empty() && figure.state == FigureState::NotReported {
            let tree = asking.tree(as_of, written.known_at);
            let name = tree
                .get(figure.unit)
                .map_or_else(|| figure.unit_code.clone(), |node| node.name.clone());
            missing.entry(name).or_default().push(figure.account.name.clone());
        }
        for row in rows {
            if row.state == FigureState::NotReported {
                missing.entry(row.label).or_default().push(figure.account.name.clone());
            }
        }
    }
    Ok(missing)
}
