//! Parts of the list: what its address asks for — quick filters, conditions joined by and or or,
//! relative periods, order, columns. It all lives in the address, so a list can be sent to somebody.

use crate::app::App;
use crate::app::records::{ListAsk, Turn};
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::http::api::records::sort;
use crate::http::request::{Fields, none_of};
use taizhang_core::day::Day;
use taizhang_core::definition::{Field, FieldKind, Register, View};
use taizhang_core::field_kinds::seals;
use taizhang_core::id::{FieldNo, STAGE};

/// How many rows stand on a page if nobody says otherwise, and what may be said.
pub(super) const SIZES: [usize; 3] = [20, 50, 100];
const SIZE_WORDS: [&str; 3] = ["20", "50", "100"];
/// How many columns a list has if the pack names none.
const COLUMNS: usize = 8;
/// How many choice fields may be filtered by without more ado.
const FILTERS: usize = 3;
/// How many conditions a form offers.
pub(super) const CONDITIONS: usize = 8;
/// How many groups conditions may stand in.
pub(super) const GROUPS: usize = 3;

/// Comparisons of a condition, in the order of the form: what the address says, and the key of its word.
pub(super) const OPS: [(&str, &str); 22] = [
    ("eq", "page.list.op.eq"),
    ("ne", "page.list.op.ne"),
    ("contains", "page.list.op.contains"),
    ("gt", "page.list.op.gt"),
    ("ge", "page.list.op.ge"),
    ("lt", "page.list.op.lt"),
    ("le", "page.list.op.le"),
    ("missing", "page.list.op.missing"),
    ("present", "page.list.op.present"),
    ("week", "page.list.op.week"),
    ("month", "page.list.op.month"),
    ("last_month", "page.list.op.last_month"),
    ("quarter", "page.list.op.quarter"),
    ("last_quarter", "page.list.op.last_quarter"),
    ("first_half", "page.list.op.first_half"),
    ("second_half", "page.list.op.second_half"),
    ("to_date", "page.list.op.to_date"),
    ("year", "page.list.op.year"),
    ("last_same", "page.list.op.last_same"),
    ("last_first_half", "page.list.op.last_first_half"),
    ("last_year", "page.list.op.last_year"),
    ("days30", "page.list.op.days30"),
];

/// One condition of the address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Condition {
    /// Its number in the form; 0 for the one that a sum leads with, which always holds.
    pub(super) no: usize,
    /// The group that it stands in, from 1.
    pub(super) group: usize,
    pub(super) field: String,
    pub(super) op: String,
    pub(super) value: String,
}

/// The conditions of the address, in order.
pub(super) fn conditions(asked: &Fields) -> Result<Vec<Condition>, AppError> {
    let one = |no: usize| {
        let part = |name: &str| asked.get(&format!("{name}{no}")).unwrap_or_default().trim().to_owned();
        let condition = Condition {
            no,
            group: asked.count(&format!("g{no}"), 1, GROUPS)?,
            field: part("f"),
            op: part("op"),
            value: part("v"),
        };
        let whole = !condition.value.is_empty() || !needs_value(&condition.op);
        Ok((!condition.field.is_empty() && !condition.op.is_empty() && whole).then_some(condition))
    };
    (0..=CONDITIONS).filter_map(|no| one(no).transpose()).collect()
}

/// Whether a comparison is with something.
pub(super) fn needs_value(op: &str) -> bool {
    matches!(op, "eq" | "ne" | "contains" | "gt" | "ge" | "lt" | "le")
}

/// The days of a relative period; none if the word is no period.
pub(super) fn period(word: &str, today: Day) -> Option<(Day, Day)> {
    let (year, month, day) = today.ymd();
    let span = |from: (i32, u32), to: (i32, u32)| {
        let from = taizhang_core::day::Month::of(from.0, from.1).ok()?;
        let to = taizhang_core::day::Month::of(to.0, to.1).ok()?;
        Some((from.first(), to.last()))
    };
    match word {
        "week" => {
            let first = today.plus(1 - i32::try_from(today.weekday()).ok()?.clamp(1, 7));
            Some((first, first.plus(6)))
        }
        "days30" => Some((today.plus(-29), today)),
        "to_date" => Some((Day::of(year, 1, 1).ok()?, today)),
        "month" => span((year, month), (year, month)),
        "last_month" => {
            let before = taizhang_core::day::Month(today.month().0 - 1);
            Some((before.first(), before.last()))
        }
        "last_quarter" => {
            let before = taizhang_core::day::Month(today.month().0 - i32::try_from((month - 1) % 3).ok()? - 3);
            Some((before.first(), taizhang_core::day::Month(before.0 + 2).last()))
        }
        "last_first_half" => span((year - 1, 1), (year - 1, 6)),
        "quarter" => {
            let first = (month - 1) / 3 * 3 + 1;
            span((year, first), (year, first + 2))
        }
        "first_half" => span((year, 1), (year, 6)),
        "second_half" => span((year, 7), (year, 12)),
        "year" => span((year, 1), (year, 12)),
        "last_year" => span((year - 1, 1), (year - 1, 12)),
        "last_same" => {
            // The 29th of February ends with the 28th a year before.
            let end = Day::of(year - 1, month, day)
                .or_else(|_| Day::of(year - 1, month, day - 1))
                .ok()?;
            Some((Day::of(year - 1, 1, 1).ok()?, end))
        }
        _ => None,
    }
}

/// What a condition asks of a record.
fn filters(register: &Register, condition: &Condition, today: Day) -> Vec<(String, String, String)> {
    let of = |op: &str, value: String| (condition.field.clone(), op.to_owned(), value);
    let Some((from, to)) = period(&condition.op, today) else {
        return vec![of(&condition.op, condition.value.clone())];
    };
    let months = register
        .field_named(&condition.field)
        .is_some_and(|field| matches!(field.kind, FieldKind::Month));
    let text = |day: Day| {
        if months {
            day.month().to_string()
        } else {
            day.to_string()
        }
    };
    vec![of("ge", text(from)), of("le", text(to))]
}

/// The ways in which grouped conditions hold, each a list that must hold whole: all of one group of them; or,
/// with `any`, one of each group.
fn joined<'a>(conditions: &[&'a Condition], any: bool) -> Vec<Vec<&'a Condition>> {
    let group = |no: usize| {
        conditions
            .iter()
            .copied()
            .filter(move |one| one.group == no)
            .collect::<Vec<_>>()
    };
    let groups = (1..=GROUPS).map(group).filter(|group| !group.is_empty());
    if !any {
        return groups.collect();
    }
    groups.fold(Vec::new(), |ways: Vec<Vec<&Condition>>, group| {
        let first = ways.is_empty();
        let with = |one: &'a Condition| {
            let further = ways.iter().map(move |way| [way.as_slice(), &[one]].concat());
            further.chain(first.then(|| vec![one])).collect::<Vec<_>>()
        };
        group.into_iter().flat_map(with).collect()
    })
}

/// What the address asks of the list.
pub(super) fn ask(app: &App, scope: &Scope, id: &str, asked: &Fields) -> Result<ListAsk, AppError> {
    let (_, register) = app.register(scope, id)?;
    let as_of = asked.day("as_of")?;
    let today = as_of.unwrap_or(app.today());
    let mut all = Vec::new();
    for field in filtered(&register) {
        if let Some(value) = asked.get(&field.id) {
            all.push((field.id.clone(), "eq".to_owned(), value.to_owned()));
        }
    }
    let stages: Vec<&str> = register.stages.iter().map(|stage| stage.id.as_str()).collect();
    if let Some(stage) = asked.one_of("stage", &stages)? {
        all.push(("stage".to_owned(), "eq".to_owned(), stage.to_owned()));
    }
    if let (Some(text), Some(field)) = (asked.get("q"), searched(&register)) {
        all.push((field.id.clone(), "contains".to_owned(), text.trim().to_owned()));
    }
    let asked_for = conditions(asked)?;
    let (always, grouped): (Vec<_>, Vec<_>) = asked_for.iter().partition(|one| one.no == 0);
    all.extend(always.into_iter().flat_map(|one| filters(&register, one, today)));
    let mut any = joined(&grouped, any_of(asked)?)
        .into_iter()
        .map(|way| {
            way.into_iter()
                .flat_map(|one| filters(&register, one, today))
                .collect::<Vec<_>>()
        })
        .collect::<Vec<_>>();
    if any.len() == 1 {
        all.append(&mut any.remove(0));
    }
    let (page, size) = (page(asked)?, size(asked)?);
    let (after, before) = (asked.number("after")?, asked.number("before")?);
    let turn = after.map(Turn::After).or(before.map(Turn::Before));
    Ok(ListAsk {
        register: id.to_owned(),
        filters: all,
        any,
        unit: asked.get("unit").map(str::to_owned),
        only: asked.get("only").is_some(),
        sort: order(&register, asked)?,
        limit: size,
        // A number that was typed is walked to; a page that follows another begins at its record.
        offset: if turn.is_some() { 0 } else { (page - 1) * size },
        turn,
        as_of,
        known_at: asked.get("known_at").map(str::to_owned),
        base_units: false,
    })
}

/// How many rows a page has.
pub(super) fn size(asked: &Fields) -> Result<usize, AppError> {
    let word = asked.one_of("size", &SIZE_WORDS)?;
    let at = SIZE_WORDS.iter().position(|size| Some(*size) == word);
    Ok(SIZES[at.unwrap_or(1)])
}

/// Which page of the list is looked at.
pub(super) fn page(asked: &Fields) -> Result<usize, AppError> {
    asked.count("page", 1, 1_000_000)
}

/// Whether one condition of a group is enough.
pub(super) fn any_of(asked: &Fields) -> Result<bool, AppError> {
    Ok(asked.one_of("join", &["all", "any"])? == Some("any"))
}

/// The order asked for, else that of the view.
fn order(register: &Register, asked: &Fields) -> Result<Vec<(String, bool)>, AppError> {
    if let Some(text) = asked.get("sort") {
        return Ok(sort(text));
    }
    let named = |(no, down): &(FieldNo, bool)| match register.field(*no) {
        Some(field) => Some((field.id.clone(), *down)),
        None => (*no == STAGE).then(|| ("stage".to_owned(), *down)),
    };
    let view = view(register, asked)?;
    Ok(view.map_or_else(Vec::new, |view| view.sort.iter().filter_map(named).collect()))
}

/// The view that is asked for, else the first.
pub(super) fn view<'a>(register: &'a Register, asked: &Fields) -> Result<Option<&'a View>, AppError> {
    let ids: Vec<&str> = register.views.iter().map(|view| view.id.as_str()).collect();
    let named = asked.one_of("view", &ids)?;
    let found = register.views.iter().find(|view| Some(view.id.as_str()) == named);
    Ok(found.or(register.views.first()))
}

/// The choice fields of the quick filter.
pub(super) fn filtered(register: &Register) -> impl Iterator<Item = &Field> {
    let fits = |field: &&Field| matches!(field.kind, FieldKind::Choice(_)) && !seals(field);
    register.fields.iter().filter(fits).take(FILTERS)
}

/// The text field that the quick search looks in: the first of the title.
pub(super) fn searched(register: &Register) -> Option<&Field> {
    let titles = register.title.iter().filter_map(|no| register.field(*no));
    let fits = |field: &&Field| matches!(field.kind, FieldKind::Text { .. }) && !seals(field);
    titles.chain(&register.fields).find(fits)
}

/// Fields that may be shown as a column, compared and grouped by.
pub(super) fn plain(register: &Register) -> impl Iterator<Item = &Field> {
    let fits = |field: &&Field| !matches!(field.kind, FieldKind::Evidence) && !seals(field);
    register.fields.iter().filter(fits)
}

/// The columns: those of the address, else those that the reader chose, else those of the view.
pub(super) fn columns<'a>(
    register: &'a Register,
    asked: &Fields,
    chosen: Option<&str>,
) -> Result<Vec<&'a Field>, AppError> {
    if let Some(ids) = asked.get("cols") {
        let known: Vec<&str> = plain(register).map(|field| field.id.as_str()).collect();
        let field = |id: &str| register.field_named(id).ok_or_else(|| none_of("cols", id, &known));
        return ids.split(',').map(field).collect();
    }
    // What a reader chose once may name a field that is there no more.
    let chosen = chosen.filter(|_| asked.get("view").is_none()).unwrap_or_default();
    let found: Vec<&Field> = chosen.split(',').filter_map(|id| register.field_named(id)).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let named: Vec<&Field> = match view(register, asked)? {
        Some(view) => view.columns.iter().filter_map(|no| register.field(*no)).collect(),
        None => Vec::new(),
    };
    if !named.is_empty() {
        return Ok(named);
    }
    let titles = register.title.iter().filter_map(|no| register.field(*no));
    let others = plain(register).filter(|field| !register.title.contains(&field.no));
    let short = |field: &&Field| !matches!(field.kind, FieldKind::Place);
    Ok(titles.chain(others.filter(short).take(COLUMNS)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_whole_and_the_same_period_of_last_year_ends_a_year_before() {
        let cases = [
            ("month", "2024-02-29", "2024-02-01", "2024-02-29"),
            ("week", "2024-02-29", "2024-02-26", "2024-03-03"),
            ("week", "2024-03-03", "2024-02-26", "2024-03-03"),
            ("last_month", "2024-01-31", "2023-12-01", "2023-12-31"),
            ("last_quarter", "2024-02-29", "2023-10-01", "2023-12-31"),
            ("last_quarter", "2024-06-30", "2024-01-01", "2024-03-31"),
            ("last_first_half", "2024-02-29", "2023-01-01", "2023-06-30"),
            ("to_date", "2024-02-29", "2024-01-01", "2024-02-29"),
            ("days30", "2024-03-01", "2024-02-01", "2024-03-01"),
            ("quarter", "2024-05-15", "2024-04-01", "2024-06-30"),
            ("first_half", "2024-08-28", "2024-01-01", "2024-06-30"),
            ("second_half", "2024-08-28", "2024-07-01", "2024-12-31"),
            ("last_year", "2024-08-28", "2023-01-01", "2023-12-31"),
            ("last_same", "2024-06-30", "2023-01-01", "2023-06-30"),
            ("last_same", "2024-02-29", "2023-01-01", "2023-02-28"),
        ];
        for (word, today, from, to) in cases {
            let day = |text: &str| text.parse::<Day>().expect("a day");
            assert_eq!(
                period(word, day(today)),
                Some((day(from), day(to))),
                "{word} on {today}"
            );
        }
        assert_eq!(period("eq", Day(0)), None);
    }

    #[test]
    fn groups_of_conditions_hold_one_whole_or_one_of_each() {
        let one = |no: usize, group: usize| Condition {
            no,
            group,
            field: "depth".to_owned(),
            op: "present".to_owned(),
            value: String::new(),
        };
        let all = [one(1, 1), one(2, 1), one(3, 2), one(4, 2)];
        let said = |of: &[usize], any: bool| {
            let chosen: Vec<&Condition> = all.iter().filter(|one| of.contains(&one.no)).collect();
            let ways = joined(&chosen, any).into_iter();
            ways.map(|way| way.iter().map(|one| one.no).collect())
                .collect::<Vec<Vec<usize>>>()
        };
        assert_eq!(said(&[1, 2], false), [vec![1, 2]]);
        assert_eq!(said(&[1, 2], true), [vec![1], vec![2]]);
        assert_eq!(said(&[1, 2, 3, 4], false), [vec![1, 2], vec![3, 4]]);
        assert_eq!(
            said(&[1, 2, 3, 4], true),
            [vec![1, 3], vec![2, 3], vec![1, 4], vec![2, 4]]
        );
        assert_eq!(said(&[], true), Vec::<Vec<usize>>::new());
    }

    #[test]
    fn a_condition_without_a_value_asks_for_nothing_unless_it_needs_none() {
        let fields =
            |pairs: &[(&str, &str)]| Fields(pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect());
        let asked = fields(&[
            ("f1", "depth"),
            ("op1", "gt"),
            ("v1", " "),
            ("f2", "depth"),
            ("op2", "missing"),
            ("f3", "kind"),
        ]);
        let found: Vec<usize> = conditions(&asked)
            .expect("conditions")
            .iter()
            .map(|one| one.no)
            .collect();
        assert_eq!(found, [2]);
    }
}
