//! Room: registers, their fields, stages and moves.

use super::instrument::Instrument;
use super::invariant::Invariant;
use super::posting_rule::{Limit, LimitLength, PostingRule, View};
use super::section::{Board, Section};
use super::template::Template;
use crate::expr::Program;
use crate::id::{FieldNo, RegisterNo};
use crate::value::Precision;

/// A kind of record (台账).
#[derive(Clone, Debug, PartialEq)]
pub struct Register {
    /// Its number in the book.
    pub no: RegisterNo,
    /// Its id in the pack.
    pub id: String,
    /// Its name as shown.
    pub name: String,
    /// One sentence on what it is for; shown on its page.
    pub about: String,
    /// True for the registers of the base pack that the program itself relies on.
    pub system: bool,
    /// Its fields, in order.
    pub fields: Vec<Field>,
    /// Its stages, in order; empty if records have no stages.
    pub stages: Vec<Stage>,
    /// Moves between stages.
    pub moves: Vec<Move>,
    /// Unique keys. The first is the one that an import matches rows by.
    pub keys: Vec<Key>,
    /// The fields that make a record's title.
    pub title: Vec<FieldNo>,
    /// The field that says which unit a record belongs to.
    pub unit: Option<FieldNo>,
    /// The record above, and what is inherited from it.
    pub parent: Option<Parent>,
    /// The field whose day is the day of an imported row.
    pub row_day: Option<FieldNo>,
    /// The day before which only those who write in the register see its records; an empty one is such a day too.
    pub embargo: Option<FieldNo>,
    /// The date or month that says which period a record is about; a lock of that period locks it.
    pub period: Option<FieldNo>,
    /// What a blank cell of a re-imported row means.
    pub blank: Blank,
    /// Rules that hold in every state.
    pub checks: Vec<Check>,
    /// What its records post.
    pub postings: Vec<PostingRule>,
    /// Limits that run while a record is in certain stages.
    pub limits: Vec<Limit>,
    /// Amounts that schemes of money compute.
    pub instruments: Vec<Instrument>,
    /// Named lists.
    pub views: Vec<View>,
    /// What must be so of the book as it stands.
    pub invariants: Vec<Invariant>,
    /// What its records' pages are made of, in order; empty for all fields at once.
    pub sections: Vec<Section>,
    /// How its records are handed out to units.
    pub issue: Option<Issue>,
    /// What is opened below a record of another register by one of its moves.
    pub template: Option<Template>,
    /// What anybody may ask of one record, by its code and without signing in.
    pub inquiry: Option<Inquiry>,
    /// Figures of units side by side, in order.
    pub boards: Vec<Board>,
}

/// One typed field.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its number in the book.
    pub no: FieldNo,
    /// Its id in the pack.
    pub id: String,
    /// Its name as shown, also a heading of workbooks.
    pub name: String,
    /// Other headings that it goes by in workbooks.
    pub aliases: Vec<String>,
    /// What it may hold.
    pub kind: FieldKind,
    /// Required from the opening on.
    pub required: bool,
    /// Who may see it, and whether it is encrypted.
    pub class: Class,
    /// A sentence of help.
    pub help: String,
    /// The only moves that may fill it, by id; empty means any change. So a signature is given by the
    /// move of whoever may sign, and by nothing else.
    pub by: Vec<String>,
}

/// What a field may hold.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldKind {
    /// Free text of at most so many characters.
    Text {
        /// The longest text, in characters.
        max: u32,
    },
    /// One of a closed list.
    Choice(Vec<Choice>),
    /// A whole number.
    Integer,
    /// A number with a measure, `scale` decimal places of the base unit kept.
    Quantity {
        /// The measure it is shown and typed in.
        measure: String,
        /// Decimal places kept.
        scale: u32,
    },
    /// Money, kept in fen, typed and shown in the measure (元, 万元, 亿元).
    Money {
        /// The measure it is shown and typed in.
        measure: String,
    },
    /// A percentage; 62.13 % is held as 62.13.
    Percent {
        /// Decimal places kept.
        scale: u32,
    },
    /// A date, known at least as precisely as this.
    Date {
        /// The coarsest precision accepted.
        coarsest: Precision,
    },
    /// A month.
    Month,
    /// A unit of the tree.
    Unit,
    /// A person's name; always of class personal or sensitive.
    Person,
    /// A record of a register.
    Link {
        /// The register that it must belong to.
        register: RegisterNo,
    },
    /// A place on the map.
    Place,
    /// Files.
    Evidence,
    /// 统一社会信用代码, with its check digit.
    CreditCode,
    /// 居民身份证号码, with its check digit; always sensitive.
    IdNumber,
    /// 投资项目统一代码, by format.
    ProjectCode,
    /// A GB/T 2260 area code.
    Area,
    /// A GB/T 4754 industry code.
    Industry,
}

/// Who may see a field. A field's class never tightens: a new field is made instead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Anybody.
    #[default]
    Open,
    /// By scope.
    Internal,
    /// Masked, revealed with a reason; encrypted under the person's own key.
    Personal,
    /// As personal, with a second proof; encrypted under the person's own key.
    Sensitive,
}

impl Class {
    /// Whether values are kept only as ciphertext.
    pub fn is_sealed(self) -> bool {
        self >= Class::Personal
    }
}

/// One choice of a closed list.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// What is stored.
    pub id: String,
    /// What is shown.
    pub name: String,
    /// Other spellings in workbooks.
    pub aliases: Vec<String>,
    /// Retired choices stay readable but can't be set.
    pub retired: bool,
}

/// A stage (环节).
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// What is stored.
    pub id: String,
    /// What is shown.
    pub name: String,
    /// Where records open.
    pub initial: bool,
    /// Nothing more is expected of a record here.
    pub closed: bool,
    /// Fields that must be filled here, beside the always required ones.
    pub needs: Vec<FieldNo>,
    /// Whose time runs here.
    pub holder: Holder,
    /// Fields that say who holds the record here; who comes too late is told them, masked if personal.
    pub held_by: Vec<FieldNo>,
}

/// Whose time runs while a record is in a stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Holder {
    /// The organ that handles it.
    #[default]
    Organ,
    /// Whoever applied: papers are being corrected (补正).
    Applicant,
    /// An intermediary: a survey, a review, a hearing.
    Intermediary,
}

/// A move between stages (流转).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Move {
    /// Its id in the pack.
    pub id: String,
    /// What the button says.
    pub name: String,
    /// Stages it may start from.
    pub from: Vec<String>,
    /// The stage it ends in, if the mover chooses no other.
    pub to: String,
    /// Other stages that the mover may choose: a return to the stage where the fault lies.
    pub or_to: Vec<String>,
    /// Fields that must be filled when it is made.
    pub needs: Vec<FieldNo>,
    /// Roles that may make it; empty means whoever may write.
    pub roles: Vec<String>,
    /// The field (a link to an actor) that names the only person who may make it: a signature of one's own.
    pub person: Option<FieldNo>,
    /// A condition on the state it leaves.
    pub guard: Option<Program>,
    /// The clause that the condition comes from, for the refusal.
    pub clause: Option<String>,
    /// Whether a file must be attached.
    pub evidence: bool,
    /// How long the record must have been in the stage that it leaves: a public notice must hang so long.
    pub wait: Option<LimitLength>,
    /// Records below that must have come so far.
    pub below: Vec<Below>,
    /// Steps that whoever makes it must not have done: a move of this record or `open`, behind the links that
    /// lead to another record.
    pub apart: Vec<Vec<String>>,
    /// Fields that it empties, unless whoever makes it fills them: what held only until then.
    pub clears: Vec<FieldNo>,
    /// Whether the items before it, by the register's template, must be closed.
    pub in_order: bool,
    /// Only the program makes it, when a limit has run out: an outcome of its own, never an approval.
    pub timeout: bool,
}

/// What anybody who has a record's code (查询码) is shown of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Inquiry {
    /// What the page is called: 房票查验, 办理进度.
    pub name: String,
    /// Fields that are shown; personal ones masked.
    pub fields: Vec<FieldNo>,
    /// Money accounts whose balances are shown, where the record's key is the holder.
    pub balances: Vec<String>,
    /// Whether a certificate with the code is printed.
    pub certificate: bool,
}

/// What a move asks of the records below (会签、或签), or of those beside it below a record above.
#[derive(Clone, Debug, PartialEq)]
pub struct Below {
    /// Their register.
    pub register: RegisterNo,
    /// Below which record above they stand, by its register; none for the moved record itself.
    pub of: Option<RegisterNo>,
    /// Whether it is well if there are none at all.
    pub or_none: bool,
    /// The clause that asks for it, for the refusal.
    pub message: Option<String>,
    /// The stages that count.
    pub stages: Vec<String>,
    /// Whether one of them is enough; else all must be there, and at least one.
    pub any: bool,
}

/// A unique key.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// Its id, unique in the register.
    pub id: String,
    /// Fields that together are unique among living records.
    pub fields: Vec<FieldNo>,
    /// Whether a void record keeps what it held: a number that was issued is never issued again.
    pub ever: bool,
}

/// The record above.
#[derive(Clone, Debug, PartialEq)]
pub struct Parent {
    /// The link field that names it; fixed once the record is open.
    pub field: FieldNo,
    /// The register above.
    pub register: RegisterNo,
    /// Pairs (own field, field of the parent) whose values follow the parent's.
    pub inherit: Vec<(FieldNo, FieldNo)>,
}

/// What a blank cell means when a row is imported again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Blank {
    /// Nothing: the value stays.
    #[default]
    Keep,
    /// The value is cleared.
    Clear,
}

/// A rule over one record's state.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// Its id, unique in the register.
    pub id: String,
    /// Must not be false.
    pub rule: Program,
    /// What the user reads when it is.
    pub message: String,
}

impl Register {
    /// The field of a number.
    pub fn field(&self, no: FieldNo) -> Option<&Field> {
        self.fields.iter().find(|field| field.no == no)
    }

    /// The field of an id.
    pub fn field_named(&self, id: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == id)
    }

    /// Whether the minute matters at which something here was done: a limit counts hours.
    pub fn counts_hours(&self) -> bool {
        self.limits.iter().any(|limit| limit.length.counts_hours())
    }

    /// The stage of an id.
    pub fn stage(&self, id: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.id == id)
    }

    /// The stage that records open in.
    pub fn initial_stage(&self) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.initial).or(self.stages.first())
    }

    /// The move of an id.
    pub fn move_named(&self, id: &str) -> Option<&Move> {
        self.moves.iter().find(|m| m.id == id)
    }

    /// Whether a scheme computes the field once its day is filled.
    pub fn is_computed(&self, no: FieldNo) -> bool {
        let mut fills = self.instruments.iter().flat_map(|instrument| &instrument.fills);
        fills.any(|(field, _)| *field == no)
    }

    /// Whether the field's values follow the parent's.
    pub fn inherits(&self, no: FieldNo) -> bool {
        self.parent
            .as_ref()
            .is_some_and(|parent| parent.inherit.iter().any(|(own, _)| *own == no))
    }
}

impl Field {
    /// Decimal places that its numbers keep; 0 for whole numbers, 2 for money.
    pub fn scale(&self) -> u32 {
        match &self.kind {
            FieldKind::Money { .. } => 2,
            FieldKind::Quantity { scale, .. } | FieldKind::Percent { scale } => *scale,
            _ => 0,
        }
    }

    /// Whether it holds a number that can be added up.
    pub fn is_number(&self) -> bool {
        matches!(
            self.kind,
            FieldKind::Integer | FieldKind::Quantity { .. } | FieldKind::Money { .. } | FieldKind::Percent { .. }
        )
    }
}

/// How records are handed out to units: one for each unit and each line of what is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// The move that hands one out.
    pub by: String,
    /// What is the same for all of them.
    pub once: Vec<FieldNo>,
    /// What differs from line to line.
    pub each: Vec<FieldNo>,
}
