//! Room: the items that a move of the record above opens below it, and which of them come before which.

use crate::day::Day;
use crate::expr::Program;
use crate::id::FieldNo;
use crate::timeline::{Seen, State};

/// Records that a move of the record above opens, one for each item (手续清单).
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    /// The move of the register above that opens them.
    pub on: String,
    /// The choice field that says which item a record is.
    pub item: FieldNo,
    /// The item whose day is the one that all ask for, such as the start of works.
    pub goal: Option<String>,
    /// The items, in order.
    pub items: Vec<Matter>,
}

/// One item of a template.
#[derive(Clone, Debug, PartialEq)]
pub struct Matter {
    /// The choice that names it.
    pub id: String,
    /// Opened only where this holds of the record above.
    pub when: Option<Program>,
    /// Items that must be closed before it (law).
    pub after: Vec<String>,
    /// Items of which one must be closed before it.
    pub after_any: Vec<String>,
    /// Items that are usually closed before it (practice); nothing is refused for them.
    pub soft_after: Vec<String>,
    /// How many days it usually takes, for the forecast.
    pub days: u32,
    /// Fields filled when it is opened, as text.
    pub set: Vec<(FieldNo, String)>,
}

impl Template {
    /// The items that apply to a record above in this state, in order.
    pub fn applying<'a>(&'a self, above: &'a State, day: Day) -> impl Iterator<Item = &'a Matter> {
        let holds = move |when: &Program| when.eval_bool(&Seen { state: above, day }) == Some(true);
        self.items
            .iter()
            .filter(move |item| item.when.as_ref().is_none_or(holds))
    }
}
