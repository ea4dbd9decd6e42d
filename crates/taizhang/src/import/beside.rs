//! Room: what else of a workbook is imported with its first sheet — a sheet for each register below, or the
//! months that stand across the sheet itself. Chooses; reads no row and decides nothing.

use super::headings::{Bound, Known, Target, map_text};
use super::{ImportRequest, Job, Sheet, found, months, open, register_of, workbench};
use crate::app::scope::Scope;
use crate::error::AppError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;
use taizhang_core::definition::{Definition, FieldKind, Register, Verb};
use taizhang_core::id::RegisterNo;
use taizhang_sheet::table::normalise_heading;

/// A sheet that goes into another register than the first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Beside {
    /// The sheet; the first one again for the months that stand across it.
    pub sheet: String,
    /// The register's id or name.
    pub register: String,
    /// Headings with the fields that they mean; an empty one is left out.
    pub map: Vec<(String, String)>,
}

/// The registers that hang below one, the nearest first, as far as somebody may import into them.
pub(super) fn below(scope: &Scope, definition: &Definition, register: &Register) -> Vec<Arc<Register>> {
    let mut known = BTreeSet::from([register.no]);
    let mut found: Vec<Arc<Register>> = Vec::new();
    loop {
        let hangs = |other: &&Arc<Register>| !known.contains(&other.no) && above(other).any(|no| known.contains(&no));
        let next: Vec<Arc<Register>> = definition.registers.iter().filter(hangs).cloned().collect();
        if next.is_empty() {
            found.retain(|register| scope.may_somewhere(Verb::Import, register));
            return found;
        }
        known.extend(next.iter().map(|register| register.no));
        found.extend(next);
    }
}

/// The registers that a register's records point to.
fn above(register: &Register) -> impl Iterator<Item = RegisterNo> {
    let links = register.fields.iter().filter_map(|field| match &field.kind {
        FieldKind::Link { register } => Some(*register),
        _ => None,
    });
    register.parent.iter().map(|parent| parent.register).chain(links)
}

/// Whether a sheet is not looked at for the first register's table: it is called like one below.
pub(super) fn apart<'a>(
    request: &'a ImportRequest,
    register: &'a Register,
    below: &'a [Arc<Register>],
) -> impl Fn(&str) -> bool + 'a {
    move |sheet| {
        let chosen = request
            .beside
            .as_ref()
            .is_some_and(|all| all.iter().any(|one| one.sheet == sheet));
        chosen || !is_called(register, sheet) && below.iter().any(|register| is_called(register, sheet))
    }
}

/// Whether a sheet is called like a register.
pub(super) fn is_called(register: &Register, sheet: &str) -> bool {
    let form = |text: &str| normalise_heading(text).to_lowercase();
    let sheet = form(sheet);
    sheet == form(&register.name) || sheet == form(&register.id)
}

/// Adds what goes in beside the first sheet, every register behind those that it points to.
pub(super) fn add<'a>(sheets: &mut Vec<Sheet<'a>>, below: &[Arc<Register>]) -> Result<(), AppError> {
    let Job {
        app,
        scope,
        request,
        definition,
        ..
    } = &sheets[0].job;
    let (app, scope, request, definition) = (*app, *scope, *request, definition.clone());
    let chosen = match (&request.beside, &request.sheet) {
        (Some(chosen), _) => chosen.clone(),
        (None, Some(_)) => return Ok(()),
        (None, None) => by_name(&sheets[0], below)?,
    };
    let mut wanted = Vec::with_capacity(chosen.len());
    for one in chosen {
        wanted.push((register_of(app, scope, &definition, &one.register)?, one));
    }
    while !wanted.is_empty() {
        let waits = |at: usize| {
            let own = wanted[at].0.no;
            let mut others = wanted.iter().filter(|(register, _)| register.no != own);
            others.any(|(register, _)| above(&wanted[at].0).any(|no| no == register.no))
        };
        let next = (0..wanted.len()).find(|at| !waits(*at)).unwrap_or(0);
        let (register, one) = wanted.remove(next);
        let sheet = opened(&sheets[0], register, &one)?;
        sheets.push(sheet);
    }
    Ok(())
}

/// The sheets that are called like registers below, and months across the first sheet.
fn by_name(first: &Sheet<'_>, below: &[Arc<Register>]) -> Result<Vec<Beside>, AppError> {
    let mut chosen = Vec::new();
    let own = &first.table.table().sheet;
    for register in below {
        let called = |name: &&str| *name != own.as_str() && is_called(register, name);
        let sheet = first.table.sheets().into_iter().find(called);
        let across = || -> Result<bool, AppError> {
            let job = &first.job;
            let direct = register
                .parent
                .as_ref()
                .is_some_and(|parent| parent.register == job.register.no);
            let known = Known::new(*job.app.locale(), &job.definition, register, None)?;
            Ok(direct && months::month_field(register).is_some() && known.stands_across(first))
        };
        let sheet = match sheet {
            Some(sheet) => Some(sheet),
            None if across()? => Some(own.as_str()),
            None => None,
        };
        chosen.extend(sheet.map(|sheet| Beside {
            sheet: sheet.to_owned(),
            register: register.id.clone(),
            map: Vec::new(),
        }));
    }
    Ok(chosen)
}

fn opened<'a>(first: &Sheet<'a>, register: Arc<Register>, one: &Beside) -> Result<Sheet<'a>, AppError> {
    let job = &first.job;
    let map = match one.map.is_empty() {
        true => workbench::remembered(job.app, job.scope, &register)?,
        false => one.map.clone(),
    };
    let map = (!map.is_empty()).then(|| map_text(&map));
    let definition = job.definition.clone();
    let known = Known::new(*job.app.locale(), &definition, &register, map.as_deref())?;
    let is_first = one.sheet == first.table.table().sheet || one.sheet == job.sheet;
    // A text file is one sheet, called after itself.
    let named = if is_first {
        &first.table.table().sheet
    } else {
        &one.sheet
    };
    let request = ImportRequest {
        sheet: Some(named.clone()).filter(|_| first.table.sheets().len() > 1),
        ..job.request.clone()
    };
    let table = open(job.app, &request, &known, &|_| false)?;
    let mut columns = known.bind(table.table())?;
    if is_first {
        // What else stands in the row is said of the record above, not of each month.
        columns
            .iter_mut()
            .for_each(|bound| *bound = bound.take().filter(|bound| is_of_month(&register, bound)));
    }
    let job = Job {
        app: job.app,
        scope: job.scope,
        request: job.request,
        definition: job.definition.clone(),
        sheet: found::sheet_name(table.table(), job.request),
        register,
        columns,
        file: job.file,
    };
    Ok(Sheet::new(job, table))
}

fn is_of_month(register: &Register, bound: &Bound) -> bool {
    match bound.target {
        Target::Monthly(..) => true,
        Target::Field(no) => {
            let is_key = register.keys.first().is_some_and(|key| key.fields.contains(&no));
            is_key || register.parent.as_ref().is_some_and(|parent| parent.field == no)
        }
        _ => false,
    }
}
