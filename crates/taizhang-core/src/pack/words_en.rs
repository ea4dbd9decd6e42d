//! Room: the sentences of a pack's faults and plans in English. Decides nothing.

/// What a practice book adds to the district's name.
pub(super) const PRACTICE: &str = " (practice book)";

use super::fault::{FaultCode, Holds, Noun, Shape, Wanted};
use super::plan::{Caution, Change, ChangeKind, Part, Refusal, RefusalCode};
use crate::expr::FaultKind;

pub(super) fn english(code: &FaultCode) -> String {
    use FaultCode::*;
    match code {
        Syntax { message } => format!("this is not TOML: {message}"),
        MissingFile => "this file is missing; add it".to_owned(),
        NoFloor { account } => {
            format!("account `{account}` has no floor, so that no balance is kept by holder; write floor = \"0\"")
        }
        UnknownFile { near } => {
            format!(
                "no part of a pack reads this file{}",
                or_else(near, "; rename it or move it to another folder")
            )
        }
        UnknownKey { key, near, known } => {
            format!(
                "there is no `{key}` here{}",
                or_else(near, &format!("; possible: {}", known.join(", ")))
            )
        }
        MissingKey { key } => format!("`{key}` is missing; add it"),
        WrongType { key, wanted } => format!("`{key}` must be {}", shape(*wanted)),
        Empty { key } => format!("`{key}` must not be empty"),
        OutOfRange { key, least, most } => format!("`{key}` must be from {least} to {most}"),
        UnknownWord {
            key,
            found,
            near,
            known,
        } => {
            format!(
                "`{key}` cannot be `{found}`{}",
                or_else(near, &format!("; possible: {}", known.join(", ")))
            )
        }
        ExactlyOne { keys, found: 0 } => format!("one of {} must be there", keys.join(", ")),
        ExactlyOne { keys, found } => format!("only one of {} may be there, found {found}", keys.join(", ")),
        BadId { found, dotted } => format!(
            "`{found}` is no id: begin with a lower-case letter, then lower-case letters, digits and `_`{}",
            if *dotted { ", parts separated by dots" } else { "" }
        ),
        ReservedId { id } => format!("`{id}` is a reserved word; choose another id"),
        BadNumber { found, places: 0 } => format!("`{found}` is no whole number that fits here"),
        BadNumber { found, places } => {
            format!("`{found}` is no number that fits here: at most {places} decimal places, no separators")
        }
        NotPositive { found } => format!("`{found}` must be greater than zero"),
        BadDate { found } => format!("`{found}` is no day; write 2024-06-30, from 1900 to 2199"),
        BadTrigger { found } => format!("`{found}` is no trigger; write open, move:ID or field:ID"),
        BadGrant { found } => {
            format!("`{found}` is no right; write verb:reach or verb:reach:register,register, as in read:below")
        }
        NoFrontMatter => "a bulletin or paper begins with its settings between two lines of `+++`".to_owned(),
        Csv(why) => why.to_string(),
        Rule(kind) => rule(kind),
        Duplicate { what, name, file, line } => {
            format!(
                "there already is a {} `{name}` at {file} line {line}; rename or remove one",
                noun(*what)
            )
        }
        Unknown { what, name, near } => {
            format!(
                "there is no {} `{name}`{}",
                noun(*what),
                or_else(near, "; check the name")
            )
        }
        NotExtending { base } => format!("a pack says on which base it stands: extends = \"{base}\""),
        SystemOutsideBase => "only the base pack may have system registers; remove `system`".to_owned(),
        Unused { what, name } => format!("the {} `{name}` is of no use; use it or remove it", noun(*what)),
        WrongKind { field, wanted } => {
            format!("field `{field}` has the wrong type: {} is wanted", wanted_kind(*wanted))
        }
        Sealed { field } => format!("field `{field}` is personal or sensitive and may not be read here"),
        SealedKeyNotAlone { field } => format!("field `{field}` is encrypted: it can only be a unique key alone"),
        ClassTooOpen { allowed } => format!("a field of this type must be {}", allowed.join(" or ")),
        SecondInitial { first } => format!("there can be only one initial stage; `{first}` already is"),
        Unreachable { stage } => format!("no move leads to stage `{stage}`; add a move or remove the stage"),
        NoStages => "this register has no stages, so it can have no moves and no limits; add stages".to_owned(),
        NotATimeout { found } => {
            format!(
                "people make the move `{found}` too; make another one with timeout = true for a limit that runs out"
            )
        }
        TemplateWithoutParent => "a template is opened by a move of the record above: write [parent] first".to_owned(),
        ItemCycle { path } => format!(
            "these items wait for one another; take one arrow away: {}",
            path.join(", ")
        ),
        RunsAndPauses { stage } => format!("a limit cannot both run and be paused in stage `{stage}`"),
        InheritsOther { own, theirs } => {
            format!("field `{own}` and the parent's `{theirs}` differ in type or class, so nothing can be inherited")
        }
        ParentCycle { path } => format!("registers are each other's parents: {}", path.join(" -> ")),
        ParentTooDeep { most } => format!("more than {most} registers above one another"),
        NoUnit { register } => {
            format!("register `{register}` posts, but does not say which unit owns a record; add unit = \"FIELD\"")
        }
        OtherAccountKind { account, holds } => {
            format!("account `{account}` {}; this rule posts no such thing", held(*holds))
        }
        DimCount { account, wanted, found } => {
            format!("account `{account}` has {wanted} dimensions, {found} are given; list them in the account's order")
        }
        ScaleDiffers { left, right } => {
            format!("`{left}` and `{right}` keep different decimal places and cannot balance")
        }
        ScaleLost { account, field } => {
            format!("account `{account}` keeps fewer decimal places than field `{field}`; raise its scale")
        }
        MeasureDiffers { left, right } => format!("measures `{left}` and `{right}` cannot be converted"),
        NotABase { measure } => format!("`{measure}` is itself a multiple and cannot be a base"),
        FloorWithoutMoney => "only money accounts (kind = \"money\") have a floor or a recovery account".to_owned(),
        ReadsDay => {
            "a rule for a level cannot use day(): nothing is evaluated between entries; use from, until or a limit"
                .to_owned()
        }
        Unfed { account } => format!("nothing posts to account `{account}`; add a [[posting]] or remove it"),
        FormulaCycle { account } => format!("the formula of account `{account}` reads itself by way of others"),
        UnitCycle { code } => format!("unit `{code}` is above itself; change `parent`"),
        SecondRoot { first } => format!("only one unit can have no parent, and `{first}` already has none"),
        BadHours { found } => {
            format!("`{found}` is no working time of a day; write its sessions in order, as 08:30-12:00,14:30-17:30")
        }
        LightsOverlap { day } => format!("two light rules hold on {day}; let one end before the other begins"),
        Backwards => "it ends before it begins".to_owned(),
    }
}

fn or_else(near: &Option<String>, otherwise: &str) -> String {
    match near {
        Some(near) => format!("; did you mean `{near}`?"),
        None => otherwise.to_owned(),
    }
}

fn shape(shape: Shape) -> &'static str {
    match shape {
        Shape::Text => "a text in quotes",
        Shape::Integer => "a whole number without quotes",
        Shape::Bool => "true or false",
        Shape::Decimal => "a whole number, or a decimal number in quotes, as in \"12.5\"",
        Shape::Day => "a day, as in 2024-06-30",
        Shape::Texts => "a list of texts, as in [\"a\", \"b\"]",
        Shape::Table => "a table, as in { a = \"b\" }",
        Shape::Tables => "a list of tables, each under a heading in double brackets",
        Shape::TextsOrTables => "a list of texts or a list of tables, not mixed",
        Shape::TextsOrPairs => "a list of texts, or a table of pairs, as in { own = \"theirs\" }",
    }
}

fn noun(noun: Noun) -> &'static str {
    match noun {
        Noun::Register => "register",
        Noun::Field => "field",
        Noun::Heading => "heading",
        Noun::Choice => "choice",
        Noun::Stage => "stage",
        Noun::Move => "move",
        Noun::Key => "key",
        Noun::Check => "check",
        Noun::Limit => "limit",
        Noun::Instrument => "instrument",
        Noun::View => "view",
        Noun::Section => "section",
        Noun::Board => "scoreboard",
        Noun::Invariant => "invariant",
        Noun::Account => "account",
        Noun::Dim => "dimension",
        Noun::Measure => "measure",
        Noun::Role => "role",
        Noun::Target => "target",
        Noun::Bulletin => "bulletin",
        Noun::Paper => "paper",
        Noun::Claim => "claim",
        Noun::Unit => "unit",
        Noun::Level => "level of units",
    }
}

fn wanted_kind(wanted: Wanted) -> &'static str {
    match wanted {
        Wanted::Unit => "a unit",
        Wanted::Link => "a link",
        Wanted::Date => "a date",
        Wanted::DateOrMonth => "a date or a month",
        Wanted::Number => "a number (integer, quantity, money, percent)",
        Wanted::Money => "money",
        Wanted::Groupable => "something to group by (no evidence, place or person)",
        Wanted::Place => "a place that is not personal",
        Wanted::Comparable => "something to compare (no evidence or place)",
    }
}

fn held(holds: Holds) -> &'static str {
    match holds {
        Holds::Stock => "holds levels (stock)",
        Holds::Flow => "holds movements (flow, finished_late)",
        Holds::Late => "counts what is overdue (late)",
        Holds::Money => "holds money",
        Holds::Formula => "is a formula",
    }
}

/// The mistakes that rules have most often; the others are shown in the words of the rule language.
fn rule(kind: &FaultKind) -> String {
    let near = |near: &Option<String>| or_else(near, "; check the name");
    match kind {
        FaultKind::UnknownField { name, near: n } => {
            format!("the rule names a field `{name}` that is not there{}", near(n))
        }
        FaultKind::UnknownAccount { name, near: n } => {
            format!("the formula names an account `{name}` that is not there{}", near(n))
        }
        FaultKind::UnknownFunction { name, near: n } => format!("there is no function `{name}`{}", near(n)),
        FaultKind::UnknownChoice { text, near: n } => format!("`{text}` is no choice of this field{}", near(n)),
        FaultKind::MayNotRead { name } => format!("field `{name}` is personal or sensitive and no rule may read it"),
        FaultKind::Empty => "the rule is empty".to_owned(),
        FaultKind::OpenText => "a quoted text is not closed".to_owned(),
        FaultKind::Unclosed { open } => format!("the bracket `{open}` is not closed"),
        FaultKind::WriteInstead { found, instead } => format!("write `{instead}` instead of `{found}`"),
        FaultKind::Unexpected { found, .. } => format!("`{found}` cannot stand here"),
        FaultKind::EndsEarly { .. } => "the rule ends too early".to_owned(),
        FaultKind::Mixed { .. } => "values of two types are compared".to_owned(),
        FaultKind::NoOrder { .. } => "these values have no order; compare them with ==, != or in".to_owned(),
        FaultKind::WrongResult { .. } => "the rule gives a value of another type than its place wants".to_owned(),
        FaultKind::WrongOperand { operator, .. } => format!("`{operator}` is used with a value of another type"),
        other => format!("the rule cannot be understood: {other}"),
    }
}

pub(super) fn change(change: &Change) -> String {
    let kind = match change.kind {
        ChangeKind::Added => "add",
        ChangeKind::Changed => "change",
        ChangeKind::Retired => "retire",
    };
    let name = if change.name.is_empty() {
        String::new()
    } else {
        format!(" \"{}\"", change.name)
    };
    let caution = change.caution.map_or("", caution);
    format!("{kind} {}{name} ({}){caution}", part(change.part), change.path)
}

fn caution(caution: Caution) -> &'static str {
    match caution {
        Caution::UnitStays => {
            ": the unit stays in the book; enter the day on which it was abolished and its successor there; another code is another unit"
        }
        Caution::UnitDay => ": the day from which it exists is not moved; correct the unit's opening",
    }
}

fn part(part: Part) -> &'static str {
    match part {
        Part::Pack => "pack",
        Part::Register => "register",
        Part::Field => "field",
        Part::Stage => "stage",
        Part::Move => "move",
        Part::Key => "key",
        Part::Check => "check",
        Part::Limit => "limit",
        Part::Instrument => "instrument",
        Part::View => "view",
        Part::Section => "section",
        Part::Board => "scoreboard",
        Part::Invariant => "invariant",
        Part::Posting => "posting rule",
        Part::Account => "account",
        Part::Measure => "measure",
        Part::Role => "role",
        Part::Target => "target",
        Part::Bulletin => "bulletin",
        Part::Paper => "paper",
        Part::Card => "scorecard",
        Part::Claim => "claim",
        Part::Scheme => "scheme",
        Part::Unit => "unit",
        Part::Calendar => "calendar",
        Part::Areas => "area codes",
        Part::Industries => "industry codes",
    }
}

pub(super) fn refusal(refusal: &Refusal) -> String {
    let reason = match refusal.code {
        RefusalCode::FieldKind => "a field's type, decimal places and linked register cannot change; make a new field",
        RefusalCode::FieldMeasure => "a field's measure can only change to one that converts; make a new field",
        RefusalCode::ClassTightened => "a class cannot tighten: what was written openly stays so; make a new field",
        RefusalCode::ClassUnsealed => "an encrypted field cannot become a plain one; make a new field",
        RefusalCode::ChoiceRemoved => "there are records, so a choice cannot be removed; keep it with retired = true",
        RefusalCode::StageRemoved => "there are records, so a stage cannot be removed; keep it",
        RefusalCode::RegisterRemoved => "there are records, so the register cannot be removed; keep it",
        RefusalCode::AccountKind => "an account cannot become one of another kind; make a new account",
        RefusalCode::AccountScale => "an account's decimal places cannot change; make a new account",
        RefusalCode::AccountDims => "an account's dimensions cannot change; make a new account",
        RefusalCode::AccountSide => {
            "an account cannot change its side, since balances would turn round; make a new account"
        }
        RefusalCode::AccountMeasure => "an account's measure can only change to one that converts; make a new account",
        RefusalCode::Practice => "a practice book never becomes a real one, nor the other way round; make another book",
        RefusalCode::MeasureBase => "a measure's base and factor cannot change; make a new measure",
    };
    format!("\"{}\" ({}): {reason}", refusal.name, refusal.path)
}
