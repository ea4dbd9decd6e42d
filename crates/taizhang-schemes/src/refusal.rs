//! Room: every way in which an instrument says no, each with the clause it rests on. Codes and places
//! only; the words and the clauses' texts stand in the locale.

/// One reason why a case is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which.
    pub code: Code,
    /// Where in the case or the scheme, such as `events[2].amount`; empty for the whole.
    pub place: String,
    /// The document of the scheme that the clause stands in; empty if it is the law itself.
    pub document: String,
    /// What the message names, by the placeholder's name.
    pub args: Vec<(&'static str, String)>,
}

impl Refusal {
    /// A refusal at a place.
    pub fn at(code: Code, place: impl Into<String>) -> Refusal {
        Refusal {
            code,
            place: place.into(),
            document: String::new(),
            args: Vec::new(),
        }
    }

    /// Adds what the message names.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Refusal {
        self.args.push((name, value.to_string()));
        self
    }

    /// Says which document the clause stands in.
    #[must_use]
    pub fn by(mut self, document: &str) -> Refusal {
        document.clone_into(&mut self.document);
        self
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $code:ident = $key:literal, $clause:literal;)*) => {
        /// The closed list of refusals.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[$doc])* $code,)* }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Code] = &[$(Code::$code,)*];

            /// The key of its message.
            pub fn key(self) -> &'static str {
                match self { $(Code::$code => $key,)* }
            }

            /// The key of the clause that it rests on.
            pub fn clause(self) -> &'static str {
                match self { $(Code::$code => $clause,)* }
            }
        }
    };
}

codes! {
    /// The text cannot be read at all.
    Unreadable = "unreadable", "input";
    /// A key that the table does not have.
    UnknownKey = "unknown_key", "input";
    /// A key that must be there is missing.
    Missing = "missing", "input";
    /// Another kind of thing than expected.
    WrongKind = "wrong_kind", "input";
    /// Not one of the words allowed.
    NotAChoice = "not_a_choice", "input";
    /// Not a day.
    NotADay = "not_a_day", "input";
    /// Not an exact amount of yuan with at most two places.
    NotAnAmount = "not_an_amount", "input";
    /// Negative, zero where something is needed, or beyond all measure.
    AmountOutOfRange = "amount_out_of_range", "input";
    /// Not an exact rate.
    NotARate = "not_a_rate", "input";
    /// A rate that no scheme can have.
    RateOutOfRange = "rate_out_of_range", "rate";
    /// A whole number outside what is allowed.
    CountOutOfRange = "count_out_of_range", "input";
    /// An end before its beginning.
    EndsBeforeItBegins = "ends_before_it_begins", "input";
    /// Steps that are not in the order of their days.
    OutOfOrder = "out_of_order", "input";
    /// No scheme of this id.
    UnknownScheme = "unknown_scheme", "version";
    /// No version of the scheme is in force on the day.
    NotInForce = "not_in_force", "version";
    /// Two versions of one scheme hold on the same day.
    VersionsOverlap = "versions_overlap", "version";
    /// Shares that do not make a whole.
    SharesNotWhole = "shares_not_whole", "shares";
    /// Tiers that overlap or leave a gap.
    TiersBroken = "tiers_broken", "tiers";
    /// A setting that another one needs.
    SettingMissing = "setting_missing", "version";
    /// The voucher is not valid any more.
    Expired = "expired", "validity";
    /// Before the voucher was issued.
    BeforeIssue = "before_issue", "validity";
    /// The voucher is not yet to be turned into cash.
    NotYetExpired = "not_yet_expired", "validity";
    /// The voucher is frozen.
    Frozen = "frozen", "freeze";
    /// It was not frozen.
    NotFrozen = "not_frozen", "freeze";
    /// The voucher was reported lost, and is void.
    Lost = "lost", "loss";
    /// Only what was reported lost is issued again.
    NotLost = "not_lost", "loss";
    /// Money of a cancelled purchase has to come back first.
    MoneyNotBack = "money_not_back", "cancel";
    /// Face and cash do not make the agreement.
    NotReconciled = "not_reconciled", "agreement";
    /// More than is available.
    OverUse = "over_use", "available";
    /// More than the contract's price.
    AbovePrice = "above_price", "available";
    /// A price above the filed price.
    AboveFiledPrice = "above_filed_price", "price";
    /// A price above the lowest public price.
    AbovePublicPrice = "above_public_price", "price";
    /// A kind of dwelling that vouchers do not buy.
    KindNotAllowed = "kind_not_allowed", "units";
    /// The lock ran out.
    LockRanOut = "lock_ran_out", "lock";
    /// A part is locked for a purchase that is neither filed nor given up.
    StillLocked = "still_locked", "lock";
    /// No purchase that could be cancelled.
    NoSuchPurchase = "no_such_purchase", "cancel";
    /// The scheme does not allow transfers.
    NoTransfer = "no_transfer", "transfer";
    /// To somebody outside the circle allowed.
    NotARelative = "not_a_relative", "transfer";
    /// The voucher was transferred as often as is allowed.
    TooManyHops = "too_many_hops", "transfer";
    /// What is handed over may not go into a voucher that was issued.
    TargetIssued = "target_issued", "transfer";
    /// Something was handed over to this number already.
    NumberReceived = "number_received", "transfer";
    /// Nothing was handed over to this number, or not under these terms.
    NothingReceived = "nothing_received", "transfer";
    /// The household would keep too little space.
    TooLittleArea = "too_little_area", "transfer";
    /// The scheme does not allow extensions.
    NoExtension = "no_extension", "extension";
    /// An extension names no document.
    NoDocument = "no_document", "extension";
    /// Nothing may follow the end of a voucher.
    AlreadyClosed = "already_closed", "validity";
    /// The loan is larger than the regime allows.
    AboveCap = "above_cap", "cap";
    /// The rate is above the ceiling.
    AboveCeiling = "above_ceiling", "ceiling";
    /// The term is longer than the regime allows.
    TermTooLong = "term_too_long", "term";
    /// More is repaid than is owed.
    OverRepaid = "over_repaid", "principal";
    /// Periods overlap or lie outside of the loan.
    PeriodsBroken = "periods_broken", "periods";
    /// The borrower had as many subsidised loans as are allowed.
    TooManyTimes = "too_many_times", "times";
    /// Too few eligible people were hired.
    TooFewHires = "too_few_hires", "hires";
    /// The fund cannot carry the loan.
    AboveMultiple = "above_multiple", "multiple";
    /// Too much was compensated, so that nothing is lent for a while.
    LendingPaused = "lending_paused", "pause";
    /// Not the account that may be paid.
    PayeeNotListed = "payee_not_listed", "payee";
    /// A payment before its occasion has come.
    NotYetDue = "not_yet_due", "settlement";
    /// The legal cap is not set, so nothing may be levied.
    CapNotSet = "cap_not_set", "levy";
    /// Above the legal cap.
    AboveLevyCap = "above_levy_cap", "levy";
}
