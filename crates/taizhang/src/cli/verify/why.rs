//! Room: why an entry does not follow, in the reader's language.

use crate::locale::Locale;
use taizhang_core::journal::encoding::Malformed;
use taizhang_store::verify::Unsound;

/// One clause, without a full stop.
pub(super) fn words(locale: &Locale, why: &Unsound) -> String {
    let said = |key: &str| locale.text(key).to_owned();
    let entry = |key: &str, n: &i64| locale.say(key, &[("n", n)]);
    match why {
        Unsound::Malformed(Malformed::Short) => said("cli.verify.why.short"),
        Unsound::Malformed(Malformed::Long) => said("cli.verify.why.long"),
        Unsound::Malformed(Malformed::Version(version)) => locale.say("cli.verify.why.version", &[("n", version)]),
        Unsound::Malformed(Malformed::NotCanonical) => said("cli.verify.why.canonical"),
        Unsound::Line => said("cli.verify.why.line"),
        Unsound::Cut => said("cli.verify.why.cut"),
        Unsound::Skipped(next) => entry("cli.verify.why.skipped", next),
        Unsound::BeforeEnd(end) => entry("cli.verify.why.before_end", end),
        Unsound::SignedAndMissing => said("cli.verify.why.signed_and_missing"),
        Unsound::NoHeadBefore => said("cli.verify.why.no_head_before"),
        Unsound::NotAsSigned => said("cli.verify.why.not_as_signed"),
        Unsound::Head(head) => locale.say("cli.verify.why.head", &[("head", head)]),
        Unsound::Numbered(n) => entry("cli.verify.why.numbered", n),
        Unsound::Early => said("cli.verify.why.early"),
        Unsound::Command(n) => entry("cli.verify.why.command", n),
        Unsound::OpensAnother => said("cli.verify.why.opens_another"),
        Unsound::OfNoRecord => said("cli.verify.why.of_no_record"),
        Unsound::OfBoth => said("cli.verify.why.of_both"),
        Unsound::Postings => said("cli.verify.why.postings"),
        Unsound::Pack(why) => locale.say("cli.verify.why.pack", &[("why", why)]),
    }
}
