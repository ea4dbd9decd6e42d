//! The packs in `packs/`: the national base, and the small one that shows how little a pack needs.

use super::{right, shipped};
use taizhang_core::definition::{AccountKind, Amount, Definition, Direction, Lang, LimitLength, RuleKind};
use taizhang_core::pack::{Files, IdMap, Source, compile};

fn hello() -> Definition {
    right(compile(&shipped("base"), &shipped("hello"), &IdMap::default())).definition
}

#[test]
fn the_base_stands_alone() {
    let base = right(compile(&Files::new(), &shipped("base"), &IdMap::default())).definition;
    let systems: Vec<&str> = base.registers.iter().map(|register| register.id.as_str()).collect();
    assert_eq!(
        systems,
        [
            "actor",
            "bulletin_draft",
            "bulletin_text",
            "delegation",
            "export_log",
            "light_rule",
            "message",
            "period_lock",
            "position",
            "release_approval",
            "release_withdrawal",
            "report_form",
            "target",
            "unit"
        ]
    );
    assert!(base.registers.iter().all(|register| register.system));
    assert_eq!(base.register_named("position").unwrap().name, "岗位");
    assert_eq!(base.measures["万元"].base, "元");
    assert_eq!(base.areas.len(), 3_213);
    assert_eq!(base.industries.len(), 1_970);
    assert!(base.calendar.latest().announced_on().is_some());
    assert_eq!(base.roles["administrator"].grants.len(), 6);
}

#[test]
fn hello_is_read_as_it_is_meant() {
    let hello = hello();
    assert_eq!((hello.name.as_str(), hello.lang), ("Hello County", Lang::En));
    let well = hello.register_named("well").unwrap();
    assert_eq!(well.initial_stage().unwrap().id, "planned");
    assert_eq!(well.unit, well.field_named("village").map(|field| field.no));
    assert_eq!(well.field_named("number").unwrap().aliases, ["No."]);
    let working = hello.account_named("well.working").unwrap();
    assert_eq!(
        (&working.kind, working.measure.as_str(), working.scale),
        (&AccountKind::Stock, "处", 0)
    );
    assert_eq!(working.dims[0].name, "Kind");
    let repair = hello.register_named("repair").unwrap();
    let parent = repair.parent.as_ref().unwrap();
    assert_eq!((parent.register, parent.inherit.len()), (well.no, 1));
    assert_eq!(repair.limits[0].length, LimitLength::WorkingDays(10));
    let cost = repair.field_named("cost").unwrap().no;
    assert_eq!(repair.postings[0].amount, Amount::Field(cost));
    assert_eq!(
        repair.postings[1].kind,
        RuleKind::Late {
            limit: "promptly".to_owned()
        }
    );
    let target = &hello.targets[0];
    assert_eq!(
        (target.account, target.value, target.direction),
        (working.no, 20, Direction::Up)
    );
    assert_eq!(hello.bulletins[0].id, "half-year");
    assert!(
        hello.bulletins[0]
            .template
            .starts_with("{{ figure(\"well.working\") }} wells")
    );
    let units: Vec<&str> = hello.units.iter().map(|unit| unit.code.as_str()).collect();
    assert_eq!(units, ["1", "1.1", "1.2"]);
    assert_eq!(hello.units[1].from.to_string(), "2020-01-01");
    assert_eq!(
        hello.registers.last().unwrap().name,
        "Units",
        "system registers are last, in the pack's language"
    );
}

#[test]
fn a_pack_is_about_sixty_lines_and_a_register_under_thirty() {
    let hello = shipped("hello");
    let lines = |path: &str| hello[path].lines().count();
    assert!(hello.values().map(|text| text.lines().count()).sum::<usize>() <= 60);
    // With its stages, its indicators and its sentence in the bulletin.
    assert!(lines("registers/well.toml") + 1 < 30);
}

#[test]
fn the_same_pack_gives_the_same_bytes() {
    let (base, pack) = (shipped("base"), shipped("hello"));
    let first = right(compile(&base, &pack, &IdMap::default()));
    let second = right(compile(&base, &pack, &first.ids));
    assert_eq!((&first.bytes, first.digest), (&second.bytes, second.digest));
    assert_eq!(IdMap::from_text(&first.ids.to_text()).as_ref(), Ok(&second.ids));
    let windows = |files: &Files| -> Files {
        files
            .iter()
            .map(|(path, text)| (path.clone(), format!("\u{feff}{}", text.replace('\n', "\r\n"))))
            .collect()
    };
    let third = right(compile(&windows(&base), &windows(&pack), &first.ids));
    assert_eq!(
        first.bytes, third.bytes,
        "line ends and byte order marks are not part of a pack"
    );
}

#[test]
fn a_pack_is_compiled_again_from_its_bytes() {
    let first = right(compile(&shipped("base"), &shipped("hello"), &IdMap::default()));
    let source = Source::from_bytes(&first.bytes).unwrap();
    assert!(source.base.contains_key("calendar/days.csv") && !source.base.contains_key("README.md"));
    let again = right(source.compile());
    assert_eq!(first.bytes, again.bytes);
    assert_eq!(
        format!("{:?}", first.definition.registers),
        format!("{:?}", again.definition.registers)
    );
    for broken in [
        &first.bytes[1..],
        &first.bytes[..first.bytes.len() - 1],
        &[2],
        &[1, 0, 0, 0, 9],
        &[],
    ] {
        assert!(Source::from_bytes(broken).is_err());
    }
}

const FORMAT: &str = include_str!("../../../../docs/pack-format.md");

#[test]
fn the_documented_examples_are_a_pack() {
    let mut pack = Files::new();
    for block in FORMAT.split("\n```").skip(1).step_by(2) {
        let (info, text) = block.split_once('\n').unwrap();
        let (_, path) = info.split_once(' ').unwrap();
        pack.insert(path.to_owned(), format!("{text}\n"));
    }
    assert_eq!(pack.len(), 11);
    let example = right(compile(&shipped("base"), &pack, &IdMap::default())).definition;
    assert_eq!(example.registers[0].id, "project");
    // 15000 万元, and 12 of them, in the accounts' scaled base units.
    assert_eq!(
        example.targets.iter().map(|target| target.value).collect::<Vec<_>>(),
        [12, 15_000_000_000]
    );
    let paper = &example.papers[0];
    assert_eq!(
        (paper.id.as_str(), paper.stages.as_slice()),
        ("notice", ["supplement".to_owned()].as_slice())
    );
}

/// Every key and every word that the readers know is in the page.
#[test]
fn the_format_is_documented_whole() {
    let readers = [
        include_str!("../../src/pack/read/account.rs"),
        include_str!("../../src/pack/read/bulletin.rs"),
        include_str!("../../src/pack/read/field.rs"),
        include_str!("../../src/pack/read/limit.rs"),
        include_str!("../../src/pack/read/lists.rs"),
        include_str!("../../src/pack/read/mod.rs"),
        include_str!("../../src/pack/read/paper.rs"),
        include_str!("../../src/pack/read/register.rs"),
        include_str!("../../src/pack/read/section.rs"),
        include_str!("../../src/pack/read/template.rs"),
        include_str!("../../src/pack/read/unit.rs"),
    ];
    let is_word = |text: &&str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    for reader in readers {
        let code = reader.split("#[cfg(test)]").next().unwrap();
        let code: String = code
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect();
        for word in code.split('"').skip(1).step_by(2).filter(is_word) {
            let told = FORMAT.contains(&format!("`{word}`")) || FORMAT.contains(&format!("\n{word} = "));
            let told = told || FORMAT.contains(&format!("[[{word}]]")) || FORMAT.contains(&format!("`{word} ="));
            assert!(told, "docs/pack-format.md does not tell of {word}");
        }
    }
}
