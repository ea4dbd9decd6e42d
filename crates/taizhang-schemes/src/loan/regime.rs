//! Room: the rules of guaranteed loans by their days. A local rule goes before a national one.

use super::case::Case;
use crate::exact::{Fen, Rate};
use crate::node::{Node, Reader};
use crate::refusal::{Code, Refusal};
use crate::version::{Head, Versioned};
use taizhang_core::day::Day;

/// One version of the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regime {
    /// What it says of itself.
    pub head: Head,
    /// Whether it is of a province or district, which goes before the nation's.
    pub local: bool,
    /// Whom it is for.
    pub borrowers: Vec<Borrower>,
    /// Who bears the interest.
    pub split: Split,
    /// Contracts before this day are borne by a share instead.
    pub split_from: Option<Day>,
    /// That share, for individuals and for firms.
    pub share_before: (Rate, Rate),
    /// The largest loan of an individual.
    pub individual_cap: Option<Fen>,
    /// By how much partners together may exceed the sum of their caps: 1.10 is 110 %.
    pub partner_factor: Rate,
    /// The largest loan of partners or of an organisation.
    pub partner_cap: Option<Fen>,
    /// The largest loan of a firm.
    pub firm_cap: Option<Fen>,
    /// How far above the LPR a rate may be.
    pub spread_max: Rate,
    /// Months, at most, for individuals and for firms.
    pub months_max: (u32, u32),
    /// How often a borrower is subsidised.
    pub times_max: u32,
    /// Eligible hires of a firm by its staff, at least: the share, and that of more than a hundred.
    pub hires: (Rate, Rate),
    /// After how many months the subsidy ends, if before maturity.
    pub subsidy_months: Option<u32>,
    /// Which part of the principal is subsidised.
    pub subsidised_cap: Option<Fen>,
    /// How days are counted.
    pub day_count: DayCount,
    /// The bank's settlement day in the last month of a quarter.
    pub settlement_day: u32,
}

/// For whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Borrower {
    /// One person.
    Individual,
    /// Partners.
    Partners,
    /// An organisation of individuals.
    Organised,
    /// A small or micro firm.
    Firm,
}

/// Who bears the interest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// The borrower bears the LPR less so much, the budget the rest.
    LprLess(Rate),
    /// The budget bears a share of the contract's rate.
    Share(Rate),
}

/// How the days of a period are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayCount {
    /// Days by 360.
    By360,
    /// Whole months by 12, days beyond them by 360.
    WholeMonths,
}

/// The borrowers by their words.
pub(super) const BORROWERS: &[(&str, Borrower)] = &[
    ("individual", Borrower::Individual),
    ("partners", Borrower::Partners),
    ("organised", Borrower::Organised),
    ("firm", Borrower::Firm),
];

/// The ways of counting by their words.
pub(super) const DAY_COUNTS: &[(&str, DayCount)] = &[
    ("days/360", DayCount::By360),
    ("whole", DayCount::WholeMonths),
    ("whole_months", DayCount::WholeMonths),
];

/// No rate of a subsidised loan is near this.
pub(super) const RATE_MAX: Rate = Rate(24_000_000);

impl Versioned for Regime {
    fn head(&self) -> &Head {
        &self.head
    }
}

impl Regime {
    /// Reads a regime.
    pub fn read(node: &Node, place: &str) -> Result<Regime, Refusal> {
        let mut reader = Reader::new(node, place)?;
        let head = Head::read(&mut reader)?;
        let document = head.doc_no.clone();
        Regime::settings(head, &mut reader).map_err(|refusal| refusal.by(&document))
    }

    fn settings(head: Head, reader: &mut Reader<'_>) -> Result<Regime, Refusal> {
        let less = reader.rate("borrower_lpr_less", RATE_MAX)?;
        let share = reader.rate("subsidy_share", Rate::ONE)?;
        let split = match (less, share) {
            (Some(less), None) => Split::LprLess(less),
            (None, Some(share)) => Split::Share(share),
            _ => {
                return Err(
                    Refusal::at(Code::SettingMissing, reader.place("subsidy_share")).with("setting", "subsidy_share")
                );
            }
        };
        let most = Rate(1_000_000_000);
        let regime = Regime {
            local: reader.flag("local")?.unwrap_or(false),
            borrowers: borrowers(reader)?,
            split,
            split_from: reader.day("split_from")?,
            share_before: (
                reader.rate("individual_share_before", Rate::ONE)?.unwrap_or(Rate::ONE),
                reader.rate("firm_share_before", Rate::ONE)?.unwrap_or(Rate(50_000_000)),
            ),
            individual_cap: reader.fen("individual_cap")?,
            partner_factor: reader.rate("partner_factor", most)?.unwrap_or(Rate::ONE),
            partner_cap: reader.fen("partner_cap")?,
            firm_cap: reader.fen("firm_cap")?,
            spread_max: reader.rate("spread_max", RATE_MAX)?.unwrap_or(RATE_MAX),
            months_max: (
                reader.count("individual_months_max", 1, 600)?.unwrap_or(36),
                reader.count("firm_months_max", 1, 600)?.unwrap_or(24),
            ),
            times_max: reader.count("times_max", 1, 99)?.unwrap_or(3),
            hires: (
                reader.rate("hire_ratio", Rate::ONE)?.unwrap_or_default(),
                reader.rate("hire_ratio_above_100", Rate::ONE)?.unwrap_or_default(),
            ),
            subsidy_months: reader.count("subsidy_months", 1, 600)?,
            subsidised_cap: reader.fen("subsidised_principal_cap")?,
            day_count: reader.choice("day_count", DAY_COUNTS)?.unwrap_or(DayCount::By360),
            settlement_day: reader.count("settlement_day", 1, 28)?.unwrap_or(20),
            head,
        };
        reader.done()?;
        Ok(regime)
    }

    /// The budget's part of a rate, under a contract of a day.
    pub fn subsidy_rate(&self, case: &Case) -> Rate {
        let signed_on = case.signed_on.unwrap_or(case.disbursed_on);
        let bounded = case.rate_cap.map_or(case.rate, |cap| case.rate.min(cap));
        let share = match self.split {
            _ if self.split_from.is_some_and(|from| signed_on < from) => match case.borrower {
                Borrower::Firm => self.share_before.1,
                _ => self.share_before.0,
            },
            Split::LprLess(less) => {
                let borne = (case.lpr.0 - less.0).max(0);
                return Rate((bounded.0 - borne).max(0));
            }
            Split::Share(share) => share,
        };
        let part = i128::from(bounded.0) * i128::from(share.0);
        Rate(crate::exact::half_up(part, i128::from(Rate::ONE.0)))
    }
}

fn borrowers(reader: &mut Reader<'_>) -> Result<Vec<Borrower>, Refusal> {
    let words = reader.texts("borrowers")?;
    let find = |word: &String| BORROWERS.iter().find(|(known, _)| known == word).map(|(_, kind)| *kind);
    let read = words.iter().map(|word| {
        find(word).ok_or_else(|| {
            let choices: Vec<&str> = BORROWERS.iter().map(|(known, _)| *known).collect();
            Refusal::at(Code::NotAChoice, reader.place("borrowers"))
                .with("value", word)
                .with("choices", choices.join(", "))
        })
    });
    read.collect()
}

/// The regime that judges a loan: the one named, else the one of its day, a local rule first.
pub fn choose<'a>(regimes: &'a [Regime], case: &Case) -> Result<&'a Regime, Refusal> {
    let on = case.signed_on.unwrap_or(case.disbursed_on);
    if !case.regime.is_empty() {
        return crate::version::find(regimes, &case.regime, on);
    }
    let fits = |regime: &&Regime| {
        regime.head.holds_on(on) && (regime.borrowers.is_empty() || regime.borrowers.contains(&case.borrower))
    };
    let of_day = regimes.iter().filter(fits);
    let found = of_day.max_by_key(|regime| (regime.local, regime.head.valid_from));
    found.ok_or_else(|| {
        Refusal::at(Code::NotInForce, "disbursed_on")
            .with("scheme", "")
            .with("day", on)
    })
}
