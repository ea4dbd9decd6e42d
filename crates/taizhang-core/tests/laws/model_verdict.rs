//! Room: what the model thinks of a command: accepted with these consequences, or refused and why.
//!
//! The reasons go by the keys that HTTP answers show. The pack's requirements are told again here in
//! plain code. Never imports from `taizhang_core`.

use super::model::{
    Cell, Change, Day, Deed, FIRST, Fact, Happened, LAST, Model, Name, Place, State, Value, day, follows, num,
    parent_field, put, register_above, take_over, text,
};
use super::model_figures::Tree;
use super::model_posts::{Lines, add, minus};
use std::collections::{BTreeMap, BTreeSet};

/// The number of an entry that is not written yet, and of the record that it opens.
pub(crate) const PENDING: i64 = i64::MAX;

/// What somebody asks.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) register: Name,
    pub(crate) record: Option<i64>,
    pub(crate) deed: Deed,
    pub(crate) fields: Vec<(Name, Change)>,
    pub(crate) on: Day,
    pub(crate) at: Option<u16>,
    pub(crate) based_on: Option<i64>,
    pub(crate) reason: bool,
    pub(crate) evidence: bool,
    pub(crate) recover: bool,
    pub(crate) may_restate: bool,
}

/// What an accepted command does, as foreseen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Foreseen {
    /// What each record of the family posts more or less.
    pub(crate) lines: BTreeMap<i64, Lines>,
    /// The shortfall that is booked.
    pub(crate) legs: Vec<(Place, i64)>,
}

/// Reasons to refuse.
pub(crate) type Reasons = BTreeSet<&'static str>;

/// The model and what each of its records posts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shadow {
    pub(crate) model: Model,
    pub(crate) posted: BTreeMap<i64, Lines>,
    pub(crate) today: Day,
    pub(crate) closed_through: Option<Day>,
}

impl Shadow {
    /// The opinion on a command.
    pub(crate) fn judge(&self, ask: &Ask) -> Result<Foreseen, Reasons> {
        refused_if(self.plain(ask))?;
        let (before, record) = (&self.model, ask.record.unwrap_or(PENDING));
        let mut after = before.clone();
        after.facts.push(pending(ask, record));
        if let Some(above) = after.parent(record) {
            if before.register_of(above) != register_above(ask.register) {
                return Err(BTreeSet::from(["no_such_link"]));
            }
            if before.is_void(above) && !matches!(ask.deed, Deed::Void | Deed::Note) {
                return Err(BTreeSet::from(["parent_void"]));
            }
        }
        let old = before.faults(record);
        let introduced = after
            .faults(record)
            .into_iter()
            .filter(|fault| !old.contains(fault) || names(ask, fault));
        let mut reasons: Reasons = introduced.map(|fault| fault.1).collect();
        // Whoever takes an entry back, or moves it, must have seen what it was corrected to.
        let unseen = self.corrected_since(ask).then_some("corrected_since");
        reasons.extend(unseen.or(self.stale(ask).then_some("stale")));
        reasons.extend(self.rings(ask, &after).then_some("unit_circle"));
        refused_if(reasons)?;
        let ends = !before.is_void(record) && after.is_void(record);
        if ends && (!before.children(record).is_empty() || before.holds_any(record)) {
            return Err(BTreeSet::from(["living_children"]));
        }
        let below = before.family(record).into_iter().filter(|member| *member != record);
        let broken = below.flat_map(|member| {
            let old = before.faults(member);
            let new = after
                .faults(member)
                .into_iter()
                .filter(move |fault| !old.contains(fault));
            new.map(|fault| fault.1)
        });
        refused_if(broken.collect())?;
        refused_if(
            self.keys_taken(record, &after)
                .then_some("key_taken")
                .into_iter()
                .collect(),
        )?;
        let mut foreseen = Foreseen::default();
        for member in before.family(record) {
            let old = self.posted.get(&member).cloned().unwrap_or_default();
            foreseen.lines.insert(member, minus(&after.postings(member), &old));
        }
        self.recover(ask, record, &mut foreseen)?;
        self.closed(ask, &after, &foreseen)?;
        Ok(foreseen)
    }

    fn plain(&self, ask: &Ask) -> Reasons {
        let mut reasons = Reasons::new();
        let corrected = if let Deed::Correct { day, .. } = ask.deed {
            day
        } else {
            None
        };
        if ask.on > self.today || corrected.is_some_and(|day| day > self.today) {
            reasons.insert("after_today");
        }
        for (field, _) in &ask.fields {
            let follows = follows(ask.register, self.model.latest()).contains(field);
            reasons.extend(follows.then_some("inherited"));
            let is_parent = parent_field(ask.register) == Some(field) && ask.record.is_some();
            reasons.extend(is_parent.then_some("parent_fixed"));
            reasons.extend((*field == "stage").then_some("stage_by_move"));
        }
        let record = ask.record.unwrap_or(PENDING);
        let void = self.model.is_void(record);
        match ask.deed {
            Deed::Open => {}
            Deed::Correct { target, withdraw, day } => {
                reasons.extend(self.correction(record, target, withdraw, day.is_none() && ask.fields.is_empty()));
            }
            _ if void => drop(reasons.insert("record_void")),
            Deed::Amend if ask.fields.is_empty() => drop(reasons.insert("nothing_changes")),
            Deed::Move("run") if !ask.evidence => drop(reasons.insert("evidence_needed")),
            _ => {}
        }
        reasons
    }

    fn correction(&self, record: i64, target: i64, withdraw: bool, says_nothing: bool) -> Option<&'static str> {
        let Some(original) = self.model.facts_of(record).find(|fact| fact.n == target) else {
            return Some("no_such_entry");
        };
        match original.deed {
            Deed::Correct { .. } => Some("no_such_entry"),
            _ if self.model.is_withdrawn(target) => Some("already_withdrawn"),
            Deed::Open if withdraw => Some("withdraw_opening"),
            Deed::Void if withdraw => None,
            _ if self.model.is_void(record) => Some("record_void"),
            _ if !withdraw && says_nothing => Some("nothing_changes"),
            _ => None,
        }
    }

    fn corrected_since(&self, ask: &Ask) -> bool {
        let (Some(based_on), Deed::Correct { target, withdraw, day }) = (ask.based_on, &ask.deed) else {
            return false;
        };
        let since = |fact: &Fact| fact.n > based_on && corrects(fact, *target);
        (*withdraw || day.is_some()) && self.model.facts.iter().any(since)
    }

    /// Whether a field that is named was said anew after what the writer had seen.
    fn stale(&self, ask: &Ask) -> bool {
        let (Some(based_on), Some(record)) = (ask.based_on, ask.record) else {
            return false;
        };
        let mut named: Vec<Name> = ask.fields.iter().map(|(field, _)| *field).collect();
        named.extend(matches!(ask.deed, Deed::Move(_)).then_some("stage"));
        let since = self.model.facts_of(record).filter(|fact| fact.n > based_on);
        let said = |fact: &Fact| -> BTreeSet<Name> {
            let mut said: BTreeSet<Name> = fact.fields.iter().map(|(field, _)| *field).collect();
            if let Deed::Correct { target, withdraw, day } = fact.deed
                && (withdraw || day.is_some())
            {
                let original = self
                    .model
                    .facts_of(record)
                    .filter(|other| other.n == target || corrects(other, target));
                said.extend(original.flat_map(|other| other.fields.iter().map(|(field, _)| *field)));
            }
            said
        };
        since.flat_map(said).any(|field| named.contains(&field))
    }

    /// Whether a unit comes to stand below itself on a day on which it did not.
    fn rings(&self, ask: &Ask, after: &Model) -> bool {
        let (Some(unit), "unit") = (ask.record, ask.register) else {
            return false;
        };
        let (was, is) = (Tree::of(&self.model), Tree::of(after));
        (FIRST..=LAST).any(|day| is.rings(unit, day) && !was.rings(unit, day))
    }

    fn keys_taken(&self, record: i64, after: &Model) -> bool {
        // With a record, those that follow it change their keys too.
        after.family(record).into_iter().any(|member| {
            let held = self.model.keys(member);
            let mut wanted = after.keys(member);
            wanted.retain(|key| !held.contains(key));
            let others = self.model.records().into_iter().filter(|other| *other != member);
            // Two of them may also come to want the same at once.
            let family = after.family(record).into_iter().filter(|other| *other != member);
            let all = others.flat_map(|other| self.model.keys(other));
            let mut all = all.chain(family.flat_map(|other| after.keys(other)));
            !wanted.is_empty() && all.any(|key| wanted.contains(&key))
        })
    }

    /// No purse falls below nothing at the end of any day, unless a correction books the shortfall.
    fn recover(&self, ask: &Ask, record: i64, foreseen: &mut Foreseen) -> Result<(), Reasons> {
        let mut change: BTreeMap<&str, Vec<(Day, i64, i64)>> = BTreeMap::new();
        for ((account, unit, dim, on), amounts) in foreseen.lines.values().flatten() {
            if *account == "purse" {
                change.entry(dim).or_default().push((*on, *unit, amounts[0]));
            }
        }
        let mut legs = Vec::new();
        for (pool, lines) in change {
            let Some((from, unit)) = lines.iter().map(|(on, unit, _)| (*on, *unit)).min() else {
                continue;
            };
            let mut short: Option<(Day, i64)> = None;
            for on in from..=LAST {
                let was = self.purse(pool, on);
                let is = was + lines.iter().filter(|line| line.0 <= on).map(|line| line.2).sum::<i64>();
                if is < 0 && is < was {
                    let (first, worst) = short.unwrap_or((on, 0));
                    short = Some((first, worst.max(-is)));
                }
            }
            let Some((on, short)) = short else { continue };
            let Deed::Correct { target, .. } = ask.deed else {
                return Err(BTreeSet::from(["below_floor"]));
            };
            // As much as stood booked for the entry until now may be booked again.
            let standing = self.model.facts_of(record).filter(|fact| corrects(fact, target));
            let legs_before = standing
                .filter(|fact| self.model.legs_stand(fact))
                .flat_map(|fact| &fact.legs);
            let of_it = legs_before.filter(|((account, _, dim, _), _)| *account == "purse" && dim == pool);
            if !ask.recover && short > of_it.map(|(_, amount)| amount).sum() {
                return Err(BTreeSet::from(["below_floor"]));
            }
            legs.push((("purse", unit, pool.to_owned(), on), short));
            legs.push((("owed", unit, pool.to_owned(), on), -short));
        }
        let own = foreseen.lines.entry(record).or_default();
        for (place, amount) in &legs {
            add(own, place.clone(), [*amount, 0, 0, 0]);
        }
        own.retain(|_, amounts| *amounts != [0; 4]);
        foreseen.legs = legs;
        Ok(())
    }

    /// What is in a purse at the end of a day.
    pub(crate) fn purse(&self, pool: &str, day: Day) -> i64 {
        let lines = self.posted.values().flatten();
        let of_it = lines.filter(|((account, _, dim, on), _)| *account == "purse" && dim == pool && *on <= day);
        of_it.map(|(_, amounts)| amounts[0]).sum()
    }

    /// A day is touched by what posts on it, and by a unit that stands elsewhere on it.
    fn closed(&self, ask: &Ask, after: &Model, foreseen: &Foreseen) -> Result<(), Reasons> {
        let trees = || (Tree::of(&self.model), Tree::of(after));
        let unit = ask
            .record
            .filter(|_| ask.register == "unit")
            .map(|unit| (unit, trees()));
        let moved = |through| {
            let elsewhere = |(unit, (was, is)): &(i64, (Tree, Tree))| {
                (FIRST..=through).any(|on| was.place(*unit, on) != is.place(*unit, on))
            };
            unit.as_ref().is_some_and(elsewhere)
        };
        let posts = |through| foreseen.lines.values().flatten().any(|((.., on), _)| *on <= through);
        let touched = |through| posts(through) || moved(through);
        match self.closed_through {
            Some(through) if touched(through) && !ask.may_restate => Err(BTreeSet::from(["closed_period"])),
            Some(through) if touched(through) && !ask.reason => Err(BTreeSet::from(["reason_needed"])),
            _ => Ok(()),
        }
    }
}

impl Model {
    /// What is wrong with a record's timeline under the present rules: at which entry, what, about what.
    pub(crate) fn faults(&self, record: i64) -> BTreeSet<Fault> {
        let mut faults = BTreeSet::new();
        let (Some(register), Some(opened)) = (self.register_of(record), self.opened_on(record)) else {
            return faults;
        };
        if self.is_void(record) {
            return faults;
        }
        let version = self.latest();
        let (mut state, mut begun) = (State::new(), false);
        for told in self.story(record) {
            let (event, before) = (&told.event, std::mem::replace(&mut state, told.state));
            let opens = told.own && event.opens;
            begun |= opens;
            if !begun {
                continue;
            }
            let changed = |field: &Name| opens || before.get(field) != state.get(field);
            let mut fault = |code, about| {
                faults.insert((event.n, code, about));
            };
            if told.own && event.on < opened {
                fault("before_opening", "");
            }
            for field in required(register)
                .iter()
                .filter(|field| !state.contains_key(*field) && changed(field))
            {
                fault("required", field);
            }
            let needs: &[Name] = if text(&state, "stage") == "done" {
                needs_when_done(version)
            } else {
                &[]
            };
            for field in needs.iter().filter(|field| !state.contains_key(*field)) {
                if changed(field) || changed(&"stage") {
                    fault("stage_needs", field);
                }
            }
            if let Some(name) = event.moved.filter(|_| told.own) {
                moved(version, name, &before, &state, &mut fault);
            }
            for (check, reads, holds) in checks(register, version) {
                if reads.iter().any(changed) && !holds(&state) {
                    fault("check_failed", check);
                }
            }
        }
        faults
    }

    /// A record's events and, between them, those of the record above, each with the state that it
    /// leaves. What comes from above stands before the first own event that is later. A field that
    /// follows on the event's day is what it is above by then, any other what the record said itself;
    /// where other fields begin to follow, that is an event of no entry.
    fn story(&self, record: i64) -> Vec<Told> {
        let register = self.register_of(record).unwrap_or_default();
        let mut story: Vec<(Happened, Option<State>)> =
            self.events(record).into_iter().map(|event| (event, None)).collect();
        let later = |a: &Happened, b: &Happened| (a.on, a.at, a.n) > (b.on, b.at, b.n);
        let mut from = 0;
        for (event, state) in self
            .parent(record)
            .map_or_else(Vec::new, |above| self.handed_down(above))
        {
            let before = |(own, _): &(Happened, Option<State>)| later(own, &event);
            from += story[from..].iter().position(before).unwrap_or(story.len() - from);
            story.insert(from, (event, Some(state)));
            from += 1;
        }
        let (mut own, mut above) = (State::new(), State::new());
        let told = story.into_iter().map(|(event, from_above)| {
            let is_own = from_above.is_none();
            match from_above {
                Some(state) => above = state,
                None => put(&mut own, &event.patch),
            }
            let mut state = own.clone();
            take_over(&mut state, Some(&above), follows(register, self.in_force(event.on)));
            Told {
                event,
                own: is_own,
                state,
            }
        });
        told.collect()
    }

    /// The story of a record as those below it read it: the days on which rules begin are told too, and
    /// nothing of it lies before its opening.
    fn handed_down(&self, above: i64) -> Vec<(Happened, State)> {
        let mut handed: Vec<(Happened, State)> = Vec::new();
        let mut begun: Option<Day> = None;
        for told in self.story(above) {
            if told.own && told.event.opens {
                begun = Some(told.event.on);
            }
            if let Some(opened) = begun {
                let on = told.event.on.max(opened);
                handed.push((Happened { on, ..told.event }, told.state));
            }
        }
        for version in &self.versions {
            let at = handed.iter().position(|(event, _)| event.on >= version.from);
            let at = at.unwrap_or(handed.len());
            let state = at.checked_sub(1).map(|before| handed[before].1.clone());
            let event = Happened {
                n: i64::MIN,
                on: version.from,
                at: None,
                opens: false,
                moved: None,
                patch: State::new(),
            };
            handed.insert(at, (event, state.unwrap_or_default()));
        }
        handed
    }

    /// The unique keys that a living record holds.
    fn keys(&self, record: i64) -> Vec<(Name, Vec<Value>)> {
        let Some(register) = self.register_of(record).filter(|_| !self.is_void(record)) else {
            return Vec::new();
        };
        let keys: &[(Name, &[Name])] = match register {
            "project" => &[("project", &["code"])],
            "unit" => &[("unit", &["code"])],
            "month" => &[
                ("month once", &["project", "month"]),
                ("month of_unit", &["unit", "project", "month"]),
            ],
            "item" => &[("item of_batch", &["tag", "qty"])],
            _ => &[],
        };
        let state = self.last_state(record);
        let part = |field: &Name| match state.get(field) {
            Some(Cell::Is(value)) => Some(value.clone()),
            _ => None,
        };
        let held =
            |(name, fields): &(Name, &[Name])| Some((*name, fields.iter().map(part).collect::<Option<Vec<_>>>()?));
        keys.iter().filter_map(held).collect()
    }
}

/// An event as a record's story tells it.
struct Told {
    event: Happened,
    /// Whether it is the record's own.
    own: bool,
    /// The state after it.
    state: State,
}

/// At which entry, what is wrong, about what.
type Fault = (i64, &'static str, Name);

/// Whether a correction names what is wrong at the entry that it corrects.
fn names(ask: &Ask, (n, _, about): &Fault) -> bool {
    let about: &[Name] = match *about {
        "validity" => &["valid_from", "valid_to"],
        "small" => &["total"],
        "modest" => &["level", "invested"],
        "successor" => &["successor", "abolished_on"],
        about => &[about],
    };
    matches!(ask.deed, Deed::Correct { target, .. } if target == *n)
        && ask.fields.iter().any(|(field, _)| about.contains(field))
}

fn refused_if(reasons: Reasons) -> Result<(), Reasons> {
    if reasons.is_empty() { Ok(()) } else { Err(reasons) }
}

fn corrects(fact: &Fact, n: i64) -> bool {
    matches!(fact.deed, Deed::Correct { target, .. } if target == n)
}

/// The entry that would be written, with the stage that it leads to.
pub(crate) fn pending(ask: &Ask, record: i64) -> Fact {
    let mut fields = ask.fields.clone();
    let stage = match ask.deed {
        Deed::Open if ask.register == "project" => Some("reserve"),
        Deed::Move(name) => Some(destination(name)),
        _ => None,
    };
    fields.extend(stage.map(|stage| ("stage", Change::Set(Cell::Is(Value::Text(stage.to_owned()))))));
    let (n, legs) = (PENDING, Vec::new());
    Fact {
        n,
        register: ask.register,
        record,
        on: ask.on,
        at: ask.at,
        deed: ask.deed.clone(),
        fields,
        legs,
    }
}

fn destination(name: Name) -> Name {
    match name {
        "start" | "resume" | "reopen" => "building",
        "pause" => "paused",
        "finish" => "done",
        _ => "running",
    }
}

fn moved(version: usize, name: Name, before: &State, after: &State, fault: &mut impl FnMut(&'static str, Name)) {
    let from: &[Name] = match name {
        "start" => &["reserve"],
        "pause" => &["building"],
        "resume" => &["paused"],
        "finish" if version == 1 => &["building"],
        "finish" => &["building", "paused"],
        _ => &["done"],
    };
    if !from.contains(&&*text(before, "stage")) {
        fault("out_of_turn", name);
    }
    if name == "start" && !after.contains_key("started_on") {
        fault("move_needs", "started_on");
    }
    if name == "finish" && num(after, "total").is_none_or(|total| total <= 0) {
        fault("guarded", name);
    }
}

fn required(register: Name) -> &'static [Name] {
    match register {
        "project" => &["code", "unit", "level"],
        "month" => &["project", "unit"],
        "item" => &["report", "level"],
        _ => &["code", "name", "level"],
    }
}

fn needs_when_done(version: usize) -> &'static [Name] {
    if version == 2 { &["total", "done"] } else { &["total"] }
}

type CheckOf = (Name, &'static [Name], fn(&State) -> bool);

fn checks(register: Name, version: usize) -> Vec<CheckOf> {
    let validity: CheckOf = ("validity", &["valid_from", "valid_to"], |state| {
        day(state, "valid_from")
            .zip(day(state, "valid_to"))
            .is_none_or(|(from, to)| from <= to)
    });
    let small: CheckOf = ("small", &["total"], |state| {
        num(state, "total").is_none_or(|total| total <= 90_000)
    });
    let successor: CheckOf = ("successor", &["successor", "abolished_on"], |state| {
        !matches!(state.get("successor"), Some(Cell::Is(_))) || matches!(state.get("abolished_on"), Some(Cell::Is(_)))
    });
    let modest: CheckOf = ("modest", &["level", "invested"], |state| {
        text(state, "level") != "city" || num(state, "invested").is_none_or(|invested| invested <= 4_000)
    });
    match register {
        "month" => vec![modest],
        "project" if version == 1 => vec![validity, small],
        "project" => vec![validity],
        "unit" => vec![successor],
        _ => Vec::new(),
    }
}
