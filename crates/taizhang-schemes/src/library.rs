//! Room: all versions of all schemes that a pack holds, read from its `schemes/*.toml` on top of the base's.

use crate::contribution::Rule;
use crate::loan::Regime;
use crate::loan::fund::Version;
use crate::node::{Node, Reader};
use crate::refusal::Refusal;
use crate::version::{self, Head, Versioned};
use crate::voucher::Scheme;

/// Every version of every scheme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Library {
    /// Voucher schemes.
    pub vouchers: Vec<Scheme>,
    /// Loan regimes.
    pub loans: Vec<Regime>,
    /// Rules of the guarantee fund.
    pub funds: Vec<Version>,
    /// Caps of levies of money and labour.
    pub levies: Vec<Rule>,
}

impl Library {
    /// Reads files, path and text, the base's first: a later version takes the place of one of the same id.
    pub fn read<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Library, Refusal> {
        let mut library = Library::default();
        for (path, text) in files.filter(|(path, _)| is_scheme(path)) {
            let node = Node::of_toml(text).map_err(|refusal| Refusal {
                place: path.to_owned(),
                ..refusal
            })?;
            let mut reader = Reader::new(&node, path)?;
            for (at, node) in list(&mut reader, "voucher")?.iter().enumerate() {
                put(
                    &mut library.vouchers,
                    Scheme::read(node, &format!("{path} voucher[{at}]"))?,
                );
            }
            for (at, node) in list(&mut reader, "loan")?.iter().enumerate() {
                put(&mut library.loans, Regime::read(node, &format!("{path} loan[{at}]"))?);
            }
            for (at, node) in list(&mut reader, "fund")?.iter().enumerate() {
                put(&mut library.funds, Version::read(node, &format!("{path} fund[{at}]"))?);
            }
            for (at, node) in list(&mut reader, "levy")?.iter().enumerate() {
                put(&mut library.levies, Rule::read(node, &format!("{path} levy[{at}]"))?);
            }
            reader.done()?;
        }
        version::check(&library.levies)?;
        version::check(&library.funds)?;
        version::check(&library.vouchers)?;
        version::check(&library.loans)?;
        Ok(library)
    }
}

impl Library {
    /// The first version that another library has not, or has with other settings. Only its last day may be set.
    pub fn edited(&self, later: &Library) -> Option<String> {
        let vouchers = edited(&self.vouchers, &later.vouchers, |version| &mut version.head);
        let loans = || edited(&self.loans, &later.loans, |version| &mut version.head);
        let funds = || edited(&self.funds, &later.funds, |version| &mut version.head);
        let levies = || edited(&self.levies, &later.levies, |version| &mut version.head);
        vouchers.or_else(loans).or_else(funds).or_else(levies)
    }
}

fn edited<V: Versioned + Clone + PartialEq>(was: &[V], is: &[V], head: fn(&mut V) -> &mut Head) -> Option<String> {
    let same = |old: &&V| {
        let found = is.iter().find(|new| new.head().id == old.head().id);
        found.is_some_and(|new| {
            let mut old = (*old).clone();
            head(&mut old).valid_to = new.head().valid_to;
            old == *new
        })
    };
    let gone = was.iter().find(|old| !same(old));
    gone.map(|old| old.head().id.clone())
}

/// Whether a file of a pack holds schemes.
pub fn is_scheme(path: &str) -> bool {
    path.starts_with("schemes/") && path.ends_with(".toml")
}

fn list<'a>(reader: &mut Reader<'a>, key: &'static str) -> Result<&'a [Node], Refusal> {
    match reader.node(key) {
        None => Ok(&[]),
        Some(Node::List(list)) => Ok(list),
        Some(_) => Err(Refusal::at(crate::refusal::Code::WrongKind, reader.place(key)).with("wanted", "list")),
    }
}

fn put<V: Versioned>(versions: &mut Vec<V>, version: V) {
    match versions.iter_mut().find(|there| there.head().id == version.head().id) {
        Some(there) => *there = version,
        None => versions.push(version),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::Code;

    fn voucher(id: &str, from: &str, to: &str) -> String {
        format!("[[voucher]]\nid = \"{id}\"\nscheme = \"s\"\nvalid_from = {from}\nvalid_to = {to}\n")
    }

    fn read(text: &str) -> Result<Library, Code> {
        Library::read([("schemes/a.toml", text)].into_iter()).map_err(|refusal| refusal.code)
    }

    #[test]
    fn versions_of_one_scheme_never_overlap() {
        let first = voucher("a", "2024-01-01", "2024-12-31");
        let table = [
            ("2025-01-01", "2025-12-31", true),
            ("2024-12-31", "2025-12-31", false),
            ("2023-01-01", "2024-01-01", false),
            ("2024-03-01", "2024-04-01", false),
        ];
        for (from, to, fits) in table {
            let both = first.clone() + &voucher("b", from, to);
            assert_eq!(read(&both).is_ok(), fits, "{from} {to}");
            if !fits {
                assert_eq!(read(&both), Err(Code::VersionsOverlap));
            }
        }
    }

    #[test]
    fn a_version_may_end_and_a_new_one_begin_but_none_is_edited() {
        let library = |text: &str| Library::read([("schemes/a.toml", text)].into_iter()).unwrap();
        let was = voucher("a", "2024-01-01", "2024-12-31");
        let ended = voucher("a", "2024-01-01", "2024-06-30") + &voucher("b", "2024-07-01", "2024-12-31");
        assert_eq!(library(&was).edited(&library(&ended)), None);
        let other = was.clone() + "validity_months = 18\n";
        assert_eq!(library(&was).edited(&library(&other)), Some("a".to_owned()));
        assert_eq!(library(&was).edited(&Library::default()), Some("a".to_owned()));
    }

    #[test]
    fn what_does_not_fit_is_refused_with_its_reason() {
        let table = [
            (
                "[[voucher]]\nid = \"a\"\nembedded_rate = \"51%\"\n",
                Code::RateOutOfRange,
            ),
            (
                "[[voucher]]\nid = \"a\"\nembedded_rate = \"-1%\"\n",
                Code::RateOutOfRange,
            ),
            ("[[voucher]]\nid = \"a\"\nembeded_rate = \"5%\"\n", Code::UnknownKey),
            (
                "[[voucher]]\nid = \"a\"\nsurplus_rule = \"rate\"\n",
                Code::SettingMissing,
            ),
            (
                "[[voucher]]\nid = \"a\"\nuse_tiers = [{from_month=1,to_month=6,rate=\"5%\"},{from_month=6,to_month=9,rate=\"2%\"}]\n",
                Code::TiersBroken,
            ),
            (
                "[[voucher]]\nid = \"a\"\nsettlement = [{event=\"filing\",share=\"30%\"},{event=\"handover\",share=\"60%\"}]\n",
                Code::SharesNotWhole,
            ),
            (
                "[[voucher]]\nid = \"a\"\nvalid_from = 2024-02-01\nvalid_to = 2024-01-31\n",
                Code::EndsBeforeItBegins,
            ),
            ("[[loan]]\nid = \"a\"\n", Code::SettingMissing),
            ("[[loan]]\nid = \"a\"\nsubsidy_share = \"120%\"\n", Code::RateOutOfRange),
            ("[[bond]]\nid = \"a\"\n", Code::UnknownKey),
            ("[[voucher]\n", Code::Unreadable),
        ];
        for (text, code) in table {
            assert_eq!(read(text), Err(code), "{text}");
        }
    }
}
