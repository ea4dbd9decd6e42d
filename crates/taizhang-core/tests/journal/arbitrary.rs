//! Room: random entries that the journal may hold, every act and every kind of cell among them.
//!
//! Whatever these strategies make is canonical: sorted patches, NFC text, days of the calendar.

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use taizhang_core::day::{Day, Month};
use taizhang_core::id::{AccountNo, FieldNo, RegisterNo};
use taizhang_core::journal::{Act, Change, Correction, Entry, Leg, PackVersion, Patch, Release, Source};
use taizhang_core::posting::Posting;
use taizhang_core::value::{Cell, Precision, Value};

/// Any entry.
pub(crate) fn entry() -> impl Strategy<Value = Entry> {
    let who = (number(), number(), any::<i64>(), number(), number(), number());
    let when = (day(), option::of(0_u16..1440), any::<u32>(), number(), number());
    let proof = (
        option::of(vec(any::<u8>(), 0..40)),
        vec(hash(), 0..3),
        option::of(source()),
        option::of(hash()),
    );
    let money = (vec(leg(), 0..3), option::of((1_u32.., hash())));
    (who, when, act(), proof, money).prop_map(|(who, when, act, proof, money)| {
        let mut entry = Entry::blank(act, when.0);
        (
            entry.n,
            entry.command,
            entry.recorded_at,
            entry.actor,
            entry.position,
            entry.definition,
        ) = who;
        (entry.occurred_at, entry.register, entry.record, entry.based_on) =
            (when.1, RegisterNo(when.2), when.3, when.4);
        (entry.reason, entry.evidence, entry.source, entry.key) = proof;
        entry.legs = money.0;
        (entry.posting_count, entry.posting_digest) = money.1.unwrap_or((0, [0; 32]));
        entry
    })
}

/// Any posting.
pub(crate) fn posting() -> impl Strategy<Value = Posting> {
    let place = (any::<u32>(), number(), text(), day(), number());
    (place, any::<i64>(), any::<[i32; 3]>()).prop_map(|((account, unit, dim, day, record), amount, counts)| Posting {
        account: AccountNo(account),
        unit,
        dim,
        day,
        record,
        amount,
        reported: counts[0],
        missing: counts[1],
        not_applicable: counts[2],
    })
}

fn act() -> impl Strategy<Value = Act> {
    let correction = (
        number(),
        any::<bool>(),
        option::of(day()),
        btree_map(field(), change(), 0..4),
    );
    let pack = (day(), btree_map(text(), text(), 0..3), text(), any::<u32>());
    let release = (
        text(),
        any::<u32>(),
        day(),
        number(),
        hash(),
        vec((text(), text()), 0..3),
    );
    prop_oneof![
        (patch(), any::<bool>()).prop_map(|(patch, opening)| Act::Open { patch, opening }),
        patch().prop_map(|patch| Act::Amend { patch }),
        (text(), patch()).prop_map(|(name, patch)| Act::Move { name, patch }),
        Just(Act::Note),
        Just(Act::Void),
        correction.prop_map(|(target, withdraw, day, fields)| {
            Act::Correct(Correction {
                target,
                withdraw,
                day,
                fields: fields.into_iter().collect(),
            })
        }),
        pack.prop_map(|(from, files, ids, engine)| {
            Act::Pack(PackVersion {
                from,
                files: files.into_iter().collect(),
                ids,
                engine,
            })
        }),
        day().prop_map(|through| Act::Close { through }),
        day().prop_map(|through| Act::Reopen { through }),
        release.prop_map(|(bulletin, release_no, as_of, known_at, document, figures)| {
            Act::Release(Release {
                bulletin,
                release_no,
                as_of,
                known_at,
                document,
                figures,
            })
        }),
    ]
}

fn patch() -> impl Strategy<Value = Patch> {
    btree_map(field(), cell(), 0..5).prop_map(|patch| patch.into_iter().collect())
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![Just(Change::Withdrawn), cell().prop_map(Change::Set)]
}

fn cell() -> impl Strategy<Value = Cell> {
    prop_oneof![
        1 => Just(Cell::Missing),
        1 => Just(Cell::NotApplicable),
        1 => Just(Cell::Erased),
        9 => value().prop_map(Cell::Is),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let precision = prop_oneof![
        Just(Precision::Day),
        Just(Precision::Month),
        Just(Precision::Quarter),
        Just(Precision::Year)
    ];
    prop_oneof![
        text().prop_map(Value::Text),
        text().prop_map(Value::Choice),
        any::<i64>().prop_map(Value::Num),
        (-300_i64..300).prop_map(Value::Num),
        (day(), precision).prop_map(|(day, precision)| Value::Date(day, precision)),
        (1900_i32 * 12..2200 * 12).prop_map(|month| Value::Month(Month(month))),
        number().prop_map(Value::Unit),
        number().prop_map(Value::Link),
        vec(hash(), 0..3).prop_map(Value::Evidence),
        any::<(i32, i32)>().prop_map(|(lat, lon)| Value::Place { lat, lon }),
        vec(any::<u8>(), 0..40).prop_map(Value::Sealed),
    ]
}

fn leg() -> impl Strategy<Value = Leg> {
    (any::<u32>(), text(), day(), number(), any::<i64>()).prop_map(|(account, dim, day, unit, amount)| Leg {
        account: AccountNo(account),
        dim,
        day,
        unit,
        amount,
    })
}

fn source() -> impl Strategy<Value = Source> {
    (number(), hash(), text(), any::<u32>()).prop_map(|(batch, file, sheet, row)| Source {
        batch,
        file,
        sheet,
        row,
    })
}

/// Characters of one, two, three and four bytes, among them ones that NFC composes with others.
fn text() -> impl Strategy<Value = String> {
    const LETTERS: &[&str] = &["", "a", "é", "台账", "𠮷", "\u{1f}", "ö", " ", "가"];
    vec(prop::sample::select(LETTERS), 0..6).prop_map(|parts| parts.concat())
}

fn field() -> impl Strategy<Value = FieldNo> {
    prop_oneof![0_u32..20, any::<u32>()].prop_map(FieldNo)
}

fn number() -> impl Strategy<Value = i64> {
    prop_oneof![0_i64..300, 0..i64::MAX]
}

fn day() -> impl Strategy<Value = Day> {
    prop_oneof![20_000..21_000, Day::MIN.0..=Day::MAX.0].prop_map(Day)
}

fn hash() -> impl Strategy<Value = [u8; 32]> {
    any::<[u8; 32]>()
}
