//! The key file: shared by servers, never replaced, whole again after a power cut, and without keys
//! of what was never written.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests may fail loudly

mod desk;

use desk::Room;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use taizhang::app::book::read_pack;
use taizhang::app::execute::{Draft, DraftWish};
use taizhang::app::{App, Options};
use taizhang::clock::SystemClock;
use taizhang::error::AppError;
use taizhang::keys::{Keys, copy};
use taizhang::locale::Locale;
use taizhang_core::definition::Lang;
use taizhang_core::id::FieldNo;

const REASON: FieldNo = FieldNo(0);

fn said<T>(result: Result<T, AppError>) -> String {
    match result {
        Ok(_) => "done".to_owned(),
        Err(error) => Locale::new(Lang::Zh).error(&error),
    }
}

fn again(room: &Room, keys: Option<&Path>) -> Result<App, AppError> {
    let options = Options {
        keys: keys.map(Path::to_owned),
        evidence: None,
        lang: Lang::Zh,
        clock: Arc::new(SystemClock::standing_at("2024-06-30".parse().unwrap())),
    };
    let place = format!("sqlite:{}", room.path("book.db").display()).parse().unwrap();
    App::open(&place, options)
}

fn well(number: &str, reason: &str) -> Draft {
    let set = [("number", number), ("village", "1.1"), ("kind", "dug")];
    Draft {
        register: "well".to_owned(),
        set: set.map(|(field, text)| (field.to_owned(), text.to_owned())).to_vec(),
        occurred_on: Some("2024-06-01".parse().unwrap()),
        reason: reason.to_owned(),
        ..Draft::default()
    }
}

#[test]
fn servers_that_share_a_key_file_open_what_each_other_sealed() {
    let room = Room::new();
    let first = &room.app;
    let second = again(&room, None).unwrap();
    let texts = ["甲服务器写的", "乙服务器写的", "又是甲"];
    let sealed: Vec<Vec<u8>> = [first, &second, first]
        .into_iter()
        .zip(texts)
        .map(|(app, text)| {
            let subject = app.keys().fresh().unwrap();
            app.keys().keep(std::slice::from_ref(&subject)).unwrap();
            subject.seal(REASON, text).unwrap()
        })
        .collect();
    for app in [first, &second] {
        for (sealed, text) in sealed.iter().zip(texts) {
            assert_eq!(app.keys().open_sealed(REASON, sealed).as_deref(), Some(text));
        }
        assert_eq!(app.keys().count(), 3);
    }
}

#[test]
fn a_key_file_is_neither_made_anew_nor_taken_from_another_book() {
    let room = Room::new();
    let other = Room::new();
    assert!(said(again(&room, Some(&other.path("book.keys")))).contains("不是这本账簿的"));
    let (file, away) = (room.path("book.keys"), room.path("away.keys"));
    std::fs::rename(&file, &away).unwrap();
    let missing = said(again(&room, None));
    assert!(
        missing.contains("找不到密钥文件") && missing.contains("book.keys"),
        "{missing}"
    );
    assert!(!file.exists(), "another one was made");
    assert_eq!(said(again(&room, Some(&away))), "done");
    // A new book neither takes the keys of another nor leaves any behind if it is not made.
    assert!(said(Keys::create(&away)).contains("已经存在"));
}

#[test]
fn what_a_power_cut_left_of_a_line_locks_nobody_out() {
    let whole = format!("{} {}", "a7".repeat(16), "5c".repeat(32));
    let torn: [(&str, &[u8]); 5] = [
        ("nothing", b""),
        ("half a line", &whole.as_bytes()[..40]),
        ("a line without its end", whole.as_bytes()),
        ("nothing but zeros", &[0; 97]),
        ("no text", &[0xff, 0xfe, b'4']),
    ];
    for (about, rest) in torn {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("book.keys");
        let keys = Keys::create(&path).unwrap();
        let before = keys.fresh().unwrap();
        keys.keep(std::slice::from_ref(&before)).unwrap();
        let sealed = before.seal(REASON, "从前").unwrap();
        let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(rest).unwrap();
        let keys = Keys::open(&path).unwrap_or_else(|error| panic!("{about}: {error}"));
        assert_eq!(keys.count(), 1, "{about}");
        let after = keys.fresh().unwrap();
        keys.keep(std::slice::from_ref(&after)).unwrap();
        let later = after.seal(REASON, "后来").unwrap();
        let reopened = Keys::open(&path).unwrap_or_else(|error| panic!("{about}: {error}"));
        assert_eq!(reopened.count(), 2, "{about}");
        assert_eq!(
            reopened.open_sealed(REASON, &sealed).as_deref(),
            Some("从前"),
            "{about}"
        );
        assert_eq!(reopened.open_sealed(REASON, &later).as_deref(), Some("后来"), "{about}");
    }
}

/// The same with one hexadecimal digit of a line's key changed into another.
fn changed(text: &str, line: usize) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = lines[line].len() - 12;
    let digit = if lines[line][at..].starts_with('0') { "1" } else { "0" };
    lines[line].replace_range(at..=at, digit);
    lines.join("\n") + "\n"
}

#[test]
fn a_line_that_is_harmed_in_the_middle_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.keys");
    let keys = Keys::create(&path).unwrap();
    keys.keep(&[keys.fresh().unwrap(), keys.fresh().unwrap()]).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    for (about, harmed) in [
        ("a key", text.replacen(' ', "", 3)),
        ("the head", text.replacen("sign", "sing", 1)),
        ("its name", text.replacen("taizhang-keys-1", "taizhang-keys-2", 1)),
        ("a letter of a key", changed(&text, 3)),
        ("a letter of the digests' key", changed(&text, 1)),
        ("all", String::new()),
    ] {
        std::fs::write(&path, harmed).unwrap();
        assert!(said(Keys::open(&path)).contains("已损坏"), "{about}");
    }
}

#[test]
fn a_copy_is_whole_and_lies_over_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let keys = Keys::create(&at("book.keys")).unwrap();
    keys.keep(&[keys.fresh().unwrap()]).unwrap();
    copy(&at("book.keys"), &at("copy.keys")).unwrap();
    let copied = Keys::open(&at("copy.keys")).unwrap();
    assert_eq!((copied.count(), copied.fingerprint()), (1, keys.fingerprint()));
    assert!(said(copy(&at("book.keys"), &at("copy.keys"))).contains("已经存在"));
    assert!(said(copy(&at("gone.keys"), &at("new.keys"))).contains("找不到密钥文件"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(at("copy.keys")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn only_what_is_written_leaves_a_key() {
    let room = Room::new();
    let (app, scope) = (&room.app, room.scope());
    let count = || Keys::open(&room.path("book.keys")).unwrap().count();
    let before = count();
    app.preview(&scope, &[well("W-1", "先看看")]).unwrap();
    let mut wrong = well("W-1", "编号重复");
    wrong.set.retain(|(field, _)| field != "village");
    assert!(matches!(app.execute(&scope, &[wrong], None), Err(AppError::Refused(_))));
    assert_eq!(count(), before, "a draft that was not written");

    let record = app.execute(&scope, &[well("W-1", "新打的井")], None).unwrap().records[0];
    assert_eq!(count(), before + 1);
    let refused = app.execute(&scope, &[well("W-1", "同一口井")], None);
    assert!(matches!(refused, Err(AppError::Refused(_))));
    let note = Draft {
        register: "well".to_owned(),
        record: Some(record),
        wish: DraftWish::Note,
        reason: "水质合格".to_owned(),
        ..Draft::default()
    };
    app.execute(&scope, &[note], None).unwrap();
    assert_eq!(count(), before + 1, "one record has one key");

    let heading: &[&str] = &["编号", "所在村", "店主"];
    let good = room.sheet("good.csv", &[heading, &["S-1", "1.1", "张三"], &["S-2", "1.1", "李四"]]);
    let bad = room.sheet("bad.csv", &[heading, &["S-1", "1.1", "张三"], &["S-2", "9.9", "李四"]]);
    room.import_with("shop", &good, |request| request.dry_run = true)
        .unwrap();
    assert!(room.import("shop", &bad).refused);
    assert_eq!(count(), before + 1, "an import that was not written");
    assert_eq!(room.import("shop", &good).added, 2);
    assert_eq!(count(), before + 3);
}

/// No backup tells sealed values apart; the keys do, when the restored book is opened.
#[test]
fn a_restored_book_knows_its_people_again() {
    let room = Room::new();
    let person = r#"
name = "People"
key = ["number"]
unit = "village"
field = [
  { id = "number", name = "Number", type = "id_number", class = "sensitive", required = true },
  { id = "village", name = "Village", type = "unit", required = true },
]
"#;
    let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/hello");
    let mut files = read_pack(&pack).unwrap();
    files.insert("registers/shop.toml".to_owned(), desk::shop("keep"));
    files.insert("registers/person.toml".to_owned(), person.to_owned());
    let plan = room.app.plan_pack(files).unwrap();
    room.app
        .apply_pack(&room.app.program_scope().unwrap(), plan, None, None)
        .unwrap();
    let draft = Draft {
        register: "person".to_owned(),
        set: [("number", "11010519491231002X"), ("village", "1.1")]
            .map(|(field, text)| (field.to_owned(), text.to_owned()))
            .to_vec(),
        ..Draft::default()
    };
    let open = |app: &App| app.execute(&app.program_scope().unwrap(), std::slice::from_ref(&draft), None);
    open(&room.app).unwrap();
    let copied = room.path("copy.taizhang");
    taizhang_store::backup::backup(room.app.store(), &copied).unwrap();
    let (place, keys) = (room.path("again.db"), room.path("again.keys"));
    taizhang_store::backup::restore(&format!("sqlite:{}", place.display()).parse().unwrap(), &copied).unwrap();
    copy(room.app.keys().path(), &keys).unwrap();
    let options = Options {
        keys: Some(keys),
        evidence: None,
        lang: Lang::En,
        clock: Arc::new(SystemClock::standing_at("2024-06-30".parse().unwrap())),
    };
    let again = App::open(&format!("sqlite:{}", place.display()).parse().unwrap(), options).unwrap();
    for app in [&room.app, &again] {
        let Err(AppError::Refused(lines)) = open(app) else {
            panic!("the same person twice");
        };
        assert_eq!(lines[0].code, "key_taken");
    }
    assert_eq!(again.mend_digests().unwrap(), 0);
}
