//! Room: one voucher's steps, one after the other: each is refused, or moves amounts between accounts.

use super::accounts::{
    AVAILABLE, CASH, EMBEDDED, FROM_DEVELOPER, FROM_HOLDER, INTEREST, INTEREST_OWED, LOCKED, PRINCIPAL, REWARD,
    REWARD_OWED, TO_DEVELOPER, TO_HOLDER,
};
use super::case::{Case, Purchase, Step, What, Which};
use super::closing::{Rest, end};
use super::scheme::{Earns, Payee, Scheme, Transfer};
use super::{Line, Payment, Quote, Use, interest, purchase, settlement};
use crate::exact::Fen;
use crate::months::{Ends, days};
use crate::refusal::{Code, Refusal};
use taizhang_core::calendar::Calendar;
use taizhang_core::day::Day;

/// Computes a case under a scheme; refusals name the scheme's document.
pub fn run(scheme: &Scheme, case: &Case, calendar: &Calendar) -> Result<Quote, Refusal> {
    let mut voucher = Voucher::issued(scheme, case, calendar)?;
    let refused = |refusal: Refusal| refusal.by(&scheme.head.doc_no);
    for step in &case.steps {
        voucher.step(step).map_err(refused)?;
    }
    if let Some(on) = case.settle_on
        && !voucher.closed
    {
        voucher.close(on, "settle_on").map_err(refused)?;
    }
    Ok(voucher.quote())
}

struct Voucher<'a> {
    scheme: &'a Scheme,
    ends: Ends<'a>,
    issued_on: Day,
    principal: Fen,
    embedded: Fen,
    face: Fen,
    available: Fen,
    moved_out: Fen,
    hops: u32,
    valid_until: Day,
    frozen_since: Option<Day>,
    uses: Vec<Use>,
    refunds: Vec<(&'static str, Fen)>,
    closed: bool,
    balance: Option<Fen>,
    deducted: Fen,
    cash: Fen,
    rest_interest: Fen,
    lines: Vec<Line>,
}

impl<'a> Voucher<'a> {
    fn issued(scheme: &'a Scheme, case: &Case, calendar: &'a Calendar) -> Result<Voucher<'a>, Refusal> {
        let ends = Ends {
            calendar: scheme.roll_holiday.then_some(calendar),
        };
        let embedded = case.embedded.unwrap_or_else(|| case.principal.at(scheme.embedded_rate));
        let face = case.principal + embedded;
        if let Some(cap) = scheme.face_cap_total.filter(|cap| face > *cap) {
            let refusal = Refusal::at(Code::AboveCap, "principal").by(&scheme.head.doc_no);
            return Err(refusal.with("amount", face).with("cap", cap));
        }
        let mut voucher = Voucher {
            scheme,
            ends,
            issued_on: case.issued_on,
            principal: case.principal,
            embedded,
            face,
            available: face,
            moved_out: Fen::ZERO,
            hops: case.hops,
            valid_until: ends.last(case.issued_on, scheme.validity_months),
            frozen_since: None,
            uses: Vec::new(),
            refunds: Vec::new(),
            closed: false,
            balance: None,
            deducted: Fen::ZERO,
            cash: Fen::ZERO,
            rest_interest: Fen::ZERO,
            lines: Vec::new(),
        };
        voucher.book(case.issued_on, PRINCIPAL, AVAILABLE, case.principal);
        voucher.book(case.issued_on, EMBEDDED, AVAILABLE, embedded);
        Ok(voucher)
    }

    fn step(&mut self, step: &Step) -> Result<(), Refusal> {
        let late_step = matches!(step.what, What::Handover(_) | What::Refund);
        if self.closed && !late_step {
            return Err(Refusal::at(Code::AlreadyClosed, &step.place).with("day", step.on));
        }
        match &step.what {
            What::Use(purchase) => self.buy(step, purchase),
            What::Cancel { purchase, paid } => self.cancel(step, purchase, *paid),
            What::Refund => self.refund(step),
            What::Handover(which) => {
                let at = self.find(step, which)?;
                self.uses[at].handed_over_on = Some(step.on);
                Ok(())
            }
            What::Extend {
                until,
                months,
                document,
            } => self.extend(step, *until, *months, document),
            What::Freeze => {
                self.not_frozen(step)?;
                self.frozen_since = Some(step.on);
                Ok(())
            }
            What::Thaw => self.thaw(step),
            What::Expire => self.close(step.on, &step.place),
            What::Split { amount } => self.move_out(step, *amount),
            What::Transfer {
                amount,
                relative,
                area_per_head,
            } => {
                self.may_transfer(step, *relative, *area_per_head)?;
                match amount {
                    Some(amount) => self.move_out(step, *amount),
                    None => self.hand_on(step),
                }
            }
        }
    }

    fn buy(&mut self, step: &Step, bought: &Purchase) -> Result<(), Refusal> {
        self.not_frozen(step)?;
        purchase::in_time(self.scheme, bought, step.on, self.valid_until, &step.place)?;
        purchase::fits(self.scheme, bought, &step.place)?;
        self.within_available(step, bought.amount)?;
        let month = purchase::month_of(self.ends, self.issued_on, step.on);
        let (tier, rate) = purchase::tier_of(self.scheme, month);
        let reward = purchase::reward(self.scheme, bought.amount, rate, self.principal, self.face);
        let interest = interest::by_month(self.scheme, Earns::Used, bought.amount, self.issued_on, step.on);
        self.available = self.available - bought.amount;
        self.book(step.on, AVAILABLE, LOCKED, bought.amount);
        self.book(step.on, LOCKED, TO_DEVELOPER, bought.amount);
        self.book(step.on, REWARD, self.reward_owed(), reward);
        self.book(step.on, INTEREST, INTEREST_OWED, interest);
        self.uses.push(Use {
            on: step.on,
            amount: bought.amount,
            contract: bought.contract.clone(),
            month,
            tier,
            rate,
            reward,
            interest,
            handed_over_on: None,
            cancelled_on: None,
        });
        Ok(())
    }

    /// The rest of the face comes back. What was paid comes back too, and until it does the voucher is
    /// frozen, so that nobody can buy, cancel and keep the money.
    fn cancel(&mut self, step: &Step, which: &Which, paid: bool) -> Result<(), Refusal> {
        let at = self.find(step, which)?;
        let gone = self.uses[at].clone();
        let due = settlement::payments(self.scheme, &gone);
        let due = due.iter().filter(|payment| payment.on.is_some_and(|on| on <= step.on));
        let paid_out: Fen = if paid {
            due.map(|payment| payment.amount).sum()
        } else {
            Fen::ZERO
        };
        self.book(step.on, TO_DEVELOPER, CASH, paid_out);
        self.book(step.on, FROM_DEVELOPER, AVAILABLE, paid_out);
        self.book(step.on, TO_DEVELOPER, AVAILABLE, gone.amount - paid_out);
        let owed = self.reward_owed();
        if paid {
            self.book(step.on, owed, CASH, gone.reward);
            self.book(step.on, FROM_HOLDER, REWARD, gone.reward);
            self.refunds.push((FROM_DEVELOPER, paid_out));
            self.refunds.push((FROM_HOLDER, gone.reward));
            self.frozen_since = self.frozen_since.or(Some(step.on));
        } else {
            self.book(step.on, owed, REWARD, gone.reward);
        }
        self.book(step.on, INTEREST_OWED, INTEREST, gone.interest);
        self.available += gone.amount;
        self.uses[at].cancelled_on = Some(step.on);
        Ok(())
    }

    fn refund(&mut self, step: &Step) -> Result<(), Refusal> {
        if self.refunds.is_empty() {
            return Err(Refusal::at(Code::NoSuchPurchase, &step.place));
        }
        for (from, amount) in std::mem::take(&mut self.refunds) {
            self.book(step.on, CASH, from, amount);
        }
        self.frozen_since = None;
        Ok(())
    }

    fn thaw(&mut self, step: &Step) -> Result<(), Refusal> {
        let Some(since) = self.frozen_since.filter(|_| self.refunds.is_empty()) else {
            return Err(Refusal::at(Code::NotFrozen, &step.place));
        };
        // A freeze stops use but not the clock, unless the scheme says so.
        if self.scheme.freeze_extends {
            let frozen = i32::try_from(days(since, step.on)).unwrap_or(0);
            self.valid_until = self.valid_until.plus(frozen);
        }
        self.frozen_since = None;
        Ok(())
    }

    fn extend(&mut self, step: &Step, until: Option<Day>, months: u32, document: &str) -> Result<(), Refusal> {
        if !self.scheme.extension {
            return Err(Refusal::at(Code::NoExtension, &step.place));
        }
        if document.is_empty() {
            return Err(Refusal::at(Code::NoDocument, &step.place));
        }
        self.valid_on(step)?;
        let until = until.unwrap_or_else(|| self.ends.last(self.valid_until, months));
        if until <= self.valid_until {
            return Err(Refusal::at(Code::EndsBeforeItBegins, &step.place));
        }
        self.valid_until = until;
        Ok(())
    }

    fn may_transfer(&mut self, step: &Step, relative: bool, area_per_head: Option<u32>) -> Result<(), Refusal> {
        self.not_frozen(step)?;
        let refused = |code| Err(Refusal::at(code, &step.place));
        match self.scheme.transfer {
            Transfer::None => return refused(Code::NoTransfer),
            Transfer::Relatives if !relative => return refused(Code::NotARelative),
            Transfer::Relatives | Transfer::Any => {}
        }
        if let Some(area) = area_per_head.filter(|area| *area < self.scheme.keep_area_per_head) {
            let refusal = Refusal::at(Code::TooLittleArea, &step.place).with("area", area);
            return Err(refusal.with("least", self.scheme.keep_area_per_head));
        }
        if self.hops >= self.scheme.max_hops {
            let refusal = Refusal::at(Code::TooManyHops, &step.place).with("hops", self.hops);
            return Err(refusal.with("most", self.scheme.max_hops));
        }
        Ok(())
    }

    /// The voucher has another holder; the part that goes to a voucher of its own leaves this one's hops.
    fn hand_on(&mut self, step: &Step) -> Result<(), Refusal> {
        self.valid_on(step)?;
        self.within_available(step, self.available)?;
        self.hops += 1;
        self.book(step.on, AVAILABLE, AVAILABLE, self.available);
        Ok(())
    }

    fn valid_on(&self, step: &Step) -> Result<(), Refusal> {
        if step.on <= self.valid_until {
            return Ok(());
        }
        let refusal = Refusal::at(Code::Expired, &step.place).with("day", step.on);
        Err(refusal.with("until", self.valid_until))
    }

    fn move_out(&mut self, step: &Step, amount: Fen) -> Result<(), Refusal> {
        self.not_frozen(step)?;
        self.valid_on(step)?;
        self.within_available(step, amount)?;
        self.available = self.available - amount;
        self.moved_out += amount;
        self.book(step.on, AVAILABLE, AVAILABLE, amount);
        Ok(())
    }

    fn close(&mut self, on: Day, place: &str) -> Result<(), Refusal> {
        if self.frozen_since.is_some() {
            return Err(Refusal::at(Code::Frozen, place).with("day", on));
        }
        let used: Fen = self.living().map(|purchase| purchase.amount).sum();
        let never_used = !used.is_some();
        let earliest = match self.scheme.cash_after_months {
            Some(months) => self.ends.last(self.issued_on, months),
            None => self.valid_until,
        };
        if never_used && self.available.is_some() && on < earliest {
            return Err(Refusal::at(Code::NotYetExpired, place)
                .with("day", on)
                .with("until", earliest));
        }
        let balance = self.available;
        let face = self.face - self.moved_out;
        let embedded = self.embedded.times(i128::from(face.0), i128::from(self.face.0));
        let rest = Rest {
            face,
            embedded,
            used,
            balance,
        };
        let ended = if balance.is_some() {
            end(self.scheme, rest)
        } else {
            super::Ended::default()
        };
        self.rest_interest = interest::of_rest(self.scheme, !never_used, balance, self.issued_on, self.valid_until, on);
        self.book(on, AVAILABLE, TO_HOLDER, ended.cash);
        self.book(on, AVAILABLE, EMBEDDED, ended.clawed_back);
        self.book(on, AVAILABLE, PRINCIPAL, ended.saved);
        self.book(on, INTEREST, INTEREST_OWED, self.rest_interest);
        self.balance = Some(balance);
        self.cash = ended.cash;
        self.deducted = ended.clawed_back + ended.saved;
        self.available = Fen::ZERO;
        self.closed = true;
        self.book(on, TO_HOLDER, CASH, ended.cash);
        self.book(on, REWARD_OWED, CASH, self.holder_reward());
        self.book(on, INTEREST_OWED, CASH, self.interest());
        Ok(())
    }

    fn quote(mut self) -> Quote {
        let payments: Vec<Payment> = self
            .living()
            .flat_map(|bought| settlement::payments(self.scheme, bought))
            .collect();
        let mut developer = payments;
        if self.scheme.reward_payee == Payee::DeveloperOffset {
            let offset = self
                .living()
                .filter(|bought| bought.reward.is_some())
                .map(|bought| Payment {
                    on: Some(bought.on),
                    occasion: "reward".to_owned(),
                    due: None,
                    amount: bought.reward,
                    interest: Fen::ZERO,
                });
            developer.extend(offset.collect::<Vec<_>>());
        }
        for payment in &developer {
            let Some(on) = payment.on else { continue };
            self.book(on, INTEREST, INTEREST_OWED, payment.interest);
            self.book(on, INTEREST_OWED, CASH, payment.interest);
            self.book(on, TO_DEVELOPER, CASH, payment.amount);
        }
        self.lines.sort_by_key(|line| line.on);
        let costs = [PRINCIPAL, EMBEDDED, REWARD, INTEREST];
        let of = |accounts: &dyn Fn(&Line) -> &'static str| -> Fen {
            let touched = self.lines.iter().filter(|line| costs.contains(&accounts(line)));
            touched.map(|line| line.amount).sum()
        };
        let cost_total = of(&|line| line.debit) - of(&|line| line.credit);
        Quote {
            face: self.face,
            embedded: self.embedded,
            valid_until: self.valid_until,
            moved_out: self.moved_out,
            balance: self.balance.unwrap_or(self.available),
            deducted: self.deducted,
            cash: self.cash,
            interest: self.interest(),
            holder_total: self.cash + self.holder_reward() + self.interest(),
            cost_total,
            developer,
            uses: self.uses,
            postings: self.lines,
        }
    }

    fn living(&self) -> impl Iterator<Item = &Use> {
        self.uses.iter().filter(|bought| bought.cancelled_on.is_none())
    }

    fn holder_reward(&self) -> Fen {
        match self.scheme.reward_payee {
            Payee::Holder => self.living().map(|bought| bought.reward).sum(),
            Payee::DeveloperOffset => Fen::ZERO,
        }
    }

    fn interest(&self) -> Fen {
        self.living().map(|bought| bought.interest).sum::<Fen>() + self.rest_interest
    }

    fn reward_owed(&self) -> &'static str {
        match self.scheme.reward_payee {
            Payee::Holder => REWARD_OWED,
            Payee::DeveloperOffset => TO_DEVELOPER,
        }
    }

    fn find(&self, step: &Step, which: &Which) -> Result<usize, Refusal> {
        let named = |at: usize, bought: &Use| match (which.nth, which.contract.as_str()) {
            (Some(nth), _) => u32::try_from(at + 1) == Ok(nth),
            (None, "") => true,
            (None, contract) => bought.contract == contract,
        };
        let mut living = self
            .uses
            .iter()
            .enumerate()
            .filter(|(_, bought)| bought.cancelled_on.is_none());
        let found = living.rfind(|(at, bought)| named(*at, bought));
        found
            .map(|(at, _)| at)
            .ok_or_else(|| Refusal::at(Code::NoSuchPurchase, &step.place))
    }

    fn not_frozen(&self, step: &Step) -> Result<(), Refusal> {
        match self.frozen_since {
            Some(since) => Err(Refusal::at(Code::Frozen, &step.place)
                .with("day", step.on)
                .with("since", since)),
            None => Ok(()),
        }
    }

    fn within_available(&self, step: &Step, amount: Fen) -> Result<(), Refusal> {
        if amount <= self.available && amount.is_some() {
            return Ok(());
        }
        let refusal = Refusal::at(Code::OverUse, &step.place).with("amount", amount);
        Err(refusal.with("available", self.available))
    }

    fn book(&mut self, on: Day, debit: &'static str, credit: &'static str, amount: Fen) {
        if amount.is_some() {
            self.lines.push(Line {
                on,
                debit,
                credit,
                amount,
            });
        }
    }
}
