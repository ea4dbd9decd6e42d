//! Room: the steps of a voucher (房票) in a book.

use super::{Answer, Answers, Desk, day, fen};
use crate::exact::Fen;
use crate::months::{Ends, days};
use crate::node::Reader;
use crate::refusal::{Code, Refusal};
use crate::version;
use crate::voucher::{Earns, Rest, Scheme, Transfer, interest, purchase, settlement};
use taizhang_core::day::Day;

pub(super) const ISSUE: &[&str] = &["version", "document", "embedded", "face", "valid_until"];
pub(super) const EXTEND: &[&str] = &["valid_until"];
pub(super) const LOCK: &[&str] = &["lapses_on"];
pub(super) const USE: &[&str] = &["month", "tier", "rate", "reward", "interest"];
pub(super) const MOVE: &[&str] = &["embedded", "hops", "valid_until", "since"];
pub(super) const RECEIVE: &[&str] = &["face", "embedded", "hops"];
pub(super) const END: &[&str] = &["cash", "deducted", "saved", "interest"];
pub(super) const SETTLE: &[&str] = &["amount", "interest", "due"];
pub(super) const CANCEL: &[&str] = &["back", "from_developer"];

/// The version in force on the day of the issue, or the one that the issue kept.
fn scheme<'a>(desk: Desk<'a>, reader: &mut Reader<'_>, on: Day) -> Result<&'a Scheme, Refusal> {
    let kept = reader.text("version")?;
    let named = reader.text("scheme")?.unwrap_or("voucher");
    match kept {
        Some(kept) => version::kept(&desk.library.vouchers, kept),
        None => version::find(&desk.library.vouchers, named, on),
    }
}

fn ends<'a>(desk: Desk<'a>, scheme: &Scheme) -> Ends<'a> {
    Ends {
        calendar: scheme.roll_holiday.then_some(desk.calendar),
    }
}

/// What a voucher is judged by: the stage that it stands in on the day of the act.
fn usable(stage: Option<&str>, place: &'static str, on: Day) -> Result<(), Refusal> {
    let code = match stage {
        Some("frozen") => return Err(Refusal::at(Code::Frozen, place).with("day", on).with("since", "")),
        Some("lost") => Code::Lost,
        Some("cashed" | "cancelled") => Code::AlreadyClosed,
        _ => return Ok(()),
    };
    Err(Refusal::at(code, place).with("day", on))
}

/// From which day months count: a voucher that came from another keeps the day on which that one was issued.
fn since(reader: &mut Reader<'_>) -> Result<Day, Refusal> {
    let issued_on = day(reader, "issued_on")?;
    Ok(reader.day("since")?.unwrap_or(issued_on))
}

fn not_before(issued_on: Day, on: Day) -> Result<(), Refusal> {
    if on >= issued_on {
        return Ok(());
    }
    let refusal = Refusal::at(Code::BeforeIssue, "on").with("day", on);
    Err(refusal.with("before", issued_on))
}

/// The last day on which a voucher is good: as extended, as kept when it was issued, or by its version.
fn last_day(reader: &mut Reader<'_>, scheme: &Scheme, ends: Ends<'_>, issued_on: Day) -> Result<Day, Refusal> {
    let extended = reader.day("extended_to")?;
    let kept = reader.day("valid_until")?;
    Ok(extended
        .or(kept)
        .unwrap_or_else(|| ends.last(issued_on, scheme.validity_months)))
}

/// Issue: the face, the incentive within it and the last valid day, by the version of the day of issue.
pub(super) fn issue(desk: Desk<'_>, reader: &mut Reader<'_>) -> Result<Answers, Refusal> {
    let on = day(reader, "on")?;
    let scheme = scheme(desk, reader, on)?;
    let refused = |refusal: Refusal| refusal.by(&scheme.head.doc_no);
    let in_face = reader.fen("optional_in_face")?.unwrap_or_default();
    let principal = fen(reader, "principal")? + in_face;
    let given = reader.fen("embedded")?;
    let cash_part = reader.fen("cash_part")?.unwrap_or_default();
    let total = reader.fen("agreement_total")?;
    let issued = reader.fen("issued_before")?.unwrap_or_default();
    reader.done()?;
    if !principal.is_some() {
        return Err(refused(
            Refusal::at(Code::AmountOutOfRange, "principal").with("value", principal),
        ));
    }
    if let Some(total) = total.filter(|total| *total != principal + cash_part) {
        let refusal = Refusal::at(Code::NotReconciled, "agreement_total").with("total", total);
        return Err(refused(refusal.with("parts", principal + cash_part)));
    }
    let embedded = given.unwrap_or_else(|| principal.at(scheme.embedded_rate));
    let face = principal + embedded;
    if let Some(cap) = scheme.face_cap_total.filter(|cap| issued + face > *cap) {
        let refusal = Refusal::at(Code::AboveCap, "principal").with("amount", issued + face);
        return Err(refused(refusal.with("cap", cap)));
    }
    Ok(vec![
        ("version", Answer::Text(scheme.head.id.clone())),
        ("document", Answer::Text(scheme.head.doc_no.clone())),
        ("embedded", Answer::Amount(embedded)),
        ("face", Answer::Amount(face)),
        (
            "valid_until",
            Answer::Day(ends(desk, scheme).last(on, scheme.validity_months)),
        ),
    ])
}

/// An extension keeps the old end and gives a later one; a freeze adds its days where the scheme says so.
pub(super) fn extend(desk: Desk<'_>, reader: &mut Reader<'_>) -> Result<Answers, Refusal> {
    let on = day(reader, "on")?;
    let scheme = scheme(desk, reader, on)?;
    let refused = |code| Refusal::at(code, "until").by(&scheme.head.doc_no);
    let valid_until = day(reader, "valid_until")?;
    let until = reader.day("until")?;
    let document = reader.text("doc_no")?;
    let frozen_on = reader.day("frozen_on")?;
    let stage = reader.text("stage")?.filter(|stage| *stage != "frozen");
    reader.done()?;
    usable(stage, "until", on).map_err(|refusal| refusal.by(&scheme.head.doc_no))?;
    if let (Some(since), None) = (frozen_on, until) {
        let frozen = if scheme.freeze_extends { days(since, on) } else { 0 };
        let later = valid_until.plus(i32::try_from(frozen).unwrap_or(0));
        return Ok(vec![("valid_until", Answer::Day(later))]);
    }
    let Some(until) = until else {
        return Err(refused(Code::Missing));
    };
    if !scheme.extension {
        return Err(refused(Code::NoExtension));
    }
    if document.is_none() {
        return Err(Refusal::at(Code::NoDocument, "doc_no").by(&scheme.head.doc_no));
    }
    if on > valid_until {
        return Err(refused(Code::Expired).with("day", on).with("until", valid_until));
    }
    if until <= valid_until {
        return Err(refused(Code::EndsBeforeItBegins));
    }
    Ok(vec![("valid_until", Answer::Day(until))])
}

/// A part is locked for a purchase: a voucher that is frozen, void, settled or past its last day is not. Answered is
/// the first day on which the lock holds no more.
pub(super) fn lock(desk: Desk<'_>, reader: &mut Reader<'_>) -> Result<Answers, Refusal> {
    let on = day(reader, "on")?;
    let issued_on = since(reader)?;
    let scheme = scheme(desk, reader, issued_on)?;
    let refused = |refusal: Refusal| refusal.by(&scheme.head.doc_no);
    let valid_until = last_day(reader, scheme, ends(desk, scheme), issued_on)?;
    let stage = reader.text("stage")?;
    reader.done()?;
    not_before(issued_on, on).map_err(refused)?;
    usable(stage, "stage", on).map_err(refused)?;
    if on > valid_until {
        let refusal = Refusal::at(Code::Expired, "on").with("day", on);
        return Err(refused(refusal.with("until", valid_until)));
    }
    Ok(vec![(
        "lapses_on",
        Answer::Day(purchase::held_until(scheme, on).next()),
    )])
}

/// Money of a cancelled purchase that was paid is still to come back: until then nobody buys or hands over.
pub(super) fn clear(desk: Desk<'_>, reader: &mut Reader<'_>) -> Result<Answers, Refusal> {
    let on = day(reader, "on")?;
    let issued_on = since(reader)?;
    let scheme = scheme(desk, reader, issued_on)?;
    let owed = reader.fen("owed")?.unwrap_or_default();
    reader.done()?;
    if owed.is_some() {
        let refusal = Refusal::at(Code::MoneyNotBack, "on").with("day", on);
        return Err(refusal.with("amount", owed).by(&scheme.head.doc_no));
    }
    Ok(Answers::new())
}

/// A contract is filed: its tier, its reward and its interest, for this purchase by itself.
pub(super) fn buy(desk: Desk<'_>, reader: &mut Reader<'_>) -> Result<Answers, Refusal> {
    let on = day(reader, "on")?;
    let issued_on = since(reader)?;
    let scheme = scheme(desk, reader, issued_on)?;
    let refused = |refusal: Refusal| refusal.by(&scheme.head.doc_no);
    let ends = ends(desk, scheme);
    let valid_until = last_day(reader, scheme, ends, issued_on)?;
    let face = fen(reader, "face")?;
    let embedded = reader.fen("embedded")?.unwrap_or_default();
    let bought = purchase::Bought {
        amount: fen(reader, "amount")?,
        price: reader.fen("price")?,
        filed_price: reader.fen("filed_price")?,
        public_price: reader.fen("public_price")?,
        unit_kind: reader.text("unit_kind")?.unwrap_or_default().to_owned(),
        locked_on: reader.day("locked_on")?,
        contract: String::new(),
    };
    let stage = reader.text("stage")?;
    reader.done()?;
    not_before(issued_on, on).map_err(refused)?;
    usable(stage, "stage", on).map_err(refused)?;
    purchase::in_time(scheme, &bought, on, valid_until, "on").map_err(refused)?;
    purchase::fits(scheme, &bought, "amount").map_err(refused)?;
    let month = purchase::month_of(ends, issued_on, on);
    let (tier, rate) = purchase::tier_of(scheme, month);
    let reward = purchase::reward(scheme, bought.amount, rate, face - embedded, face);
    let interest = interest::by_month(scheme, Earns::Used, bought.amount, issued_on, on);
    let tier = i64::try_from(tier.unwrap_or(0)).unwrap_or(0);
    Ok(vec![
        ("month", Answer::Count(i64::from(month))),
        ("tier", Answer::Count(tier)),
        ("rate", Answer::Rate(rate)),
        ("reward", Answer::Amount(reward)),
        ("interest", Answer::Amount(interest)),
    ])
}

/// A number that is issued has not received anything: what is handed over goes to numbers of its own.
pub(super) fn number(desk: Desk<'_>, reader: &mut Reader<'_>) -> Result<Answers, Refusal> {
    let on = day(reader, "on")?;
    let scheme = scheme(desk, reader, on)?;
    let number = reader.text("number")?.unwrap_or_default();
    let received = reader.fen("received")?.unwrap_or_default();
    reader.done()?;
    if received.is_some() {
        let refusal = Refusal::at(Code::NumberReceived, "number").with("number", number);
        return Err(refusal.by(&scheme.head.doc_no));
    }
    Ok(Answers::new())
}

/// A number is opened for what was handed over to it: so much face, so much incentive and so many hops as came.
/// The ledger is asked under the last valid day, the version and the first issue that are written on it.
pub(super) fn receive(desk: Desk<'_>, reader: &mut Reader<'_>) -> Result<Answers, Refusal> {
    let on = day(reader, "on")?;
    let scheme = scheme(desk, reader, on)?;
    let number = reader.text("number")?.unwrap_or_default();
    let received = reader.fen("received")?.unwrap_or_default();
    let embedded = reader.fen("embedded")?.unwrap_or_default();
    let hops = reader.fen("hops")?.unwrap_or_default();
    reader.done()?;
    if !received.is_some() {
        let refusal = Refusal::at(Code::NothingReceived, "number").with("number", number);
        return Err(refusal.by(&scheme.head.doc_no));
    }
    // Hops weigh as much as the face that made them; a part that was handed on makes the whole handed on.
    let hops = (hops.0 + received.0 - 1) / received.0;
    Ok(vec![
        ("face", Answer::Amount(received)),
        ("embedded", Answer::Amount(embedded)),
        ("hops", Answer::Count(hops)),
    ])
}

/// What is handed over goes to a new number: a voucher that was issued keeps the face that it was issued with.
pub(super) fn target(desk: Desk<'_>, reader: &mut Reader<'_>) -> Result<Answers, Refusal> {
    let on = day(reader, "on")?;
    let issued_on = reader.day("issued_on")?.unwrap_or(on);
    let scheme = scheme(desk, reader, issued_on)?;
    let target = reader.text("target")?.unwrap_or_default();
    let issued = reader.fen("issued")?.unwrap_or_default();
    reader.done()?;
    if issued.is_some() {
        let refusal = Refusal::at(Code::TargetIssued, "target").with("number", target);
        return Err(refusal.by(&scheme.head.doc_no));
    }
    Ok(Answers::new())
}

/// A part, or all, goes to another voucher: its incentive goes with it in proportion, and a transfer is a hop.
pub(super) fn hand_over(desk: Desk<'_>, reader: &mut Reader<'_>) -> Result<Answers, Refusal> {
    let on = day(reader, "on")?;
    let issued_on = since(reader)?;
    let scheme = scheme(desk, reader, issued_on)?;
    let refused = |refusal: Refusal| refusal.by(&scheme.head.doc_no);
    let kind = reader.text("kind")?.unwrap_or("split");
    let last_day = last_day(reader, scheme, ends(desk, scheme), issued_on)?;
    let earlier = reader.day("earlier")?;
    let amount = fen(reader, "amount")?;
    let face = fen(reader, "face")?;
    let embedded = reader.fen("embedded")?.unwrap_or_default();
    let hops = reader.count("hops", 0, 99)?.unwrap_or(0);
    let relation = reader.text("relation")?;
    let area = reader.count("area_per_head", 0, 100_000)?;
    let stage = reader.text("stage")?;
    reader.done()?;
    not_before(issued_on, on).map_err(refused)?;
    // Heirs take over what there is, whatever its state, and what was lost is issued again, but only that.
    let by_choice = matches!(kind, "split" | "merge" | "transfer");
    if by_choice {
        usable(stage, "kind", on).map_err(refused)?;
    }
    if kind == "reissue" && stage.is_some_and(|stage| stage != "lost") {
        return Err(refused(Refusal::at(Code::NotLost, "kind").with("day", on)));
    }
    if by_choice && on > last_day {
        let refusal = Refusal::at(Code::Expired, "on").with("day", on);
        return Err(refused(refusal.with("until", last_day)));
    }
    if let Some(earlier) = earlier.filter(|earlier| *earlier > last_day) {
        let refusal = Refusal::at(Code::Expired, "earlier").with("day", earlier);
        return Err(refused(refusal.with("until", last_day)));
    }
    if kind == "transfer" {
        match scheme.transfer {
            Transfer::None => return Err(refused(Refusal::at(Code::NoTransfer, "kind"))),
            Transfer::Relatives if relation.is_none() => {
                return Err(refused(Refusal::at(Code::NotARelative, "relation")));
            }
            Transfer::Relatives | Transfer::Any => {}
        }
        if let Some(area) = area.filter(|area| *area < scheme.keep_area_per_head) {
            let refusal = Refusal::at(Code::TooLittleArea, "area_per_head").with("area", area);
            return Err(refused(refusal.with("least", scheme.keep_area_per_head)));
        }
        if hops >= scheme.max_hops {
            let refusal = Refusal::at(Code::TooManyHops, "kind").with("hops", hops);
            return Err(refused(refusal.with("most", scheme.max_hops)));
        }
    }
    let part = amount.times(i128::from(embedded.0), i128::from(face.0));
    let hops = i64::from(hops) + i64::from(kind == "transfer");
    Ok(vec![
        ("embedded", Answer::Amount(part)),
        ("hops", Answer::Count(hops)),
        ("valid_until", Answer::Day(earlier.unwrap_or(last_day))),
        ("since", Answer::Day(issued_on)),
    ])
}

/// The rest of a voucher is turned into cash: at its expiry, or when its holder ends it.
pub(super) fn end(desk: Desk<'_>, reader: &mut Reader<'_>) -> Result<Answers, Refusal> {
    let on = day(reader, "on")?;
    let issued_on = since(reader)?;
    let scheme = scheme(desk, reader, issued_on)?;
    let refused = |refusal: Refusal| refusal.by(&scheme.head.doc_no);
    let ends = ends(desk, scheme);
    let valid_until = last_day(reader, scheme, ends, issued_on)?;
    let face = fen(reader, "face")?;
    let embedded = reader.fen("embedded")?.unwrap_or_default();
    let balance = fen(reader, "balance")?;
    let locked = reader.fen("locked")?.unwrap_or_default();
    let moved = reader.fen("moved")?.unwrap_or_default();
    let stage = reader.text("stage")?.filter(|stage| *stage != "cashed");
    reader.done()?;
    usable(stage, "on", on).map_err(refused)?;
    if locked.is_some() {
        let refusal = Refusal::at(Code::StillLocked, "on").with("amount", locked);
        return Err(refused(refusal.with("day", on)));
    }
    // What went to other vouchers is neither used nor left, and took its part of the incentive with it.
    let (whole, face) = (face, face - moved);
    let embedded = embedded.times(i128::from(face.0), i128::from(whole.0));
    let used = face - balance;
    let earliest = match scheme.cash_after_months {
        Some(months) => ends.last(issued_on, months),
        None => valid_until,
    };
    if !used.is_some() && on < earliest {
        let refusal = Refusal::at(Code::NotYetExpired, "on").with("day", on);
        return Err(refused(refusal.with("until", earliest)));
    }
    let rest = Rest {
        face,
        embedded,
        used,
        balance,
    };
    let ended = crate::voucher::end(scheme, rest);
    let interest = interest::of_rest(scheme, used.is_some(), balance, issued_on, valid_until, on);
    Ok(vec![
        ("cash", Answer::Amount(ended.cash)),
        ("deducted", Answer::Amount(ended.clawed_back)),
        ("saved", Answer::Amount(ended.saved)),
        ("interest", Answer::Amount(interest)),
    ])
}

/// One payment to the developer: its share of the purchase once its occasion has come, and never twice.
pub(super) fn settle(desk: Desk<'_>, reader: &mut Reader<'_>) -> Result<Answers, Refusal> {
    let on = day(reader, "on")?;
    let issued_on = day(reader, "issued_on")?;
    let scheme = scheme(desk, reader, issued_on)?;
    let refused = |refusal: Refusal| refusal.by(&scheme.head.doc_no);
    let occasion = reader.text("occasion")?;
    let occasion = reader.needed("occasion", occasion)?;
    let filed_on = day(reader, "filed_on")?;
    let handed_over_on = reader.day("handed_over_on")?;
    let amount = fen(reader, "amount")?;
    let payee = reader.text("payee")?;
    let account = reader.text("account")?;
    reader.done()?;
    if payee != account || account.is_none() {
        let refusal = Refusal::at(Code::PayeeNotListed, "payee").with("value", payee.unwrap_or_default());
        return Err(refused(refusal.with("known", account.unwrap_or_default())));
    }
    let payments = settlement::of(scheme, amount, filed_on, handed_over_on);
    let Some(payment) = payments.into_iter().find(|payment| payment.occasion == occasion) else {
        let choices: Vec<&str> = scheme.settlement.iter().map(|share| share.word.as_str()).collect();
        let refusal = Refusal::at(Code::NotAChoice, "occasion").with("value", occasion);
        return Err(refused(refusal.with("choices", choices.join(", "))));
    };
    if payment.on.is_none_or(|due| on < due) {
        let from = payment.on.map_or(String::new(), |day| day.to_string());
        let refusal = Refusal::at(Code::NotYetDue, "on").with("day", on);
        return Err(refused(refusal.with("from", from)));
    }
    let mut answers: Answers = vec![
        ("amount", Answer::Amount(payment.amount)),
        ("interest", Answer::Amount(payment.interest)),
    ];
    answers.extend(payment.due.map(|due| ("due", Answer::Day(due))));
    Ok(answers)
}

/// A purchase is cancelled: what was paid has to come back from the developer, the rest comes back at once.
pub(super) fn cancel(desk: Desk<'_>, reader: &mut Reader<'_>) -> Result<Answers, Refusal> {
    let on = day(reader, "on")?;
    let issued_on = day(reader, "issued_on")?;
    let scheme = scheme(desk, reader, issued_on)?;
    let amount = fen(reader, "amount")?;
    let owed = fen(reader, "owed")?;
    let handed_over_on = reader.day("handed_over_on")?;
    reader.done()?;
    if handed_over_on.is_some_and(|handed| handed <= on) {
        return Err(Refusal::at(Code::NoSuchPurchase, "on").by(&scheme.head.doc_no));
    }
    let paid = if owed > amount { Fen::ZERO } else { amount - owed };
    Ok(vec![
        ("back", Answer::Amount(amount - paid)),
        ("from_developer", Answer::Amount(paid)),
    ])
}
