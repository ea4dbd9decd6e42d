//! Room: what a pack's files say, with the place of every name, before any name is looked up.
//!
//! Plain data between `read` (which knows files) and `resolve` (which knows meaning).

use super::sources::{At, Word};
use crate::calendar::WorkingHours;
use crate::day::Day;
use crate::definition::{
    Blank, Bound, Burden, ClaimKind, Class, Digest, Direction, Holder, Lang, LightRule, LimitLength, Period, Reach,
    Rung, Verb, Which, Within,
};
use crate::value::Precision;
use rust_decimal::Decimal;

/// Everything that the files of a base and of a pack say.
#[derive(Default)]
pub(super) struct PackSource {
    /// What `pack.toml` says of the base pack, if there is one.
    pub(super) base: Option<Head>,
    /// What `pack.toml` says.
    pub(super) head: Option<Head>,
    pub(super) measures: Vec<MeasureSource>,
    pub(super) roles: Vec<RoleSource>,
    pub(super) units: Vec<UnitSource>,
    pub(super) targets: Vec<TargetSource>,
    pub(super) accounts: Vec<AccountSource>,
    pub(super) registers: Vec<RegisterSource>,
    pub(super) bulletins: Vec<BulletinSource>,
    pub(super) papers: Vec<PaperSource>,
    pub(super) claims: Vec<ClaimSource>,
}

/// The head of a pack.
pub(super) struct Head {
    pub(super) at: At,
    pub(super) id: Word,
    pub(super) name: Word,
    pub(super) lang: Lang,
    pub(super) extends: Option<Word>,
    pub(super) epoch: Option<Day>,
    pub(super) practice: bool,
    pub(super) order: Vec<Word>,
    pub(super) digest: Option<Digest>,
    pub(super) burden: Option<Burden>,
    pub(super) working_hours: Option<WorkingHours>,
}

pub(super) struct MeasureSource {
    pub(super) id: Word,
    /// What is written in English texts; the id itself if nothing is said.
    pub(super) en: Word,
    /// The measure it is a multiple of; none for a base.
    pub(super) base: Option<Word>,
    pub(super) factor: Decimal,
}

pub(super) struct RoleSource {
    pub(super) id: Word,
    pub(super) name: Word,
    pub(super) grants: Vec<GrantSource>,
}

pub(super) struct GrantSource {
    pub(super) verb: Verb,
    pub(super) reach: Reach,
    pub(super) registers: Vec<Word>,
}

pub(super) struct UnitSource {
    pub(super) code: Word,
    pub(super) code_system: Option<String>,
    pub(super) name: Word,
    pub(super) level: Word,
    pub(super) parent: Option<Word>,
    pub(super) from: Option<Day>,
}

pub(super) struct TargetSource {
    pub(super) at: At,
    pub(super) id: Word,
    pub(super) name: Word,
    pub(super) account: Word,
    pub(super) unit: Option<Word>,
    pub(super) from: Option<Day>,
    pub(super) to: Option<Day>,
    pub(super) value: Option<(Decimal, Word)>,
    pub(super) measure: Option<Word>,
    pub(super) direction: Direction,
}

pub(super) struct ClaimSource {
    pub(super) id: Word,
    pub(super) part: String,
    pub(super) text: String,
    pub(super) kind: ClaimKind,
    pub(super) figure: Option<ClaimFigureSource>,
    pub(super) record: Option<ClaimRecordSource>,
    pub(super) bulletin: Option<Word>,
    pub(super) document: String,
}

pub(super) struct ClaimFigureSource {
    pub(super) at: At,
    pub(super) account: Word,
    pub(super) unit: Option<Word>,
    pub(super) from: Option<Day>,
    pub(super) to: Option<Day>,
    pub(super) bound: Option<Bound>,
    pub(super) grown_since: Option<crate::day::Day>,
}

pub(super) struct ClaimRecordSource {
    pub(super) register: Word,
    pub(super) key: Word,
    pub(super) as_of: Option<Day>,
    pub(super) field: Option<Word>,
    pub(super) value: Option<Word>,
}

pub(super) struct BulletinSource {
    pub(super) id: Word,
    pub(super) name: Word,
    pub(super) period: Period,
    pub(super) public: bool,
    pub(super) scheduled: bool,
    pub(super) approval: bool,
    pub(super) head: String,
    pub(super) number: String,
    pub(super) issuer: Option<Word>,
    pub(super) each: Option<Word>,
    pub(super) within: Option<Word>,
    pub(super) template: String,
    /// The account ids that its figures name.
    pub(super) figures: Vec<Word>,
}

pub(super) struct PaperSource {
    pub(super) id: Word,
    pub(super) name: Word,
    pub(super) register: Word,
    pub(super) stages: Vec<Word>,
    pub(super) about: Option<Word>,
    pub(super) template: String,
}

pub(super) struct BoardSource {
    pub(super) id: Word,
    pub(super) name: Word,
    pub(super) by_month: bool,
    pub(super) columns: Vec<Word>,
    pub(super) rank: Option<Word>,
    pub(super) people: Option<Word>,
}

pub(super) struct RegisterSource {
    pub(super) at: At,
    pub(super) id: Word,
    pub(super) name: Word,
    pub(super) about: String,
    pub(super) system: bool,
    pub(super) fields: Vec<FieldSource>,
    pub(super) stages: Vec<StageSource>,
    pub(super) moves: Vec<MoveSource>,
    pub(super) keys: Vec<KeySource>,
    pub(super) title: Vec<Word>,
    pub(super) unit: Option<Word>,
    pub(super) parent: Option<ParentSource>,
    pub(super) row_day: Option<Word>,
    pub(super) embargo: Option<Word>,
    pub(super) period: Option<Word>,
    pub(super) blank: Blank,
    pub(super) checks: Vec<CheckSource>,
    pub(super) limits: Vec<LimitSource>,
    pub(super) instruments: Vec<InstrumentSource>,
    pub(super) views: Vec<ViewSource>,
    pub(super) invariants: Vec<InvariantSource>,
    pub(super) sections: Vec<SectionSource>,
    pub(super) issue: Option<IssueSource>,
    pub(super) template: Option<TemplateSource>,
    pub(super) inquiry: Option<InquirySource>,
    pub(super) boards: Vec<BoardSource>,
    pub(super) postings: Vec<PostingSource>,
}

pub(super) struct FieldSource {
    pub(super) id: Word,
    pub(super) name: Word,
    pub(super) aliases: Vec<Word>,
    pub(super) kind: KindSource,
    pub(super) required: bool,
    pub(super) class: Class,
    pub(super) help: String,
    pub(super) by: Vec<Word>,
}

/// A field's type; names of measures and registers are still to be looked up.
pub(super) enum KindSource {
    Text { max: u32 },
    Choice(Vec<ChoiceSource>),
    Integer,
    Quantity { measure: Word, scale: u32 },
    Money { measure: Word },
    Percent { scale: u32 },
    Date { coarsest: Precision },
    Month,
    Unit,
    Person,
    Link { to: Word },
    Place,
    Evidence,
    CreditCode,
    IdNumber,
    ProjectCode,
    Area,
    Industry,
}

pub(super) struct ChoiceSource {
    pub(super) id: Word,
    pub(super) name: Word,
    pub(super) aliases: Vec<Word>,
    pub(super) retired: bool,
}

pub(super) struct StageSource {
    pub(super) id: Word,
    pub(super) name: Word,
    pub(super) initial: bool,
    pub(super) closed: bool,
    pub(super) needs: Vec<Word>,
    pub(super) holder: Holder,
    pub(super) held_by: Vec<Word>,
}

pub(super) struct MoveSource {
    pub(super) id: Word,
    pub(super) name: Word,
    pub(super) from: Vec<Word>,
    pub(super) to: Word,
    pub(super) or_to: Vec<Word>,
    pub(super) needs: Vec<Word>,
    pub(super) roles: Vec<Word>,
    pub(super) person: Option<Word>,
    pub(super) guard: Option<Word>,
    pub(super) clause: Option<Word>,
    pub(super) evidence: bool,
    pub(super) wait: Option<LimitLength>,
    pub(super) below: Vec<BelowSource>,
    pub(super) apart: Vec<Word>,
    pub(super) clears: Vec<Word>,
    pub(super) in_order: bool,
    pub(super) timeout: bool,
}

pub(super) struct BelowSource {
    pub(super) register: Word,
    pub(super) stages: Vec<Word>,
    pub(super) any: bool,
    pub(super) of: Option<Word>,
    pub(super) or_none: bool,
    pub(super) message: Option<Word>,
}

pub(super) struct InquirySource {
    pub(super) name: Word,
    pub(super) fields: Vec<Word>,
    pub(super) balances: Vec<Word>,
    pub(super) certificate: bool,
}

pub(super) struct IssueSource {
    pub(super) by: Word,
    pub(super) once: Vec<Word>,
    pub(super) each: Vec<Word>,
}

pub(super) struct TemplateSource {
    pub(super) on: Word,
    pub(super) item: Word,
    pub(super) goal: Option<Word>,
    pub(super) items: Vec<ItemSource>,
}

pub(super) struct ItemSource {
    pub(super) id: Word,
    pub(super) when: Option<Word>,
    pub(super) after: Vec<Word>,
    pub(super) after_any: Vec<Word>,
    pub(super) soft_after: Vec<Word>,
    pub(super) days: u32,
    pub(super) set: Vec<(Word, Word)>,
}

pub(super) struct KeySource {
    pub(super) id: Word,
    pub(super) fields: Vec<Word>,
    pub(super) ever: bool,
}

pub(super) struct InvariantSource {
    pub(super) id: Word,
    pub(super) name: Word,
    pub(super) rule: Option<Word>,
    pub(super) balance: Option<Vec<Word>>,
    pub(super) holder: Vec<Word>,
    pub(super) terms: Vec<TermSource>,
    pub(super) floor: Option<Word>,
    pub(super) once: Vec<Word>,
    pub(super) fixed: Vec<Word>,
    pub(super) apart: Option<Word>,
}

pub(super) struct TermSource {
    pub(super) register: Option<Word>,
    pub(super) by: Vec<Word>,
    pub(super) amount: Word,
    pub(super) when: Option<Word>,
}

pub(super) struct ParentSource {
    pub(super) field: Word,
    pub(super) inherit: Vec<(Word, Word)>,
}

pub(super) struct CheckSource {
    pub(super) id: Word,
    pub(super) rule: Word,
    pub(super) message: Word,
}

pub(super) struct LimitSource {
    pub(super) id: Word,
    pub(super) name: Word,
    pub(super) stages: Vec<Word>,
    pub(super) paused: Vec<Word>,
    pub(super) when: Option<Word>,
    pub(super) length: Option<LengthSource>,
    pub(super) roll: bool,
    pub(super) extension: Option<Word>,
    pub(super) unit: Option<Word>,
    pub(super) person: Option<Word>,
    pub(super) role: Option<Word>,
    pub(super) copies: Vec<Word>,
    pub(super) unlit: bool,
    pub(super) countdown: bool,
    pub(super) yellow: u32,
    pub(super) lights: Vec<(At, LightRule)>,
    pub(super) timeout: Option<Word>,
    pub(super) ladder: Vec<Rung>,
}

/// How long a limit is: so many, or what a field says.
pub(super) enum LengthSource {
    Fixed(LimitLength),
    WorkingDaysIn(Word),
    WorkingHoursIn(Word),
    Until(Word),
}

pub(super) struct InstrumentSource {
    pub(super) id: Word,
    pub(super) name: Word,
    pub(super) uses: Word,
    pub(super) on: Word,
    pub(super) when: Option<Word>,
    pub(super) given: Vec<(Word, Word)>,
    pub(super) fixed: Vec<(Word, Word)>,
    pub(super) words: Vec<(Word, Word)>,
    pub(super) ledger: Vec<StandingSource>,
    pub(super) fills: Vec<(Word, Word)>,
}

pub(super) struct StandingSource {
    pub(super) key: Word,
    pub(super) account: Word,
    pub(super) dims: Vec<Word>,
    pub(super) span: Option<(Word, Word)>,
    pub(super) within: Option<Within>,
}

pub(super) struct ViewSource {
    pub(super) id: Word,
    pub(super) name: Word,
    pub(super) columns: Vec<Word>,
    pub(super) sort: Vec<(Word, bool)>,
    pub(super) filter: Vec<Word>,
    pub(super) public: Vec<Word>,
}

/// What a record's page shows, before its names are looked up.
pub(super) struct SectionSource {
    pub(super) id: Word,
    pub(super) name: Word,
    pub(super) show: SectionShow,
    pub(super) fields: Vec<Word>,
    pub(super) register: Option<Word>,
    pub(super) by: Option<Word>,
    pub(super) sort: Option<Word>,
    pub(super) day: Option<Word>,
    pub(super) amount: Option<Word>,
    pub(super) goal: Option<Word>,
    pub(super) whole: Option<Word>,
    pub(super) begins: Vec<Word>,
    pub(super) ends: Option<Word>,
    pub(super) expected: Option<Word>,
    pub(super) account: Option<Word>,
    pub(super) holder: Option<Word>,
    pub(super) place: Option<Word>,
    pub(super) group: Option<Word>,
    pub(super) floors: Option<Word>,
    pub(super) until: Option<Word>,
}

/// The kinds of sections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SectionShow {
    Fields,
    Stages,
    Rows,
    Curve,
    Ledger,
    Plane,
    Buildings,
}

/// An account, declared in `accounts.toml` or in the register that feeds it.
pub(super) struct AccountSource {
    pub(super) id: Word,
    pub(super) name: Word,
    pub(super) about: String,
    pub(super) measure: Word,
    pub(super) scale: Option<u32>,
    pub(super) dims: Vec<DimSource>,
    pub(super) public: bool,
    pub(super) shows_late: bool,
    pub(super) kind: AccountKindSource,
    pub(super) credit: bool,
    pub(super) floor: Option<(Decimal, Word)>,
    pub(super) recovery: Option<Word>,
    /// The register that declares it, by its place among the registers.
    pub(super) register: Option<usize>,
}

/// What an account is, as its declaration tells.
pub(super) enum AccountKindSource {
    Stock,
    Flow,
    Late,
    Money,
    Formula(Word),
    /// Not told, or told wrongly; a fault says so.
    Unknown,
}

pub(super) struct DimSource {
    pub(super) id: Word,
    pub(super) name: Option<String>,
    /// The field that gives it, in the register that declares the account.
    pub(super) field: Word,
}

/// A posting rule, or what an account that is declared where it is fed says of its feeding.
pub(super) struct PostingSource {
    pub(super) at: At,
    /// The account; for money the one that is debited.
    pub(super) account: Word,
    pub(super) kind: RuleSource,
    pub(super) when: Option<Word>,
    pub(super) amount: Option<Word>,
    /// The fields that give the dimensions; by default those with the dimensions' ids.
    pub(super) dims: Option<Vec<Word>>,
}

pub(super) enum RuleSource {
    Stock {
        from: Option<Word>,
        until: Option<Word>,
    },
    Flow {
        on: TriggerSource,
        which: Which,
        last_state: bool,
    },
    Late {
        limit: Word,
    },
    FinishedLate {
        limit: Word,
    },
    Money {
        on: TriggerSource,
        credit: Word,
        credit_dims: Option<Vec<Word>>,
    },
}

pub(super) enum TriggerSource {
    Open,
    Move(Word),
    Field(Word),
    /// Written wrongly; a fault says so.
    Unknown,
}
