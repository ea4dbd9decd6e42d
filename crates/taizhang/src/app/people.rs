//! Room: somebody new (操作人和岗位) — their account and their first post, opened by one act: both, or neither. Who
//! they are is said in `scope`, how they sign in in `account`.

use super::App;
use super::execute::{Draft, DraftWish};
use super::scope::Scope;
use crate::error::AppError;
use taizhang_core::id::RecordNo;

/// Somebody who is to sign in, with their first post.
#[derive(Clone, Copy, Debug)]
pub struct NewPerson<'a> {
    /// The name to sign in with.
    pub login: &'a str,
    /// The name as shown.
    pub name: &'a str,
    /// The unit, by code or name; empty for the root.
    pub unit: &'a str,
    /// The role's id.
    pub role: &'a str,
    /// The post's title.
    pub title: &'a str,
}

impl App {
    /// Opens somebody's account and their first post; the account's record. A unit or a role that does not exist
    /// leaves nothing behind.
    pub fn hire(&self, scope: &Scope, person: &NewPerson<'_>) -> Result<RecordNo, AppError> {
        let definition = self.definition()?;
        if !definition.roles.contains_key(person.role) {
            let known: Vec<&str> = definition.roles.keys().map(String::as_str).collect();
            let known = self.locale().list(&known);
            return Err(AppError::said(
                "cli.user.no_role",
                &[("role", &person.role), ("known", &known)],
            ));
        }
        let receipt = self.execute_behind(scope, &|first| vec![account(person), self.post(scope, person, first)])?;
        let record = receipt.records.first().copied();
        record.ok_or_else(|| AppError::Fault("no record".to_owned()))
    }

    /// A post of somebody's, from today on.
    pub fn post(&self, scope: &Scope, person: &NewPerson<'_>, actor: RecordNo) -> Draft {
        let unit = match person.unit {
            "" => format!("#{}", scope.home().unwrap_or(0)),
            code => code.to_owned(),
        };
        let set = [
            ("actor", format!("#{actor}")),
            ("unit", unit),
            ("role", person.role.to_owned()),
            ("title", person.title.to_owned()),
            ("from", self.today().to_string()),
        ];
        opened("position", set)
    }
}

/// An account of somebody's.
pub fn account(person: &NewPerson<'_>) -> Draft {
    let set = [("login", person.login.to_owned()), ("name", person.name.to_owned())];
    opened("actor", set)
}

fn opened<const N: usize>(register: &str, set: [(&str, String); N]) -> Draft {
    Draft {
        register: register.to_owned(),
        wish: DraftWish::Open,
        set: set.map(|(field, text)| (field.to_owned(), text)).to_vec(),
        ..Draft::default()
    }
}
