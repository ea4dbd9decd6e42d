//! From one version of a pack to the next: what the plan says, what it refuses, what stays.

use super::{HEAD, right, small_base, written};
use std::sync::Arc;
use taizhang_core::definition::{Definition, Lang};
use taizhang_core::id::{AccountNo, FieldNo, RegisterNo};
use taizhang_core::pack::{Compiled, Files, IdMap, RefusalCode, compile, plan, succeed};

const WELL: &str = r#"
name = "Wells"
key = ["number"]
unit = "village"

[[field]]
id = "number"
name = "Number"
type = "text"

[[field]]
id = "village"
name = "Village"
type = "unit"

[[field]]
id = "kind"
name = "Kind"
type = "choice"
choices = ["dug", "drilled"]

[[field]]
id = "depth"
name = "Depth"
type = "quantity"
measure = "个"
scale = 1

[[field]]
id = "width"
name = "Width"
type = "quantity"
measure = "个"
scale = 1

[[field]]
id = "owner"
name = "Owner"
type = "person"

[[field]]
id = "road"
name = "Road"
type = "link"
to = "road"

[parent]
field = "road"

[[stage]]
id = "planned"
name = "Planned"

[[stage]]
id = "working"
name = "Working"

[[move]]
id = "start"
name = "Start"
from = ["planned"]
to = "working"

[[limit]]
id = "soon"
name = "Soon"
stages = ["planned"]
days = 30

[[account]]
id = "well.working"
name = "Working"
measure = "个"
dims = ["kind"]
stock = { when = 'stage == "working"' }

[[account]]
id = "well.late"
name = "Late"
measure = "个"
late = { limit = "soon" }

[[account]]
id = "well.width"
name = "Widths"
measure = "个"
flow = { on = "open", amount = "width" }
"#;

const ROAD: &str = r#"
name = "Roads"
title = ["u"]
unit = "u"
field = [{ id = "u", name = "U", type = "unit" }, { id = "v", name = "V", type = "unit" }]
posting = [{ account = "length", flow = { on = "open" } }]
"#;

const LISTS: &str = r#"
account = [
  { id = "length", name = "Length", measure = "元", kind = "flow" },
  { id = "twice", name = "Twice", measure = "元", formula = "length * 2" },
]
"#;

const UNITS: &str = "code,name,level,parent\n1,County,county,\n1.1,Village,village,1\n";

fn files() -> Files {
    written(&[
        ("pack.toml", HEAD),
        ("registers/well.toml", WELL),
        ("registers/road.toml", ROAD),
        ("accounts.toml", LISTS),
        ("units.csv", UNITS),
        ("bulletins/b.md", "+++\nname = \"B\"\n+++\n{{ figure(\"length\") }}\n"),
    ])
}

fn edited(path: &str, from: &str, to: &str) -> Files {
    let mut files = files();
    let text = files.get_mut(path).unwrap();
    assert!(text.contains(from), "{path} has no {from}");
    *text = text.replacen(from, to, 1);
    files
}

fn compiled(files: &Files, ids: &IdMap) -> Compiled {
    right(compile(&small_base(), files, ids))
}

/// What the plan from the first version to this one says, line by line.
fn says(files: &Files) -> Vec<String> {
    let old = compiled(&self::files(), &IdMap::default());
    let new = compiled(files, &old.ids).definition;
    let plan = plan(&old.definition, &new);
    let changes = plan.changes.iter().map(|change| change.text(Lang::En));
    let refusals = plan
        .refusals
        .iter()
        .map(|refusal| format!("REFUSED {:?} {}", refusal.code, refusal.path));
    let reposts = plan
        .reposts
        .iter()
        .map(|no| format!("repost {}", new.register(*no).unwrap().id));
    changes.chain(refusals).chain(reposts).collect()
}

#[test]
fn the_first_plan_adds_everything_and_the_second_nothing() {
    let first = compiled(&files(), &IdMap::default());
    let plan_first = plan(&Definition::default(), &first.definition);
    let lines: Vec<String> = plan_first.changes.iter().map(|change| change.text(Lang::Zh)).collect();
    assert!(
        lines.contains(&"新增台账“Wells”（register/well）".to_owned()),
        "{lines:#?}"
    );
    assert!(
        lines.contains(&"新增科目“Length”（account/length）".to_owned()),
        "{lines:#?}"
    );
    assert!(plan_first.refusals.is_empty() && plan_first.reposts.is_empty());
    let second = compiled(&files(), &first.ids);
    assert!(plan(&first.definition, &second.definition).is_empty());
    assert_eq!(first.digest, second.digest);
    let applied = succeed(&Definition::default(), first.definition);
    assert!(plan(&applied, &succeed(&applied, second.definition)).is_empty());
}

#[test]
fn changes_are_named_part_by_part() {
    let well = "registers/well.toml";
    let cases: &[(&str, &str, &str, &[&str])] = &[
        (
            "pack.toml",
            "name = \"T\"",
            "name = \"U\"",
            &["change pack \"U\" (pack)"],
        ),
        (
            "pack.toml",
            "epoch",
            "order = [\"well\"]\nepoch",
            &["change pack \"T\" (pack)"],
        ),
        (
            well,
            "name = \"Wells\"",
            "name = \"Bores\"",
            &["change register \"Bores\" (register/well)"],
        ),
        (
            well,
            "name = \"Number\"",
            "name = \"No.\"",
            &["change field \"No.\" (field/well/number)"],
        ),
        (
            well,
            "[\"dug\", \"drilled\"]",
            "[\"dug\", \"drilled\", \"spring\"]",
            &["change field \"Kind\" (field/well/kind)"],
        ),
        (
            well,
            "[[move]]",
            "[[stage]]\nid = \"dry\"\nname = \"Dry\"\n\
             [[move]]\nid = \"dry\"\nname = \"Dries\"\nfrom = [\"working\"]\nto = \"dry\"\n[[move]]",
            &[
                "add stage \"Dry\" (stage/well/dry)",
                "add move \"Dries\" (move/well/dry)",
            ],
        ),
        (
            well,
            "stock = { when = 'stage == \"working\"' }",
            "stock = { when = 'stage != \"planned\"' }",
            &[
                "add posting rule \"Working\" (posting/well/well.working)",
                "retire posting rule \"Working\" (posting/well/well.working)",
                "repost well",
            ],
        ),
        (
            well,
            "days = 30",
            "days = 31",
            &["change limit \"Soon\" (limit/well/soon)", "repost well"],
        ),
        (
            well,
            "key = [\"number\"]",
            "key = [\"number\", \"village\"]",
            &[
                "change register \"Wells\" (register/well)",
                "change key \"key\" (key/well/key)",
            ],
        ),
        (
            "registers/road.toml",
            "unit = \"u\"",
            "unit = \"v\"",
            &["change register \"Roads\" (register/road)", "repost road"],
        ),
        (
            "registers/road.toml",
            "{ id = \"u\", name = \"U\", type = \"unit\" }, { id = \"v\", name = \"V\", type = \"unit\" }",
            "{ id = \"v\", name = \"V\", type = \"unit\" }, { id = \"u\", name = \"U\", type = \"unit\" }",
            &["change register \"Roads\" (register/road)"],
        ),
        (
            well,
            "field = \"road\"",
            "field = \"road\"\ninherit = { village = \"u\" }",
            &["change register \"Wells\" (register/well)", "repost well"],
        ),
        (
            "accounts.toml",
            "formula = \"length * 2\"",
            "formula = \"length * 3\", scale = 1",
            &["change account \"Twice\" (account/twice)"],
        ),
        (
            "units.csv",
            "1.1,Village",
            "1.1,Hamlet",
            &["change unit \"Hamlet\" (unit/1.1)"],
        ),
        (
            "units.csv",
            "1.1,Village,village,1\n",
            "",
            &[
                "retire unit \"Village\" (unit/1.1): the unit stays in the book; enter the day on which it was \
                 abolished and its successor there; another code is another unit",
            ],
        ),
        (
            "bulletins/b.md",
            "{{",
            "In all {{",
            &["change bulletin \"B\" (bulletin/b)"],
        ),
        (
            "accounts.toml",
            "account = [\n",
            "account = [\n{ id = \"sum\", name = \"Sum\", measure = \"个\", formula = \"length * 2\" }, ",
            &["add account \"Sum\" (account/sum)"],
        ),
    ];
    for (path, from, to, expected) in cases {
        assert_eq!(says(&edited(path, from, to)), *expected, "{path}: {from} -> {to}");
    }
}

#[test]
fn what_would_lose_or_twist_data_is_refused() {
    let well = "registers/well.toml";
    let cases = [
        (
            well,
            "type = \"text\"",
            "type = \"integer\"",
            "FieldKind field/well/number",
        ),
        (well, "scale = 1", "scale = 2", "FieldKind field/well/depth"),
        (
            well,
            "measure = \"个\"\nscale",
            "measure = \"平方米\"\nscale",
            "FieldMeasure field/well/depth",
        ),
        (
            well,
            "type = \"text\"",
            "type = \"text\"\nclass = \"internal\"",
            "ClassTightened field/well/number",
        ),
        (
            well,
            "type = \"person\"",
            "type = \"person\"\nclass = \"sensitive\"",
            "ClassTightened field/well/owner",
        ),
        (well, "to = \"road\"", "to = \"unit\"", "FieldKind field/well/road"),
        (
            well,
            "[\"dug\", \"drilled\"]",
            "[\"dug\"]",
            "ChoiceRemoved field/well/kind",
        ),
        (
            well,
            "stock = {",
            "flow = { on = \"open\",",
            "AccountKind account/well.working",
        ),
        (
            well,
            "dims = [\"kind\"]",
            "dims = [\"village\"]",
            "AccountDims account/well.working",
        ),
        (
            well,
            "dims = [\"kind\"]",
            "dims = [\"kind\"]\nscale = 1",
            "AccountScale account/well.working",
        ),
        (
            well,
            "measure = \"个\"\ndims",
            "measure = \"平方米\"\ndims",
            "AccountMeasure account/well.working",
        ),
    ];
    for (path, from, to, expected) in cases {
        let said = says(&edited(path, from, to));
        assert!(
            said.contains(&format!("REFUSED {expected}")),
            "{from} -> {to}: {said:#?}"
        );
    }
}

/// Only accounts of money have a side, so the definition is changed here instead of the files.
#[test]
fn an_account_keeps_its_side() {
    let old = compiled(&files(), &IdMap::default()).definition;
    let mut new = old.clone();
    new.accounts
        .values_mut()
        .for_each(|account| Arc::make_mut(account).credit = true);
    let refusals = plan(&old, &new).refusals;
    assert_eq!(refusals.len(), new.accounts.len());
    assert!(refusals.iter().all(|refusal| refusal.code == RefusalCode::AccountSide));
}

#[test]
fn a_measure_keeps_its_meaning() {
    let measured = |factor: &str| {
        let mut files = files();
        files.insert(
            "measures.toml".to_owned(),
            format!("measure = [{{ id = \"堆\", base = \"个\", factor = {factor} }}]\n"),
        );
        let accounts = files.get_mut("accounts.toml").unwrap();
        *accounts = accounts.replace(
            "]",
            "  { id = \"s\", name = \"S\", measure = \"堆\", formula = \"length\" }]",
        );
        files
    };
    let old = compiled(&measured("10"), &IdMap::default());
    let new = compiled(&measured("12"), &old.ids);
    let refusals = plan(&old.definition, &new.definition).refusals;
    assert_eq!(
        refusals.iter().map(|refusal| refusal.path.as_str()).collect::<Vec<_>>(),
        ["measure/堆"]
    );
    assert!(refusals[0].holds(|_| 0) && refusals[0].text(Lang::Zh).contains("换算率"));
}

#[test]
fn another_calendar_posts_what_counts_working_days() {
    let with = |limit: &str, kind: &str| {
        let mut files = edited("registers/well.toml", "days = 30", limit);
        files.extend(written(&[
            (
                "calendar/notices.csv",
                "year,announced_on,notice_url\n2024,2023-10-25,http://www.gov.cn/\n",
            ),
            (
                "calendar/restatements.csv",
                "date,announced_on,kind_before,kind_after,festival,notice_year\n",
            ),
        ]));
        let days = format!("date,festival,kind,notice_year\n2024-05-11,May,{kind},2024\n");
        files.insert("calendar/days.csv".to_owned(), days);
        files
    };
    for (limit, reposts) in [
        ("working_days = 30", 1),
        ("days = 30\nroll = true", 1),
        ("days = 30", 0),
    ] {
        let old = compiled(&with(limit, "off"), &IdMap::default());
        let new = compiled(&with(limit, "work"), &old.ids);
        let plan = plan(&old.definition, &new.definition);
        let lines: Vec<String> = plan.changes.iter().map(|change| change.text(Lang::Zh)).collect();
        assert_eq!(
            (lines, plan.reposts.len()),
            (vec!["改动日历（calendar）".to_owned()], reposts),
            "{limit}"
        );
    }
}

#[test]
fn an_account_keeps_the_places_of_the_field_that_feeds_it() {
    let definition = compiled(&files(), &IdMap::default()).definition;
    let scale = |id: &str| definition.account_named(id).unwrap().scale;
    assert_eq!(
        (
            scale("well.width"),
            scale("well.working"),
            scale("length"),
            scale("twice")
        ),
        (1, 0, 2, 2)
    );
}

#[test]
fn what_is_gone_stays_known() {
    let old = compiled(&files(), &IdMap::default());
    let mut fewer = files();
    fewer.remove("registers/road.toml");
    fewer.remove("accounts.toml");
    fewer.insert("bulletins/b.md".to_owned(), "+++\nname = \"B\"\n+++\n".to_owned());
    let well = fewer.get_mut("registers/well.toml").unwrap();
    *well = well
        .replace("id = \"depth\"", "id = \"height\"")
        .replace("name = \"Depth\"", "name = \"Height\"")
        .replace("to = \"road\"", "to = \"unit\"")
        .replace("\"road\"", "\"above\"");
    let new = compiled(&fewer, &old.ids);
    assert_eq!(new.ids.field("well", "depth"), old.ids.field("well", "depth"));
    assert!(
        new.ids.field("well", "height").unwrap()
            > FieldNo(old.ids.iter().filter(|(path, _)| path.starts_with("field")).count() as u32)
    );

    let done = plan(&old.definition, &new.definition);
    let lines: Vec<String> = done.changes.iter().map(|change| change.text(Lang::En)).collect();
    assert!(
        lines.contains(&"retire field \"Depth\" (field/well/depth)".to_owned()),
        "{lines:#?}"
    );
    assert!(
        lines.contains(&"retire account \"Length\" (account/length)".to_owned()),
        "{lines:#?}"
    );
    let road: RegisterNo = old.ids.register("road").unwrap();
    let gone = done
        .refusals
        .iter()
        .find(|refusal| refusal.path == "register/road")
        .unwrap();
    assert!(gone.holds(|register| u64::from(register == road)) && !gone.holds(|_| 0));

    let book = succeed(&old.definition, new.definition);
    let length: AccountNo = old.ids.account("length").unwrap();
    assert!(book.accounts[&length].retired);
    assert_eq!(book.retired.registers[0].id, "road");
    assert_eq!(book.retired.fields[0].1.id, "depth");
    let later = succeed(&book, compiled(&fewer, &new.ids).definition);
    assert_eq!(later.retired, book.retired, "one version later they are still known");
    assert!(plan(&book, &later).is_empty());

    // A name that comes back has its old number, so it must still mean the same.
    let back = edited("registers/well.toml", "scale = 1", "scale = 3");
    let again = compiled(&back, &new.ids);
    assert_eq!(again.ids.account("length"), Some(length));
    let refusals = plan(&book, &again.definition).refusals;
    assert_eq!(
        refusals.iter().map(|refusal| refusal.path.as_str()).collect::<Vec<_>>(),
        ["field/well/depth"]
    );
    let whole = succeed(&book, again.definition);
    assert!(!whole.accounts[&length].retired && whole.retired.registers.is_empty());
    assert_eq!(
        whole
            .retired
            .fields
            .iter()
            .map(|(_, field)| field.id.as_str())
            .collect::<Vec<_>>(),
        ["height", "above"]
    );
}
