//! What the bulletins of the half-year, of each month and of the year print, beside a recount of the sample's rows that
//! shares no code with the program: `packs/xinhua/tables/periods.csv`, written by `ledgers/recount.py`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use taizhang::app::App;
use taizhang::bulletin::render_html;

/// The parts of the system as the bulletins number them.
const PARTS: [&str; 20] = [
    "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四", "十五", "十六", "十七",
    "十八", "十九", "二十",
];

/// One place of a bulletin: the part, the account (`±` for how it moved), what stands there.
struct Place<'a> {
    part: &'a str,
    account: &'a str,
    printed: &'a str,
}

pub(crate) fn every_period_is_what_the_rows_come_to(app: &App, pack: &Path) {
    let table = std::fs::read_to_string(pack.join("tables/periods.csv")).expect("the recount");
    let mut periods: BTreeMap<(&str, &str), Vec<Place<'_>>> = BTreeMap::new();
    for line in table.lines().skip(1) {
        let [bulletin, as_of, part, account, printed] = line.splitn(5, ',').collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        let place = Place { part, account, printed };
        periods.entry((bulletin, as_of)).or_default().push(place);
    }
    let kinds: BTreeSet<&str> = periods.keys().map(|(bulletin, _)| *bulletin).collect();
    assert_eq!(kinds, BTreeSet::from(["half-year", "month", "year"]));
    let months = periods.keys().filter(|(bulletin, _)| *bulletin == "month").count();
    assert_eq!(months, 8, "January to August");
    let scope = app.program_scope().expect("a scope");
    for ((bulletin, as_of), places) in &periods {
        let html = render_html(app, &scope, bulletin, as_of.parse().expect("a day"), None).expect("a bulletin");
        let parts = parts(&html);
        for part in PARTS {
            let text = parts
                .get(part)
                .unwrap_or_else(|| panic!("{bulletin} {as_of} has no part {part}"));
            match part {
                "十六" => assert!(text.contains("由重述表逐项说明"), "{bulletin} {as_of}"),
                // Statistics are only ever imported, and none was.
                "十八" if *bulletin != "month" => assert!(text.contains("未报告"), "{bulletin} {as_of}"),
                _ => assert!(
                    places.iter().any(|place| place.part == part),
                    "{bulletin} {as_of} {part} is counted by nobody"
                ),
            }
        }
        for place in places {
            let text = parts[place.part];
            let at = format!("{bulletin} {as_of} （{}） {}", place.part, place.account);
            if place.account.ends_with('±') {
                assert!(
                    words(text).contains(place.printed),
                    "{at}: not “{}” in {text}",
                    place.printed
                );
            } else {
                let found = numbers(text, place.account);
                assert!(
                    found.iter().any(|number| number == place.printed),
                    "{at}: {} and not {found:?}",
                    place.printed
                );
            }
        }
    }
}

/// The text below each heading of a part.
fn parts(html: &str) -> BTreeMap<&str, &str> {
    let pieces = html.split("<h3").skip(1);
    let named = pieces.filter_map(|piece| {
        let name = piece.split_once('（')?.1.split_once('）')?.0;
        Some((name, piece))
    });
    named.collect()
}

/// Every number that opens this account.
fn numbers(html: &str, account: &str) -> Vec<String> {
    let opening = format!("href=\"/figures/{account}?");
    let places = html.split(&opening).skip(1);
    let text = places.filter_map(|rest| rest.split_once('>')?.1.split_once('<'));
    text.map(|(number, _)| number.replace(',', "").trim().to_owned())
        .collect()
}

/// The text without its marks.
fn words(html: &str) -> String {
    let mut inside = false;
    let kept = html.chars().filter(|letter| {
        match letter {
            '<' => inside = true,
            '>' => inside = false,
            _ => return !inside,
        }
        false
    });
    kept.collect()
}
