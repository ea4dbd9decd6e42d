//! Room: locks of periods as people see them — which hold for a register, whether a record stands under one, and
//! whether a new one names a register that there is. The refusal itself is the core's.

use super::App;
use super::scope::Scope;
use crate::error::AppError;
use crate::locale::Locale;
use taizhang_core::definition::{Definition, Lang, Register};
use taizhang_core::lock::{LOCK_REGISTER, Lock};
use taizhang_core::refusal::{Code, Refusal};
use taizhang_core::timeline::State;
use taizhang_core::value::Value;

impl App {
    /// Locks that hold for records of a register which somebody may read.
    pub fn locks_of(&self, scope: &Scope, register: &Register) -> Result<Vec<Lock>, AppError> {
        let reading = self.reading()?;
        let readable = scope.readable(register);
        let sees = |lock: &&Lock| {
            let own = readable.as_ref();
            lock.is_of(register) && own.is_none_or(|own| register.unit.is_none() || !lock.units.is_disjoint(own))
        };
        Ok(reading.caches.locks().iter().filter(sees).cloned().collect())
    }

    /// The lock under which a record stands.
    pub fn lock_on(&self, register: &Register, state: &State) -> Result<Option<Lock>, AppError> {
        let reading = self.reading()?;
        let today = self.today();
        let locks = reading.caches.locks();
        Ok(locks.iter().find(|lock| lock.holds_of(register, state, today)).cloned())
    }

    /// What is said of a lock.
    pub fn lock_said(&self, register: &Register, lock: &Lock) -> String {
        let args: [(&str, &dyn std::fmt::Display); 6] = [
            ("register", &register.name),
            ("unit", &lock.unit_name),
            ("from", &lock.from),
            ("to", &lock.to),
            ("why", &lock.reason),
            ("lock", &lock.record),
        ];
        self.locale().say("page.lock.holds", &args)
    }
}

/// A lock names a register that there is, or none.
pub(super) fn faults(definition: &Definition, register: &Register, state: &State, lang: Lang) -> Vec<Refusal> {
    let Some(field) = register
        .field_named("register")
        .filter(|_| register.id == LOCK_REGISTER)
    else {
        return Vec::new();
    };
    let Some(Value::Text(named)) = state.value(field.no) else {
        return Vec::new();
    };
    let named = named.trim();
    let mut registers = definition.registers.iter().filter(|register| !register.system);
    if named.is_empty() || registers.any(|register| register.id == named || register.name == named) {
        return Vec::new();
    }
    let message = Locale::new(lang).fill("page.lock.no_register", &[("register", named)]);
    vec![Refusal::at(Code::CheckFailed, field.no).with("message", message)]
}
