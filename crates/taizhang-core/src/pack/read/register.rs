//! Room: one `registers/ID.toml`.

use super::super::fault::FaultCode;
use super::super::source::{
    AccountSource, BelowSource, BoardSource, CheckSource, InquirySource, IssueSource, KeySource, MoveSource,
    ParentSource, PostingSource, RegisterSource, StageSource, ViewSource,
};
use super::super::sources::Word;
use super::super::table::Table;
use super::{account, checked_id, field, id, instrument, invariant, limit, name, section, sentence, template};
use crate::definition::{Blank, Holder, Lang};

/// Reads a register. Its id is its file's name, unless it says otherwise; `index` is its place
/// among the registers. Accounts that it declares go to the others.
pub(super) fn register(
    root: &Table<'_>,
    stem: &str,
    lang: Lang,
    accounts: &mut Vec<AccountSource>,
    index: usize,
) -> RegisterSource {
    let stem = Word {
        text: stem.to_owned(),
        at: root.at,
    };
    let id = checked_id(root.sources, root.text("id").unwrap_or(stem), false);
    let mut postings: Vec<PostingSource> = Vec::new();
    for (account, posting) in root.each("account", |table| account::in_register(table, lang, index)) {
        accounts.push(account);
        postings.extend(posting);
    }
    postings.extend(root.each("posting", account::posting).into_iter().flatten());
    if !root.has("field") {
        root.sources.fault(root.at, FaultCode::MissingKey { key: "field" });
    }
    RegisterSource {
        at: root.at,
        id,
        name: name(root, lang),
        about: sentence(root, lang, "about", "about_en"),
        system: root.flag("system"),
        fields: root.each("field", |table| field::field(table, lang)),
        stages: root.each("stage", |table| stage(table, lang)),
        moves: root.each("move", |table| a_move(table, lang)),
        keys: keys(root),
        title: root.words("title"),
        unit: root.text("unit"),
        parent: root.inner("parent", parent),
        row_day: root.text("row_day"),
        embargo: root.text("embargo"),
        period: root.text("period"),
        blank: root
            .one_of("blank", &[("keep", Blank::Keep), ("clear", Blank::Clear)])
            .unwrap_or_default(),
        checks: checks(root, lang),
        limits: root.each("limit", |table| limit::limit(table, lang)),
        instruments: root.each("instrument", |table| instrument::instrument(table, lang)),
        views: root.each("view", |table| view(table, lang)),
        invariants: root.each("invariant", |table| invariant::invariant(table, lang)),
        sections: root.each("section", |table| section::section(table, lang)),
        issue: root.inner("issue", issue),
        template: root.inner("template", template::template),
        inquiry: root.inner("inquiry", |table| inquiry(table, lang)),
        boards: root.each("board", |table| board(table, lang)),
        postings,
    }
}

fn stage(table: &Table<'_>, lang: Lang) -> StageSource {
    StageSource {
        id: id(table, "id"),
        name: name(table, lang),
        initial: table.flag("initial"),
        closed: table.flag("closed"),
        needs: table.words("needs"),
        holder: table.one_of("holder", &HOLDERS).unwrap_or_default(),
        held_by: table.words("held_by"),
    }
}

const HOLDERS: [(&str, Holder); 3] = [
    ("organ", Holder::Organ),
    ("applicant", Holder::Applicant),
    ("intermediary", Holder::Intermediary),
];

fn a_move(table: &Table<'_>, lang: Lang) -> MoveSource {
    MoveSource {
        id: id(table, "id"),
        name: name(table, lang),
        from: table.words_needed("from"),
        to: table.needed("to"),
        or_to: table.words("or_to"),
        needs: table.words("needs"),
        roles: table.words("roles"),
        person: table.text("person"),
        guard: table.text("guard"),
        clause: told(table, lang, "clause", "clause_en"),
        evidence: table.flag("evidence"),
        wait: table.inner("wait", limit::wait).flatten(),
        below: table.each("below", |table| below(table, lang)),
        apart: table.words("apart"),
        clears: table.words("clears"),
        in_order: table.flag("in_order"),
        timeout: table.flag("timeout"),
    }
}

fn board(table: &Table<'_>, lang: Lang) -> BoardSource {
    BoardSource {
        id: id(table, "id"),
        name: name(table, lang),
        by_month: table.flag("by_month"),
        columns: table.words_needed("columns"),
        rank: table.text("rank"),
        people: table.text("people"),
    }
}

fn inquiry(table: &Table<'_>, lang: Lang) -> InquirySource {
    InquirySource {
        name: name(table, lang),
        fields: table.words_needed("fields"),
        balances: table.words("balances"),
        certificate: table.flag("certificate"),
    }
}

fn issue(table: &Table<'_>) -> IssueSource {
    IssueSource {
        by: table.needed("move"),
        once: table.words("once"),
        each: table.words_needed("each"),
    }
}

/// A sentence in the pack's language, where the pack has it.
fn told(table: &Table<'_>, lang: Lang, key: &'static str, english: &'static str) -> Option<Word> {
    let (own, english) = (table.text(key), table.text(english));
    english.filter(|_| lang == Lang::En).or(own)
}

fn below(table: &Table<'_>, lang: Lang) -> BelowSource {
    BelowSource {
        of: table.text("of"),
        or_none: table.flag("or_none"),
        message: told(table, lang, "message", "message_en"),
        register: table.needed("register"),
        stages: table.words_needed("stages"),
        any: table.flag("any"),
    }
}

/// `key = ["a", "b"]` is one key of two fields; `[[key]]` has several keys, each with an id.
fn keys(root: &Table<'_>) -> Vec<KeySource> {
    if root.lists_tables("key") {
        return root.each("key", |key| KeySource {
            id: id(key, "id"),
            fields: key.words_needed("fields"),
            ever: key.flag("ever"),
        });
    }
    let at = root.at_key("key");
    let fields = if root.has("key") {
        root.words_needed("key")
    } else {
        root.words("key")
    };
    let key = KeySource {
        id: Word {
            text: "key".to_owned(),
            at,
        },
        fields,
        ever: false,
    };
    if key.fields.is_empty() { Vec::new() } else { vec![key] }
}

fn parent(table: &Table<'_>) -> ParentSource {
    ParentSource {
        field: table.needed("field"),
        inherit: table.pairs("inherit"),
    }
}

/// A check without an id gets its place among the checks as one.
fn checks(root: &Table<'_>, lang: Lang) -> Vec<CheckSource> {
    let mut place = 0;
    root.each("check", |table| {
        place += 1;
        let unnamed = || Word {
            text: format!("check{place}"),
            at: table.at,
        };
        let (message, message_en) = (table.needed("message"), table.text("message_en"));
        CheckSource {
            id: table
                .text("id")
                .map_or_else(unnamed, |word| checked_id(table.sources, word, false)),
            rule: table.needed("rule"),
            message: message_en.filter(|_| lang == Lang::En).unwrap_or(message),
        }
    })
}

fn view(table: &Table<'_>, lang: Lang) -> ViewSource {
    ViewSource {
        id: id(table, "id"),
        name: name(table, lang),
        columns: table.words("columns"),
        sort: table
            .words("sort")
            .into_iter()
            .map(|word| sorted(table, word))
            .collect(),
        filter: table.words("filter"),
        public: table.words("public"),
    }
}

/// `-total` sorts by total, the largest first.
fn sorted(table: &Table<'_>, word: Word) -> (Word, bool) {
    match word.text.strip_prefix('-') {
        Some(field) => (
            Word {
                text: field.to_owned(),
                at: table.sources.inside(&word, 1),
            },
            true,
        ),
        None => (word, false),
    }
}
