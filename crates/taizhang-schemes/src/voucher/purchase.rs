//! Room: whether a purchase may use a voucher, and what reward it earns. The tier is that of the day on
//! which the contract was filed, for each purchase by itself; months end inclusively (民法典 第二百零二条).

pub(crate) use super::case::Purchase as Bought;
use super::case::Purchase;
use super::scheme::{RewardBase, Scheme};
use crate::exact::{Fen, Rate};
use crate::months::Ends;
use crate::refusal::{Code, Refusal};
use taizhang_core::day::Day;

/// In which month of a voucher a day lies, from 1; its last day belongs to it.
pub(crate) fn month_of(ends: Ends<'_>, issued_on: Day, on: Day) -> u32 {
    (1..1200)
        .find(|month| on <= ends.last(issued_on, *month))
        .unwrap_or(1200)
}

/// The tier of a month, counted from 1, and its rate.
pub(crate) fn tier_of(scheme: &Scheme, month: u32) -> (Option<usize>, Rate) {
    let within = |tier: &super::Tier| (tier.from_month..=tier.to_month).contains(&month);
    match scheme.use_tiers.iter().position(within) {
        Some(at) => (Some(at + 1), scheme.use_tiers[at].rate),
        None => (None, Rate(0)),
    }
}

/// The use reward, rounded once.
pub(crate) fn reward(scheme: &Scheme, amount: Fen, rate: Rate, principal: Fen, face: Fen) -> Fen {
    match scheme.reward_base {
        RewardBase::UsedFace => amount.at(rate),
        RewardBase::UsedPrincipal => {
            let of_face = i128::from(face.0) * i128::from(Rate::ONE.0);
            amount.times(i128::from(principal.0) * i128::from(rate.0), of_face)
        }
    }
}

/// The last day on which a lock still holds.
pub(crate) fn held_until(scheme: &Scheme, locked_on: Day) -> Day {
    let hours = i32::try_from(scheme.lock_hours).unwrap_or(i32::MAX - 23);
    locked_on.plus((hours + 23) / 24)
}

/// Filed by the last valid day, or locked in time and filed while the lock held.
pub(crate) fn in_time(
    scheme: &Scheme,
    purchase: &Purchase,
    on: Day,
    valid_until: Day,
    place: &str,
) -> Result<(), Refusal> {
    let refused = |code| Refusal::at(code, place).with("day", on).with("until", valid_until);
    if let Some(locked_on) = purchase.locked_on {
        let held_until = held_until(scheme, locked_on);
        if locked_on > valid_until {
            return Err(refused(Code::Expired));
        }
        if on > held_until {
            return Err(refused(Code::LockRanOut)
                .with("hours", scheme.lock_hours)
                .with("held", held_until));
        }
        return Ok(());
    }
    if on > valid_until {
        Err(refused(Code::Expired))
    } else {
        Ok(())
    }
}

/// The price and the kind of dwelling are within what the scheme allows.
pub(crate) fn fits(scheme: &Scheme, purchase: &Purchase, place: &str) -> Result<(), Refusal> {
    let refused = |code, bound: Fen, value: Fen| Refusal::at(code, place).with("amount", value).with("bound", bound);
    let price = purchase.price;
    if let Some(price) = price.filter(|price| purchase.amount > *price) {
        return Err(refused(Code::AbovePrice, price, purchase.amount));
    }
    let above = |bound: Option<Fen>| price.zip(bound).filter(|(price, bound)| price > bound);
    if let Some((price, bound)) = above(purchase.filed_price).filter(|_| scheme.cap_by_filed) {
        return Err(refused(Code::AboveFiledPrice, bound, price));
    }
    if let Some((price, bound)) = above(purchase.public_price).filter(|_| scheme.cap_by_public) {
        return Err(refused(Code::AbovePublicPrice, bound, price));
    }
    let kind = &purchase.unit_kind;
    if !kind.is_empty() && !scheme.units_allowed.is_empty() && !scheme.units_allowed.contains(kind) {
        let allowed = scheme.units_allowed.join(", ");
        return Err(Refusal::at(Code::KindNotAllowed, place)
            .with("value", kind)
            .with("choices", allowed));
    }
    Ok(())
}
