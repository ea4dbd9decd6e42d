//! Room: every setting of a voucher scheme, and whether they fit together. Knows no voucher.

use crate::exact::{Fen, Rate};
use crate::node::{Node, Reader};
use crate::refusal::{Code, Refusal};
use crate::version::{Head, Versioned};

/// One version of a scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheme {
    /// What it says of itself.
    pub head: Head,
    /// How many months a voucher is valid.
    pub validity_months: u32,
    /// Whether a last day off rolls on.
    pub roll_holiday: bool,
    /// Whether a freeze makes the voucher valid for longer.
    pub freeze_extends: bool,
    /// Whether an extension is possible at all.
    pub extension: bool,
    /// The ceiling of all faces together.
    pub face_cap_total: Option<Fen>,
    /// The incentive within the face, of the principal.
    pub embedded_rate: Rate,
    /// Use rewards, by months from the issue.
    pub use_tiers: Vec<Tier>,
    /// What a reward is a share of.
    pub reward_base: RewardBase,
    /// Who gets it.
    pub reward_payee: Payee,
    /// From which share used on the rest is paid in full.
    pub min_use_ratio: Option<Rate>,
    /// Whether exactly that share suffices.
    pub min_use_cmp: Compare,
    /// What becomes of a rest below it.
    pub surplus_rule: SurplusRule,
    /// Rests up to this share of the face are paid at par.
    pub small_surplus_ratio: Rate,
    /// At which rate a larger rest is paid.
    pub surplus_rate: Rate,
    /// Whether the rate is for the whole rest or for what exceeds the small one.
    pub surplus_mode: SurplusMode,
    /// How much of the incentive is taken back with a rest.
    pub embedded_clawback: Clawback,
    /// Interest by the month.
    pub interest: Vec<Interest>,
    /// The deposit rate for what was not used.
    pub deposit_rate: Rate,
    /// Days of a year for it.
    pub deposit_day_basis: u32,
    /// After how many months a voucher that was never used may be paid out before it expires.
    pub cash_after_months: Option<u32>,
    /// Who may get it.
    pub transfer: Transfer,
    /// How often.
    pub max_hops: u32,
    /// Square metres per head that the household must keep.
    pub keep_area_per_head: u32,
    /// Kinds of dwelling; none means all.
    pub units_allowed: Vec<String>,
    /// Whether the price may not exceed the filed price.
    pub cap_by_filed: bool,
    /// Whether it may not exceed the lowest public price.
    pub cap_by_public: bool,
    /// How long a lock holds.
    pub lock_hours: u32,
    /// How developers are paid.
    pub settlement: Vec<Share>,
}

/// A use reward between two months, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tier {
    /// From this month, from 1.
    pub from_month: u32,
    /// To this month.
    pub to_month: u32,
    /// The rate.
    pub rate: Rate,
}

/// What a reward is a share of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RewardBase {
    /// Of the face used.
    UsedFace,
    /// Of the principal within the face used.
    UsedPrincipal,
}

/// Who gets a reward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payee {
    /// The holder.
    Holder,
    /// The developer, who takes it off the price.
    DeveloperOffset,
}

/// How a share is compared with a bound: 超过 or 达到.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    /// More than the bound.
    Gt,
    /// The bound suffices.
    Ge,
}

/// What becomes of a rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SurplusRule {
    /// Paid in full.
    Par,
    /// Paid less incentive.
    LessEmbedded,
    /// Paid at a rate.
    Rate,
}

/// What a rate is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SurplusMode {
    /// The whole rest.
    Whole,
    /// What exceeds the small rest.
    Marginal,
}

/// How much of the incentive is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clawback {
    /// As much as the rest is of the face.
    Proportional,
    /// All of it.
    Whole,
    /// Nothing.
    None,
}

/// Interest on some part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interest {
    /// On what.
    pub on: Earns,
    /// The rate of a month.
    pub rate_per_month: Rate,
    /// How months are counted.
    pub count: Months,
}

/// What earns interest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Earns {
    /// What was used, until then.
    Used,
    /// The rest of a voucher that was used.
    Unused,
    /// A voucher that never was.
    NeverUsed,
}

/// How months are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Months {
    /// Those that have passed in full.
    Full,
    /// Days by thirty.
    DaysByThirty,
}

/// Who may get a voucher from its holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transfer {
    /// Nobody.
    None,
    /// Relatives.
    Relatives,
    /// Anybody.
    Any,
}

/// One part of what a developer is paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// What it waits for.
    pub occasion: Occasion,
    /// The word it was written with.
    pub word: String,
    /// How much of the purchase.
    pub share: Rate,
    /// Within how many days it is to be paid.
    pub limit_days: Option<u32>,
    /// Interest by the year on a tail.
    pub rate: Rate,
}

/// What a payment waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// The contract is filed.
    Filing,
    /// So many months after the flat is handed over.
    Handover(u32),
}

impl Versioned for Scheme {
    fn head(&self) -> &Head {
        &self.head
    }
}

/// A reward, incentive or deposit above half of its base is a slip of the pen.
const SHARE_MAX: Rate = Rate(50_000_000);

impl Scheme {
    /// Reads a scheme; what it leaves out is as in most cities.
    pub fn read(node: &Node, place: &str) -> Result<Scheme, Refusal> {
        let mut reader = Reader::new(node, place)?;
        let head = Head::read(&mut reader)?;
        let document = head.doc_no.clone();
        Scheme::settings(head, &mut reader).map_err(|refusal| refusal.by(&document))
    }

    fn settings(head: Head, reader: &mut Reader<'_>) -> Result<Scheme, Refusal> {
        let use_tiers = tiers(reader)?;
        let last_month = use_tiers.last().map_or(12, |tier| tier.to_month);
        let (cap_by_filed, cap_by_public) = price_cap(reader)?;
        reader.texts("project_ids")?;
        reader.texts("merge_relations")?;
        reader.flag("split")?;
        reader.flag("merge")?;
        reader.choice("embedded_base", &[("principal", ())])?;
        reader.count("remainder_cash_limit_days", 0, 3660)?;
        let surplus_rate = reader.rate("surplus_rate", Rate::ONE)?;
        let scheme = Scheme {
            validity_months: reader.count("validity_months", 1, 120)?.unwrap_or(last_month),
            roll_holiday: reader.flag("roll_holiday")?.unwrap_or(false),
            freeze_extends: reader.flag("freeze_extends")?.unwrap_or(false),
            extension: reader.flag("extension")?.unwrap_or(true),
            face_cap_total: reader.fen("face_cap_total")?,
            embedded_rate: reader.rate("embedded_rate", SHARE_MAX)?.unwrap_or_default(),
            reward_base: reader
                .choice("use_reward_base", REWARD_BASES)?
                .unwrap_or(RewardBase::UsedFace),
            reward_payee: reader.choice("use_reward_payee", PAYEES)?.unwrap_or(Payee::Holder),
            min_use_ratio: reader.rate("min_use_ratio", Rate::ONE)?,
            min_use_cmp: reader.choice("min_use_cmp", COMPARES)?.unwrap_or(Compare::Gt),
            surplus_rule: reader
                .choice("surplus_rule", SURPLUS_RULES)?
                .unwrap_or(SurplusRule::LessEmbedded),
            small_surplus_ratio: reader.rate("small_surplus_ratio", Rate::ONE)?.unwrap_or_default(),
            surplus_rate: surplus_rate.unwrap_or(Rate::ONE),
            surplus_mode: reader
                .choice("surplus_mode", SURPLUS_MODES)?
                .unwrap_or(SurplusMode::Whole),
            embedded_clawback: reader
                .choice("embedded_clawback", CLAWBACKS)?
                .unwrap_or(Clawback::Proportional),
            interest: interest(reader)?,
            deposit_rate: reader.rate("deposit_rate", SHARE_MAX)?.unwrap_or_default(),
            deposit_day_basis: reader.count("deposit_day_basis", 360, 366)?.unwrap_or(360),
            cash_after_months: reader.count("cash_after_months", 0, 120)?,
            transfer: reader.choice("transfer", TRANSFERS)?.unwrap_or(Transfer::None),
            max_hops: reader.count("max_hops", 0, 9)?.unwrap_or(1),
            keep_area_per_head: reader.count("keep_area_per_head", 0, 1000)?.unwrap_or(0),
            units_allowed: reader.texts("units_allowed")?,
            lock_hours: reader.count("lock_hours", 1, 24 * 366)?.unwrap_or(72),
            settlement: settlement(reader)?,
            use_tiers,
            cap_by_filed,
            cap_by_public,
            head,
        };
        reader.done()?;
        if scheme.surplus_rule == SurplusRule::Rate && surplus_rate.is_none() {
            return Err(Refusal::at(Code::SettingMissing, reader.place("surplus_rate")).with("setting", "surplus_rate"));
        }
        Ok(scheme)
    }

    /// Whether so much of a face counts as used enough.
    pub fn used_enough(&self, used: Fen, face: Fen) -> bool {
        let Some(ratio) = self.min_use_ratio else { return false };
        let used = i128::from(used.0) * i128::from(Rate::ONE.0);
        let bound = i128::from(face.0) * i128::from(ratio.0);
        match self.min_use_cmp {
            Compare::Gt => used > bound,
            Compare::Ge => used >= bound,
        }
    }
}

const REWARD_BASES: &[(&str, RewardBase)] = &[
    ("used_face", RewardBase::UsedFace),
    ("used_principal", RewardBase::UsedPrincipal),
];
const PAYEES: &[(&str, Payee)] = &[("holder", Payee::Holder), ("developer_offset", Payee::DeveloperOffset)];
const COMPARES: &[(&str, Compare)] = &[("gt", Compare::Gt), ("ge", Compare::Ge)];
const SURPLUS_RULES: &[(&str, SurplusRule)] = &[
    ("par", SurplusRule::Par),
    ("less_embedded", SurplusRule::LessEmbedded),
    ("rate", SurplusRule::Rate),
];
const SURPLUS_MODES: &[(&str, SurplusMode)] = &[("whole", SurplusMode::Whole), ("marginal", SurplusMode::Marginal)];
const CLAWBACKS: &[(&str, Clawback)] = &[
    ("proportional", Clawback::Proportional),
    ("whole", Clawback::Whole),
    ("none", Clawback::None),
];
const TRANSFERS: &[(&str, Transfer)] = &[
    ("none", Transfer::None),
    ("relatives", Transfer::Relatives),
    ("any", Transfer::Any),
];
const EARNS: &[(&str, Earns)] = &[
    ("used", Earns::Used),
    ("unused", Earns::Unused),
    ("never_used", Earns::NeverUsed),
];
const COUNTS: &[(&str, Months)] = &[("full_months", Months::Full), ("days/30", Months::DaysByThirty)];

/// Tiers in the order of their months, none overlapping another.
fn tiers(reader: &mut Reader<'_>) -> Result<Vec<Tier>, Refusal> {
    let mut tiers: Vec<Tier> = Vec::new();
    for mut tier in reader.tables("use_tiers")? {
        let from = tier.count("from_month", 1, 120)?;
        let to = tier.count("to_month", 1, 120)?;
        let rate = tier.rate("rate", SHARE_MAX)?;
        tier.done()?;
        let read = Tier {
            from_month: tier.needed("from_month", from)?,
            to_month: tier.needed("to_month", to)?,
            rate: tier.needed("rate", rate)?,
        };
        let after = tiers.last().map_or(0, |last| last.to_month);
        if read.to_month < read.from_month || read.from_month <= after {
            return Err(Refusal::at(Code::TiersBroken, tier.place("from_month")));
        }
        tiers.push(read);
    }
    Ok(tiers)
}

fn interest(reader: &mut Reader<'_>) -> Result<Vec<Interest>, Refusal> {
    let mut read = Vec::new();
    for mut line in reader.tables("interest")? {
        let on = line.choice("on", EARNS)?;
        let rate = line.rate("rate_per_month", Rate(5_000_000))?;
        let count = line.choice("count", COUNTS)?.unwrap_or(Months::Full);
        line.done()?;
        read.push(Interest {
            on: line.needed("on", on)?,
            rate_per_month: line.needed("rate_per_month", rate)?,
            count,
        });
    }
    Ok(read)
}

/// Payments to developers. Without any, all is paid once the contract is filed; shares sum to the whole.
fn settlement(reader: &mut Reader<'_>) -> Result<Vec<Share>, Refusal> {
    let mut shares = Vec::new();
    for mut line in reader.tables("settlement")? {
        let word = line.text("event")?;
        let share = line.rate("share", Rate::ONE)?;
        let limit_days = line.count("limit_days", 0, 3660)?;
        let rate = line.rate("rate", SHARE_MAX)?.unwrap_or_default();
        line.done()?;
        let word = line.needed("event", word)?;
        let Some(occasion) = occasion(word) else {
            let refusal = Refusal::at(Code::NotAChoice, line.place("event")).with("value", word);
            return Err(refusal.with("choices", "filing, handover, handover+1y, handover+6m"));
        };
        shares.push(Share {
            occasion,
            word: word.to_owned(),
            share: line.needed("share", share)?,
            limit_days,
            rate,
        });
    }
    if shares.is_empty() {
        shares.push(Share {
            occasion: Occasion::Filing,
            word: "filing".to_owned(),
            share: Rate::ONE,
            limit_days: None,
            rate: Rate(0),
        });
    }
    let sum: i64 = shares.iter().map(|share| share.share.0).sum();
    if sum != Rate::ONE.0 {
        return Err(Refusal::at(Code::SharesNotWhole, reader.place("settlement")).with("sum", Rate(sum)));
    }
    Ok(shares)
}

fn occasion(word: &str) -> Option<Occasion> {
    match word {
        "filing" => return Some(Occasion::Filing),
        "handover" => return Some(Occasion::Handover(0)),
        _ => {}
    }
    let after = word.strip_prefix("handover+")?;
    let (count, months) = match (after.strip_suffix('y'), after.strip_suffix('m')) {
        (Some(years), _) => (years, 12),
        (_, Some(count)) => (count, 1),
        _ => return None,
    };
    let count: u32 = count.parse().ok()?;
    Some(Occasion::Handover(count.min(100) * months))
}

/// Which prices bound the contract's.
fn price_cap(reader: &mut Reader<'_>) -> Result<(bool, bool), Refusal> {
    let words = reader.texts("price_cap")?;
    if let Some(word) = words
        .iter()
        .find(|word| !["filed", "public_90_days"].contains(&word.as_str()))
    {
        let refusal = Refusal::at(Code::NotAChoice, reader.place("price_cap")).with("value", word);
        return Err(refusal.with("choices", "filed, public_90_days"));
    }
    let has = |wanted: &str| words.iter().any(|word| word == wanted);
    Ok((
        words.is_empty() || has("filed"),
        words.is_empty() || has("public_90_days"),
    ))
}
