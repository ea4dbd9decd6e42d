//! Room: one voucher's case as it was given: amounts, the day of issue and the steps in their order.

use crate::exact::Fen;
use crate::node::Reader;
use crate::refusal::{Code, Refusal};
use taizhang_core::day::Day;

/// A case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Compensation that went into the face.
    pub principal: Fen,
    /// The incentive within the face; none for that of the scheme.
    pub embedded: Option<Fen>,
    /// The day of issue.
    pub issued_on: Day,
    /// How often it had been transferred before.
    pub hops: u32,
    /// What happened, in order.
    pub steps: Vec<Step>,
    /// The day on which the holder is paid out.
    pub settle_on: Option<Day>,
}

/// Something that happened to a voucher.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub on: Day,
    /// Where it stands in the case.
    pub place: String,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A contract was filed.
    Use(Purchase),
    /// A purchase was cancelled; `paid` if the developer had been paid.
    Cancel { purchase: Which, paid: bool },
    /// The money of a cancelled purchase came back.
    Refund,
    /// A flat was handed over.
    Handover(Which),
    /// The voucher is valid for longer.
    Extend {
        until: Option<Day>,
        months: u32,
        document: String,
    },
    /// Frozen.
    Freeze,
    /// Free again.
    Thaw,
    /// Turned into cash.
    Expire,
    /// All of it has another holder (no amount), or a part went to a voucher of somebody else.
    Transfer {
        amount: Option<Fen>,
        relative: bool,
        area_per_head: Option<u32>,
    },
    /// A part went to another voucher of the same holder.
    Split { amount: Fen },
}

/// Which purchase: by contract, by its place among the uses, or the last living one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Which {
    pub contract: String,
    pub nth: Option<u32>,
}

/// A purchase as given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purchase {
    pub amount: Fen,
    pub contract: String,
    pub price: Option<Fen>,
    pub filed_price: Option<Fen>,
    pub public_price: Option<Fen>,
    pub unit_kind: String,
    pub locked_on: Option<Day>,
}

impl Case {
    /// Reads a case, all but its scheme, which the caller has asked for already.
    pub fn read(reader: &mut Reader<'_>) -> Result<Case, Refusal> {
        let principal = reader.fen("principal")?;
        let in_face = reader.fen("optional_in_face")?.unwrap_or_default();
        let embedded = reader.fen("embedded")?;
        let cash_part = reader.fen("cash_part")?.unwrap_or_default();
        let total = reader.fen("agreement_total")?;
        let issued_on = reader.day("issued_on")?;
        let settle_on = reader.day("settle_on")?;
        let hops = reader.count("hops", 0, 9)?.unwrap_or(0);
        let mut steps = Vec::new();
        for mut step in reader.tables("events")? {
            steps.push(read_step(&mut step)?);
        }
        reader.done()?;
        let principal = reader.needed("principal", principal)? + in_face;
        let issued_on = reader.needed("issued_on", issued_on)?;
        if !principal.is_some() {
            return Err(Refusal::at(Code::AmountOutOfRange, "principal").with("value", principal));
        }
        if let Some(total) = total
            && total != principal + cash_part
        {
            let refusal = Refusal::at(Code::NotReconciled, "agreement_total").with("total", total);
            return Err(refusal.with("parts", principal + cash_part));
        }
        let days = std::iter::once(issued_on).chain(steps.iter().map(|step: &Step| step.on));
        let days: Vec<Day> = days.chain(settle_on).collect();
        if let Some(at) = days.windows(2).position(|pair| pair[1] < pair[0]) {
            let place = steps.get(at).map_or("settle_on".to_owned(), |step| step.place.clone());
            let code = if at == 0 { Code::BeforeIssue } else { Code::OutOfOrder };
            return Err(Refusal::at(code, place)
                .with("day", days[at + 1])
                .with("before", days[at]));
        }
        Ok(Case {
            principal,
            embedded,
            issued_on,
            hops,
            steps,
            settle_on,
        })
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Use,
    Cancel,
    Refund,
    Handover,
    Extend,
    Freeze,
    Thaw,
    Expire,
    Transfer,
    Split,
}

const KINDS: &[(&str, Kind)] = &[
    ("use", Kind::Use),
    ("cancel", Kind::Cancel),
    ("refund", Kind::Refund),
    ("handover", Kind::Handover),
    ("extend", Kind::Extend),
    ("freeze", Kind::Freeze),
    ("thaw", Kind::Thaw),
    ("expire", Kind::Expire),
    ("transfer", Kind::Transfer),
    ("split", Kind::Split),
];

fn read_step(step: &mut Reader<'_>) -> Result<Step, Refusal> {
    let on = step.day("on")?;
    let kind = step.choice("kind", KINDS)?;
    let what = match step.needed("kind", kind)? {
        Kind::Use => What::Use(read_purchase(step)?),
        Kind::Cancel => What::Cancel {
            paid: step.flag("paid")?.unwrap_or(false),
            purchase: read_which(step)?,
        },
        Kind::Refund => What::Refund,
        Kind::Handover => What::Handover(read_which(step)?),
        Kind::Extend => What::Extend {
            until: step.day("until")?,
            months: step.count("months", 1, 60)?.unwrap_or(0),
            document: step.text("doc_no")?.unwrap_or_default().to_owned(),
        },
        Kind::Freeze => What::Freeze,
        Kind::Thaw => What::Thaw,
        Kind::Expire => What::Expire,
        Kind::Transfer => What::Transfer {
            amount: step.fen("amount")?,
            relative: step.text("relation")?.is_some(),
            area_per_head: step.count("area_per_head", 0, 100_000)?,
        },
        Kind::Split => {
            let amount = step.fen("amount")?;
            What::Split {
                amount: step.needed("amount", amount)?,
            }
        }
    };
    step.done()?;
    Ok(Step {
        on: step.needed("on", on)?,
        place: step.place("on").trim_end_matches(".on").to_owned(),
        what,
    })
}

fn read_which(step: &mut Reader<'_>) -> Result<Which, Refusal> {
    Ok(Which {
        contract: step.text("contract")?.unwrap_or_default().to_owned(),
        nth: step.count("use", 1, 1000)?,
    })
}

fn read_purchase(step: &mut Reader<'_>) -> Result<Purchase, Refusal> {
    let amount = step.fen("amount")?;
    let amount = step.needed("amount", amount)?;
    if !amount.is_some() {
        return Err(Refusal::at(Code::AmountOutOfRange, step.place("amount")).with("value", amount));
    }
    Ok(Purchase {
        amount,
        contract: step.text("contract")?.unwrap_or_default().to_owned(),
        price: step.fen("price")?,
        filed_price: step.fen("filed_price")?,
        public_price: step.fen("public_price")?,
        unit_kind: step.text("unit_kind")?.unwrap_or_default().to_owned(),
        locked_on: step.day("locked_on")?,
    })
}
