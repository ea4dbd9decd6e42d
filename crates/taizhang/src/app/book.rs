//! Room: the book as a whole — made from a pack, brought to a new version, closed, reopened.

use super::App;
use super::scope::Scope;
use crate::error::AppError;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use taizhang_core::day::Day;
use taizhang_core::definition::{Definition, Lang, Verb};
use taizhang_core::id::{EntryNo, STAGE};
use taizhang_core::journal::{Act, PackVersion};
use taizhang_core::pack::{self, Compiled, Fault, Files, IdMap, Plan};
use taizhang_core::refusal::{Code, Refusal};
use taizhang_store::apply::{PackReceipt, PackRequest};
use taizhang_store::head::{BASE, ENGINE};

/// The national base pack, inside the program.
pub fn base_files() -> Files {
    let mut files = Files::new();
    for (path, text) in BASE_FILES {
        files.insert((*path).to_owned(), (*text).to_owned());
    }
    files
}

include!(concat!(env!("OUT_DIR"), "/base_files.rs"));

/// Reads a pack's folder: TOML, csv and bulletin templates; ledgers and pictures are no part of it.
pub fn read_pack(folder: &Path) -> Result<Files, AppError> {
    let mut files = Files::new();
    if !folder.join("pack.toml").is_file() {
        return Err(AppError::said("app.not_a_pack", &[("folder", &folder.display())]));
    }
    for sub in [
        "",
        "registers",
        "bulletins",
        "papers",
        "cards",
        "schemes",
        "calendar",
        "codes",
    ] {
        let Ok(entries) = std::fs::read_dir(folder.join(sub)) else {
            continue;
        };
        for entry in entries.flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            let wanted = [".toml", ".csv", ".md"].iter().any(|end| name.ends_with(end));
            let notes = sub.is_empty() && name.ends_with(".md");
            if !wanted || notes || !path.is_file() || NOT_DEFINITION.contains(&name.as_str()) {
                continue;
            }
            let text = std::fs::read_to_string(&path).map_err(|error| {
                let place = path.display();
                AppError::said("app.pack_unreadable", &[("file", &place), ("why", &error)])
            })?;
            let key = if sub.is_empty() { name } else { format!("{sub}/{name}") };
            files.insert(key, text);
        }
    }
    Ok(files)
}

/// Files of a pack's folder that belong to its samples, not to its definition.
const NOT_DEFINITION: [&str; 2] = ["users.toml", "corrections.toml"];

/// Compiles a pack on the base; faults are lines to be read.
pub fn compile(files: &Files, ids: &IdMap, lang: Lang) -> Result<Compiled, AppError> {
    let compiled = pack::compile(&base_files(), files, ids).map_err(|faults| faulty(&faults, lang))?;
    super::cards::all(&compiled.definition)?;
    super::pace::check_seeds(&compiled.definition)?;
    crate::bulletin::paper::check(&compiled.definition)?;
    super::schemes::of_definition(&compiled.definition, &crate::locale::Locale::new(lang))?;
    if let Some((instrument, answer)) = super::instruments::unanswered(&compiled.definition) {
        let args: [(&str, &dyn std::fmt::Display); 2] = [("instrument", &instrument), ("answer", &answer)];
        return Err(AppError::said("app.unanswered", &args));
    }
    Ok(compiled)
}

fn faulty(faults: &[Fault], lang: Lang) -> AppError {
    let lines: Vec<String> = faults.iter().map(|fault| fault.text(lang)).collect();
    AppError::BadRequest(lines.join("\n"))
}

/// What applying a pack would change.
pub struct PackPlan {
    planned_on: EntryNo,
    /// The changes and what forbids them.
    pub plan: Plan,
    /// How many records each register has.
    pub counts: BTreeMap<u32, i64>,
    compiled: Compiled,
    files: Files,
}

impl PackPlan {
    /// What the pack would define.
    pub fn definition(&self) -> &Definition {
        &self.compiled.definition
    }
}

impl App {
    /// Plans the application of a pack.
    pub fn plan_pack(&self, files: Files) -> Result<PackPlan, AppError> {
        let mut reading = self.reading()?;
        let (old, ids) = match reading.caches.rules.latest().cloned() {
            None => (Definition::default(), IdMap::default()),
            Some(version) => {
                let entry = taizhang_store::journal::entry(reading.conn()?, version.n)?;
                let ids = match entry.map(|entry| entry.act) {
                    Some(Act::Pack(pack)) => IdMap::from_text(&pack.ids).unwrap_or_default(),
                    _ => IdMap::default(),
                };
                ((*version.definition).clone(), ids)
            }
        };
        let compiled = compile(&files, &ids, self.locale().lang())?;
        self.keeps_schemes(&old, &compiled.definition)?;
        let mut counts = BTreeMap::new();
        for register in &old.registers {
            counts.insert(register.no.0, taizhang_store::record::count(reading.conn()?, register)?);
        }
        let plan = pack::plan(&old, &compiled.definition);
        let planned_on = reading.caches.rules.latest().map_or(0, |version| version.n);
        Ok(PackPlan {
            planned_on,
            plan,
            counts,
            compiled,
            files,
        })
    }

    /// A version of a scheme that cases were judged by is never edited: a new one is made, and the old one may end.
    fn keeps_schemes(&self, old: &Definition, new: &Definition) -> Result<(), AppError> {
        if old.schemes == new.schemes {
            return Ok(());
        }
        let was = super::schemes::of_definition(old, self.locale())?;
        let is = super::schemes::of_definition(new, self.locale())?;
        match was.edited(&is) {
            Some(version) => Err(AppError::said("app.scheme_edited", &[("version", &version)])),
            None => Ok(()),
        }
    }

    /// The files of the pack that is in force last, as its entry holds them, without those of the base.
    pub fn pack_files(&self) -> Result<Files, AppError> {
        let mut reading = self.reading()?;
        let Some(version) = reading.caches.rules.latest().cloned() else {
            return Err(AppError::NoPack);
        };
        let entry = taizhang_store::journal::entry(reading.conn()?, version.n)?;
        let Some(Act::Pack(pack)) = entry.map(|entry| entry.act) else {
            return Err(AppError::NoPack);
        };
        let own = pack.files.into_iter().filter(|(path, _)| !path.starts_with(BASE));
        Ok(own.collect())
    }

    /// Applies a planned pack from a day on; none for the first open day.
    pub fn apply_pack(
        &self,
        scope: &Scope,
        plan: PackPlan,
        from: Option<Day>,
        reason: Option<&str>,
    ) -> Result<Option<PackReceipt>, AppError> {
        if !scope.may_at_all(Verb::Administer) {
            return Err(AppError::refuse(self.locale(), &Refusal::new(Code::NotPermitted)));
        }
        let forbidden: Vec<String> = plan
            .plan
            .refusals
            .iter()
            .filter(|refusal| refusal.holds(|register| plan.counts.get(&register.0).copied().unwrap_or(0) as u64))
            .map(|refusal| refusal.text(self.locale().lang()))
            .collect();
        if !forbidden.is_empty() {
            return Err(AppError::BadRequest(forbidden.join("\n")));
        }
        let first = plan.planned_on == 0;
        if plan.plan.is_empty() && !first {
            // What an earlier application could not finish is made good.
            self.bring_targets(&*self.definition()?, self.today())?;
            return Ok(None);
        }
        let sealed = |reason| {
            let subject = self.keys().fresh()?;
            self.keys().keep(std::slice::from_ref(&subject))?;
            subject.seal(STAGE, reason)
        };
        let reason = reason.map(sealed).transpose()?;
        let from = self.effective_day(first, from)?;
        let before = match first {
            true => Arc::default(),
            false => self.definition()?,
        };
        let named = base_files()
            .into_iter()
            .map(|(path, text)| (format!("{BASE}{path}"), text));
        let mut files: Vec<(String, String)> = named.chain(plan.files).collect();
        files.sort();
        let version = PackVersion {
            from,
            files,
            ids: plan.compiled.ids.to_text(),
            engine: ENGINE,
        };
        let request = PackRequest {
            planned_on: plan.planned_on,
            version,
            definition: plan.compiled.definition,
            who: scope.who(),
            restates: scope.may_at_all(Verb::Restate),
            reason,
        };
        let (send, receive) = std::sync::mpsc::channel();
        self.store().writer().act(move |session| {
            let _ = send.send(session.apply_pack(request)?);
            Ok(())
        })?;
        match receive.recv() {
            Ok(Ok(receipt)) => {
                self.bring_targets(&before, from)?;
                Ok(Some(receipt))
            }
            Ok(Err(refusals)) => Err(AppError::Refused(
                refusals.iter().map(|r| self.locale().line(r, None)).collect(),
            )),
            Err(_) => Err(AppError::Fault("the writer gave no answer".to_owned())),
        }
    }

    /// The first version judges all days; a later one begins on the first open day unless said otherwise.
    pub(super) fn effective_day(&self, first: bool, from: Option<Day>) -> Result<Day, AppError> {
        if first {
            return Ok(Day::MIN);
        }
        let reading = self.reading()?;
        let open = reading
            .caches
            .closed_through(reading.n())
            .map_or(self.today(), Day::next);
        Ok(from.unwrap_or(open.max(self.today())))
    }

    /// Closes all days up to and including one.
    pub fn close_period(&self, scope: &Scope, through: Day) -> Result<i64, AppError> {
        self.about_period(scope, through, true)
    }

    /// Opens the days after one again.
    pub fn reopen_period(&self, scope: &Scope, through: Day) -> Result<i64, AppError> {
        self.about_period(scope, through, false)
    }

    fn about_period(&self, scope: &Scope, through: Day, close: bool) -> Result<i64, AppError> {
        if !scope.may_at_all(Verb::Close) {
            return Err(AppError::refuse(self.locale(), &Refusal::new(Code::NotPermitted)));
        }
        let who = scope.who();
        let (send, receive) = std::sync::mpsc::channel();
        self.store().writer().act(move |session| {
            let _ = send.send(session.set_closing(through, close, who)?);
            Ok(())
        })?;
        let lost = |_| AppError::Fault("the writer gave no answer".to_owned());
        match receive.recv().map_err(lost)? {
            Ok(head) => Ok(head.n),
            Err(refusal) => Err(AppError::refuse(self.locale(), &refusal)),
        }
    }

    /// The present definition, as of the last moment that was read.
    pub fn definition(&self) -> Result<std::sync::Arc<Definition>, AppError> {
        let rules = self.store().rules();
        let latest = rules.latest().map(|version| version.definition.clone());
        latest.ok_or(AppError::NoPack)
    }
}
