//! Room: finding by a word what somebody may see — registers, figures, units, records.

mod index;

pub use index::Index;

use super::App;
use super::scope::Scope;
use crate::error::AppError;
use std::sync::PoisonError;
use taizhang_core::definition::Verb;
use taizhang_core::id::{RecordNo, RegisterNo};

/// How many records with a fitting title are looked at, until enough are found that one may see.
const LOOKED_AT: usize = 500;

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A register.
    Register {
        /// Its id.
        id: String,
        /// Its name.
        name: String,
        /// What it is for.
        about: String,
    },
    /// An account.
    Account {
        /// Its id.
        id: String,
        /// Its name.
        name: String,
        /// What it counts.
        about: String,
    },
    /// A unit.
    Unit {
        /// Its code.
        code: String,
        /// Its name.
        name: String,
        /// The unit above.
        above: String,
    },
    /// A record.
    Record {
        /// Its number.
        record: RecordNo,
        /// Its title.
        title: String,
        /// Its register's name.
        register: String,
    },
}

impl Found {
    /// The key of the word for what it is.
    pub fn kind(&self) -> &'static str {
        match self {
            Found::Register { .. } => "page.find.register",
            Found::Account { .. } => "page.find.account",
            Found::Unit { .. } => "page.find.unit",
            Found::Record { .. } => "page.find.record",
        }
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        match self {
            Found::Register { name, .. } | Found::Account { name, .. } | Found::Unit { name, .. } => name,
            Found::Record { title, .. } => title,
        }
    }

    /// What else is said of it.
    pub fn about(&self) -> Option<&str> {
        let about = match self {
            Found::Register { about, .. } | Found::Account { about, .. } => about,
            Found::Unit { above, .. } => above,
            Found::Record { register, .. } => register,
        };
        Some(about.as_str()).filter(|about| !about.is_empty())
    }
}

/// Whether a name holds a text, or the first letters of its pinyin do.
pub fn fits(name: &str, text: &str) -> bool {
    let lower = text.to_lowercase();
    let letters = lower.len() > 1 && lower.bytes().all(|byte| byte.is_ascii_alphanumeric());
    name.to_lowercase().contains(&lower) || letters && index::first_letters(name).contains(&lower)
}

impl App {
    /// What a word is found in: registers first, then figures, units and records.
    pub fn search(&self, scope: &Scope, text: &str, most: usize) -> Result<Vec<Found>, AppError> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Vec::new());
        }
        let definition = self.definition()?;
        let fits = |name: &str| fits(name, text);
        let registers = definition
            .registers
            .iter()
            .filter(|register| scope.may_somewhere(Verb::Read, register));
        let registers = registers.filter(|register| fits(&register.name));
        let mut found: Vec<Found> = registers
            .map(|register| Found::Register {
                id: register.id.clone(),
                name: register.name.clone(),
                about: register.about.clone(),
            })
            .collect();
        let accounts = definition
            .accounts
            .values()
            .filter(|account| !account.retired && fits(&account.name));
        found.extend(accounts.take(most).map(|account| Found::Account {
            id: account.id.clone(),
            name: account.name.clone(),
            about: account.about.clone(),
        }));
        let asking = self.asking()?;
        let tree = asking.tree(self.today(), asking.reading.n());
        let units = tree
            .iter()
            .filter(|(_, node)| !node.abolished && (fits(&node.name) || node.code == text));
        found.extend(units.take(most).map(|(_, node)| {
            Found::Unit {
                code: node.code.clone(),
                name: node.name.clone(),
                above: node
                    .above
                    .and_then(|above| tree.get(above))
                    .map_or(String::new(), |node| node.name.clone()),
            }
        }));
        found.extend(self.records_named(scope, text, most)?);
        Ok(found)
    }

    /// Records that somebody may read and whose title holds a text.
    fn records_named(&self, scope: &Scope, text: &str, most: usize) -> Result<Vec<Found>, AppError> {
        let candidates: Vec<(RecordNo, RegisterNo)> = {
            let mut index = self.index.lock().unwrap_or_else(PoisonError::into_inner);
            index.keep_up(self)?;
            index.find(text).take(LOOKED_AT).collect()
        };
        let definition = self.definition()?;
        let readable: Vec<RegisterNo> = definition
            .registers
            .iter()
            .filter(|register| scope.may_somewhere(Verb::Read, register))
            .map(|register| register.no)
            .collect();
        let mut found = Vec::new();
        for (record, _) in candidates
            .into_iter()
            .filter(|(_, register)| readable.contains(register))
        {
            if found.len() == most {
                break;
            }
            if let Some(brief) = self.brief(scope, record)? {
                found.push(Found::Record {
                    record,
                    title: brief.title,
                    register: brief.register.name.clone(),
                });
            }
        }
        Ok(found)
    }
}
