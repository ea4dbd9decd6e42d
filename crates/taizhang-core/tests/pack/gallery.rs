//! Every fault with its place and its sentence: `gallery.txt`, and a test that none is left out.

use super::{small_base, written};
use std::collections::BTreeSet;
use taizhang_core::definition::Lang;
use taizhang_core::pack::{Fault, Files, IdMap, compile};

const GALLERY: &str = include_str!("gallery.txt");

struct Case {
    name: String,
    files: Files,
    faults: String,
}

/// Reads the cases: `== name`, then `-- path` and its text, then `-- faults`.
fn cases() -> Vec<Case> {
    let parts = GALLERY.split("\n== ").skip(1);
    parts
        .map(|part| {
            let (name, rest) = part.split_once('\n').unwrap();
            let mut case = Case {
                name: name.to_owned(),
                files: Files::new(),
                faults: String::new(),
            };
            for section in format!("\n{rest}").split("\n-- ").skip(1) {
                let (path, text) = section.split_once('\n').unwrap_or((section, ""));
                match path {
                    "faults" => case.faults = text.trim().to_owned(),
                    path => drop(case.files.insert(path.to_owned(), format!("{text}\n"))),
                }
            }
            match case.files.get("pack.toml").map(String::as_str) {
                Some("(none)\n") => drop(case.files.remove("pack.toml")),
                Some(_) => {}
                None => case.files.extend(written(&[("pack.toml", super::HEAD)])),
            }
            case
        })
        .collect()
}

fn faults(case: &Case) -> Vec<Fault> {
    compile(&small_base(), &case.files, &IdMap::default())
        .err()
        .unwrap_or_default()
}

#[test]
fn each_mistake_is_named_with_its_place() {
    let mut wrong = String::new();
    for case in cases() {
        let lines: Vec<String> = faults(&case).iter().map(Fault::to_string).collect();
        let found = lines.join("\n");
        if found != case.faults {
            wrong.push_str(&format!("\n== {}\n-- faults\n{found}\n", case.name));
        }
    }
    assert!(
        wrong.is_empty(),
        "these faults differ from gallery.txt; if they are right, put them there:\n{wrong}"
    );
}

#[test]
fn no_fault_is_left_out() {
    let shown: BTreeSet<String> = cases().iter().flat_map(faults).map(|fault| variant(&fault)).collect();
    let source = include_str!("../../src/pack/fault.rs");
    let codes = source
        .split("pub enum FaultCode {")
        .nth(1)
        .unwrap()
        .split("\n}")
        .next()
        .unwrap();
    let names = codes
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| line.starts_with(char::is_uppercase));
    for name in names.map(|line| line.split(|c: char| !c.is_alphanumeric()).next().unwrap()) {
        assert!(
            shown.contains(name),
            "add a case to gallery.txt that shows the fault {name}"
        );
    }
}

#[test]
fn each_fault_is_said_in_english_too() {
    for fault in cases().iter().flat_map(faults) {
        let text = fault.text(Lang::En);
        let words = fault.code.text(Lang::En);
        assert!(text.ends_with(&words) && !words.contains(['“', '；', '，']), "{text}");
    }
}

fn variant(fault: &Fault) -> String {
    let debug = format!("{:?}", fault.code);
    debug.split(|c: char| !c.is_alphanumeric()).next().unwrap().to_owned()
}
