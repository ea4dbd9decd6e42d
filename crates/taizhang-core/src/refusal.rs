//! Room: every way in which the book says no. Codes and places only; the words stand in `locale`.

use crate::id::FieldNo;

/// One reason why a command was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refusal {
    /// Which.
    pub code: Code,
    /// The field it is about, if it is about one.
    pub field: Option<FieldNo>,
    /// What the message names, by the placeholder's name.
    pub args: Vec<(&'static str, String)>,
}

impl Refusal {
    /// A refusal about no field.
    pub fn new(code: Code) -> Refusal {
        Refusal {
            code,
            field: None,
            args: Vec::new(),
        }
    }

    /// A refusal about a field.
    pub fn at(code: Code, field: FieldNo) -> Refusal {
        Refusal {
            code,
            field: Some(field),
            args: Vec::new(),
        }
    }

    /// Adds what the message names.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Refusal {
        self.args.push((name, value.to_string()));
        self
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $code:ident = $key:literal,)*) => {
        /// The closed list of refusals, in the order in which they are looked for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[$doc])* $code,)* }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Code] = &[$(Code::$code,)*];

            /// The key of its message, also its name in HTTP answers.
            pub fn key(self) -> &'static str {
                match self { $(Code::$code => $key,)* }
            }
        }
    };
}

codes! {
    /// The book has no pack yet.
    NoPack = "no_pack",
    /// No register of this name.
    UnknownRegister = "unknown_register",
    /// No such record, or none that the reader may see.
    UnknownRecord = "unknown_record",
    /// No field of this name in the register.
    UnknownField = "unknown_field",
    /// No move of this name in the register.
    UnknownMove = "unknown_move",
    /// No account of this name.
    UnknownAccount = "unknown_account",
    /// No unit of this code or name.
    UnknownUnit = "unknown_unit",
    /// Several units go by this name.
    AmbiguousUnit = "ambiguous_unit",
    /// The actor may not do this here.
    NotPermitted = "not_permitted",
    /// Another person is named for this move.
    NotTheSigner = "not_the_signer",
    /// The day lies after today.
    AfterToday = "after_today",
    /// The day lies outside the calendar.
    OutsideCalendar = "outside_calendar",
    /// No day was given and the register has no rule for it.
    NoDay = "no_day",
    /// The text is no value of the field's kind.
    NotAText = "not_a_text",
    /// The text is longer than the field allows.
    TextTooLong = "text_too_long",
    /// Not one of the choices.
    NotAChoice = "not_a_choice",
    /// Not a number.
    NotANumber = "not_a_number",
    /// More decimal places than the field keeps.
    TooManyPlaces = "too_many_places",
    /// Larger than any account can hold.
    NumberTooLarge = "number_too_large",
    /// Not a date, or one that could be read in two ways.
    NotADate = "not_a_date",
    /// Less precise than the field asks.
    DateTooCoarse = "date_too_coarse",
    /// Not a month.
    NotAMonth = "not_a_month",
    /// Not a place.
    NotAPlace = "not_a_place",
    /// Not a file's content hash.
    NotEvidence = "not_evidence",
    /// A code with a fault: length, alphabet, check digit, date.
    BadCode = "bad_code",
    /// Not in the code table.
    UnknownCode = "unknown_code",
    /// Names no record of the register that the field links to.
    NoSuchLink = "no_such_link",
    /// The measure given is no multiple of the field's.
    WrongMeasure = "wrong_measure",
    /// A field of the program's own kind came without its ciphertext.
    NotSealed = "not_sealed",
    /// A required field is empty.
    Required = "required",
    /// The stage asks for a field that is empty.
    StageNeeds = "stage_needs",
    /// The move asks for a field that is empty.
    MoveNeeds = "move_needs",
    /// The move asks for evidence.
    EvidenceNeeded = "evidence_needed",
    /// The move's condition does not hold.
    Guarded = "guarded",
    /// The move must wait: a public notice has not hung long enough.
    TooEarly = "too_early",
    /// Records below have not come so far.
    Awaits = "awaits",
    /// An item before it is not closed.
    NotYet = "not_yet",
    /// The stage does not allow the move.
    OutOfTurn = "out_of_turn",
    /// An event would lie before the opening.
    BeforeOpening = "before_opening",
    /// A typed rule of the register is broken.
    CheckFailed = "check_failed",
    /// A unit would stand below itself on some day.
    UnitCircle = "unit_circle",
    /// The field follows the record above.
    Inherited = "inherited",
    /// The record above is fixed once the record is open.
    ParentFixed = "parent_fixed",
    /// The record above is void.
    ParentVoid = "parent_void",
    /// The stage changes only by a move.
    StageByMove = "stage_by_move",
    /// The field is filled by certain moves only.
    ByMove = "by_move",
    /// The record is void.
    RecordVoid = "record_void",
    /// The record has living children.
    LivingChildren = "living_children",
    /// The command changes nothing.
    NothingChanges = "nothing_changes",
    /// The correction names no original entry of this record.
    NoSuchEntry = "no_such_entry",
    /// The entry was withdrawn already.
    AlreadyWithdrawn = "already_withdrawn",
    /// An opening can't be withdrawn: void the record.
    WithdrawOpening = "withdraw_opening",
    /// A scheme of money says no; its own code, place, clause and document are among the arguments.
    ByScheme = "by_scheme",
    /// The amount is computed by a scheme, and another one was typed.
    Computed = "computed",
    /// The amount is computed once another field is filled.
    ComputedLater = "computed_later",
    /// The amount was computed by an earlier entry, which has to be corrected.
    ComputedBefore = "computed_before",
    /// Whoever did another step of this case may not do this one.
    NotApart = "not_apart",
    /// A unique key is held by another record.
    KeyTaken = "key_taken",
    /// A field was changed since.
    Stale = "stale",
    /// The entry was corrected since.
    CorrectedSince = "corrected_since",
    /// An amount does not fit.
    AmountOverflow = "amount_overflow",
    /// A posting would fall into a closed period.
    ClosedPeriod = "closed_period",
    /// What would change is locked: the register, the unit and the period, with the reason.
    Locked = "locked",
    /// A restatement needs a reason.
    ReasonNeeded = "reason_needed",
    /// A balance would fall below its floor.
    BelowFloor = "below_floor",
    /// The idempotency key was used for another body.
    KeyReused = "key_reused",
    /// What the idempotency key stands for was done so long ago that its answer is not given again.
    DoneBefore = "done_before",
    /// The period is closed already, or not the next one to be closed.
    NotClosable = "not_closable",
    /// The pack was changed by somebody else since it was planned.
    PackMoved = "pack_moved",
    /// The clock jumped more than a day ahead.
    ClockJumped = "clock_jumped",
}
