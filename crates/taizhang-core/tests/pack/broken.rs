//! Packs that chance has broken: a check always ends, with faults that lie in the files.

use super::{HEAD, shipped, small_base, written};
use proptest::prelude::*;
use taizhang_core::pack::{Files, IdMap, Source, compile};

/// What is put into a text, beside what stands elsewhere in it.
const SCRAPS: [&str; 16] = [
    "\"",
    "'''",
    "[[field]]\n",
    "= ",
    "{",
    "}",
    "]",
    "\n",
    "#",
    "5",
    "true",
    "stage",
    "\\u",
    "元",
    "+++\n",
    "\u{0}",
];

#[derive(Clone, Debug)]
struct Blow {
    file: usize,
    from: usize,
    length: usize,
    scrap: usize,
}

fn blows() -> impl Strategy<Value = Vec<Blow>> {
    let blow = (0..64_usize, 0..8_192_usize, 0..40_usize, 0..64_usize);
    let blow = blow.prop_map(|(file, from, length, scrap)| Blow {
        file,
        from,
        length,
        scrap,
    });
    prop::collection::vec(blow, 1..6)
}

/// Replaces a piece of a file by a scrap, or by another piece of the same file.
fn strike(files: &mut Files, blow: &Blow) {
    let index = blow.file % files.len();
    let Some(text) = files.values_mut().nth(index) else {
        return;
    };
    let chars: Vec<char> = text.chars().collect();
    let from = blow.from % (chars.len() + 1);
    let to = (from + blow.length).min(chars.len());
    let scrap: String = match SCRAPS.get(blow.scrap) {
        Some(scrap) => (*scrap).to_owned(),
        None => chars
            .iter()
            .skip(blow.scrap * 7 % (chars.len() + 1))
            .take(blow.length)
            .collect(),
    };
    *text = chars[..from]
        .iter()
        .chain(scrap.chars().collect::<Vec<char>>().iter())
        .chain(&chars[to..])
        .collect();
}

fn check(base: &Files, pack: &Files) -> Result<(), TestCaseError> {
    match compile(base, pack, &IdMap::default()) {
        Ok(compiled) => {
            let again = Source::from_bytes(&compiled.bytes)
                .ok()
                .and_then(|source| source.compile().ok());
            prop_assert_eq!(again.map(|again| again.bytes), Some(compiled.bytes));
        }
        Err(faults) => {
            prop_assert!(!faults.is_empty());
            for fault in faults {
                let text = pack
                    .get(&fault.file)
                    .or(fault.file.strip_prefix("base:").and_then(|path| base.get(path)));
                let lines = text.map_or(1, |text| text.split('\n').count());
                prop_assert!((1..=lines).contains(&fault.line) && fault.column >= 1, "{}", fault);
                prop_assert!(!fault.to_string().is_empty());
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_broken_pack_is_told_apart_and_never_fatal(blows in blows()) {
        let mut pack = shipped("hello");
        blows.iter().for_each(|blow| strike(&mut pack, blow));
        check(&small_base(), &pack)?;
    }

    #[test]
    fn any_text_is_a_file(text in any::<String>(), path in "(registers/[a-z]{1,3}\\.toml|bulletins/b\\.md|units\\.csv|roles\\.toml)") {
        let mut pack = written(&[("pack.toml", HEAD)]);
        pack.insert(path, text);
        check(&small_base(), &pack)?;
    }

    #[test]
    fn any_bytes_are_a_pack_or_not(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        prop_assert!(Source::from_bytes(&bytes).is_err());
    }
}
