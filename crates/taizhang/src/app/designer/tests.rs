//! The form over every register that is shipped: untouched it gives the same bytes, and a touch changes
//! what was touched.

use super::{BLANK, Row, edited, sheet};
use std::collections::BTreeMap;
use std::path::Path;

fn registers() -> Vec<(String, String)> {
    let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let mut found = Vec::new();
    for pack in ["xinhua", "hello", "base"] {
        let folder = packs.join(pack).join("registers");
        for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
            let text = std::fs::read_to_string(entry.path()).expect("a text");
            found.push((format!("{pack}/{}", entry.file_name().to_string_lossy()), text));
        }
    }
    found
}

fn typed(text: &str, pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let mut sent = sheet(text).expect("a form").untouched();
    for (name, value) in pairs {
        sent.insert((*name).to_owned(), (*value).to_owned());
    }
    sent
}

#[test]
fn an_untouched_form_gives_the_same_bytes() {
    let all = registers();
    assert!(all.len() > 75, "{}", all.len());
    for (name, text) in all {
        let sent = sheet(&text).expect("a form").untouched();
        assert_eq!(edited(&text, &sent).expect("a text"), text, "{name}");
    }
}

#[test]
fn every_key_of_every_register_has_its_place() {
    fn missing(name: &str, row: &Row, found: &mut Vec<String>) {
        found.extend(
            row.cells
                .iter()
                .filter(|cell| cell.key.is_none())
                .map(|cell| format!("{name}: {}", cell.id)),
        );
        for (part, rows) in &row.parts {
            rows.iter()
                .for_each(|row| missing(&format!("{name} {}", part.id), row, found));
        }
    }
    let mut found = Vec::new();
    for (name, text) in registers() {
        let sheet = sheet(&text).expect("a form");
        found.extend(sheet.others.iter().map(|part| format!("{name}: {part}")));
        missing(&name, &sheet.root, &mut found);
        for (part, rows) in &sheet.parts {
            rows.iter()
                .for_each(|row| missing(&format!("{name} {}", part.id), row, &mut found));
        }
    }
    assert!(found.is_empty(), "give these a place in parts.rs: {found:#?}");
}

#[test]
fn what_stands_inside_a_row_is_changed_and_added_there() {
    let text = "name = \"路灯\"\nparent = { field = \"street\", inherit = [\"town\"] }\n\n[[limit]]\nid = \"fix\"\n\
        ladder = [{ id = \"remind\", name = \"提醒\", before = 1 }]\n\n[[instrument]]\nid = \"pay\"\nfixed = { fund = \"lamps\" }\n\n\
        [[instrument.ledger]]\nkey = \"left\"\naccount = \"lamp.fund\"\n";
    let pairs = [
        ("parent.0.inherit", "town\nname = street_name"),
        ("limit.0.ladder.1.id", "press"),
        ("limit.0.ladder.1.after", "2"),
        ("inquiry.0.name", "修到哪了"),
        ("inquiry.0.fields", "no, fixed_on"),
        ("template.0.on", "start"),
        ("template.0.each.0.id", "pole"),
        ("template.0.each.0.set", "kind = 高杆"),
        ("template.0.each.1.id", "wire"),
        ("template.0.each.1.after", "pole"),
        ("instrument.0.fixed", "fund = roads"),
        ("instrument.0.ledger.0.account", "lamp.spent"),
        ("instrument.0.ledger.1.key", "spent"),
    ];
    let now = edited(text, &typed(text, &pairs)).expect("a text");
    let expected = "name = \"路灯\"\nparent = { field = \"street\", inherit = { town = \"town\", name = \"street_name\" } }\n\
        inquiry = { name = \"修到哪了\", fields = [\"no\", \"fixed_on\"] }\n\n[[limit]]\nid = \"fix\"\n\
        ladder = [{ id = \"remind\", name = \"提醒\", before = 1 }, { id = \"press\", after = 2 }]\n\n[[instrument]]\nid = \"pay\"\n\
        fixed = { fund = \"roads\" }\n\n[[instrument.ledger]]\nkey = \"left\"\naccount = \"lamp.spent\"\n\n\
        [[instrument.ledger]]\nkey = \"spent\"\n\n[template]\non = \"start\"\n\n\
        [[template.each]]\nid = \"pole\"\nset = { kind = \"高杆\" }\n\n\
        [[template.each]]\nid = \"wire\"\nafter = [\"pole\"]\n";
    assert_eq!(now, expected);
    let gone = [
        ("inquiry.0.gone", "yes"),
        ("limit.0.ladder.1.gone", "yes"),
        ("template.0.gone", "yes"),
        ("parent.0.inherit", "town"),
        ("instrument.0.fixed", "fund = lamps"),
        ("instrument.0.ledger.0.account", "lamp.fund"),
        ("instrument.0.ledger.1.gone", "yes"),
    ];
    assert_eq!(edited(&now, &typed(&now, &gone)).expect("a text"), text, "and back");
}

#[test]
fn one_word_changes_one_line() {
    for (name, text) in registers() {
        let now = edited(&text, &typed(&text, &[("field.0.name", "别名称")])).expect("a text");
        let differ = text.lines().zip(now.lines()).filter(|(was, is)| was != is).count();
        assert_eq!(
            (differ, now.lines().count()),
            (1, text.lines().count()),
            "{name}\n{now}"
        );
        assert!(now.contains("name = \"别名称\""), "{name}");
        let back = typed(&now, &[("field.0.name", &old_name(&text))]);
        assert_eq!(edited(&now, &back).expect("a text"), text, "{name}: and back");
    }
}

fn old_name(text: &str) -> String {
    sheet(text).expect("a form").untouched()["field.0.name"].clone()
}

const LAMPS: &str = r#"name = "路灯" # 城管局
field = [
    # 灯杆上的牌子
    { id = "no", name = "编号", type = "text" },
    { id = "kind", name = "类型", type = "choice", choices = ["高杆", { id = "庭院", name = "庭院灯", name_en = "garden" }] },
]
stage = [{ id = "ok", name = "正常" }, { id = "out", name = "灭灯" }]

[[account]]
id = "lamp.out"
name = "灭灯"
measure = "盏"
stock = { when = 'stage == "out"' }
"#;

#[test]
fn rows_are_added_moved_and_taken_out() {
    let sent = typed(
        LAMPS,
        &[
            ("field.2.id", "found_on"),
            ("field.2.name", "发现日期"),
            ("field.2.type", "date"),
            ("field.2.required", "yes"),
            ("stage.0.order", "9"),
            ("account.1.id", "lamp.all"),
            ("account.1.name", "路灯"),
            ("account.1.measure", "盏"),
            ("account.1.way", "stock"),
            ("account.1.in.from", "found_on"),
            ("move.0.id", "mend"),
            ("move.0.name", "修好"),
            ("move.0.from", "out"),
            ("move.0.to", "ok"),
        ],
    );
    let now = edited(LAMPS, &sent).expect("a text");
    let expected = r#"name = "路灯" # 城管局
field = [
    # 灯杆上的牌子
    { id = "no", name = "编号", type = "text" },
    { id = "kind", name = "类型", type = "choice", choices = ["高杆", { id = "庭院", name = "庭院灯", name_en = "garden" }] },
    { id = "found_on", name = "发现日期", type = "date", required = true },
]
stage = [{ id = "out", name = "灭灯" }, { id = "ok", name = "正常" }]

[[account]]
id = "lamp.out"
name = "灭灯"
measure = "盏"
stock = { when = 'stage == "out"' }

[[account]]
id = "lamp.all"
name = "路灯"
measure = "盏"
stock = { from = "found_on" }

[[move]]
id = "mend"
name = "修好"
from = ["out"]
to = "ok"
"#;
    assert_eq!(now, expected);
    let gone = edited(&now, &typed(&now, &[("move.0.gone", "yes"), ("field.1.gone", "yes")])).expect("a text");
    assert!(!gone.contains("[[move]]") && !gone.contains("庭院"), "{gone}");
    assert!(gone.contains("# 灯杆上的牌子"), "{gone}");
}

#[test]
fn choices_keep_what_was_not_touched() {
    let lines = "高杆\n庭院|庭院灯|小灯、矮灯|×\n景观";
    let now = edited(LAMPS, &typed(LAMPS, &[("field.1.choices", lines)])).expect("a text");
    let expected = r#"choices = ["高杆", { id = "庭院", name = "庭院灯", name_en = "garden", aliases = ["小灯", "矮灯"], retired = true }, "景观"]"#;
    assert!(now.contains(expected), "{now}");
    assert_eq!(
        sheet(&now).expect("a form").untouched()["field.1.choices"],
        "高杆\n庭院|庭院灯|小灯, 矮灯|×\n景观"
    );
}

#[test]
fn the_way_of_an_account_changes_whole() {
    let pairs = [
        ("account.0.way", "flow"),
        ("account.0.in.on", "open"),
        ("account.0.in.when", ""),
    ];
    let now = edited(LAMPS, &typed(LAMPS, &pairs)).expect("a text");
    assert!(
        now.contains("flow = { on = \"open\" }") && !now.contains("stock"),
        "{now}"
    );
}

#[test]
fn a_register_from_blank_has_only_what_was_typed() {
    let pairs = [
        ("register.0.name", "路灯"),
        ("register.0.key", "no"),
        ("field.0.id", "no"),
        ("field.0.name", "编号"),
    ];
    let now = edited(BLANK, &typed(BLANK, &pairs)).expect("a text");
    assert_eq!(
        now,
        "name = \"路灯\"\nkey = [\"no\"]\nfield = [\n    { id = \"no\", name = \"编号\" },\n]\n"
    );
}

#[test]
fn what_cannot_be_read_is_said_with_its_place() {
    let error = edited(LAMPS, &typed(LAMPS, &[("field.0.max", "viel")])).expect_err("no number");
    let text = format!("{error:?}");
    assert!(text.contains("field.0") && text.contains("max"), "{text}");
    let kept = sheet(LAMPS)
        .expect("a form")
        .with(&typed(LAMPS, &[("field.0.max", "viel"), ("field.3.id", "x")]));
    let sent = kept.untouched();
    assert_eq!(
        (sent["field.0.max"].as_str(), sent["field.3.id"].as_str()),
        ("viel", "x")
    );
}
