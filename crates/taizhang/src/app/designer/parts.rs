//! Room: what a register's file has places for, in the order in which a form asks for them. Data only;
//! `docs/pack-format.md` says what each means. A key that is not named here is shown as it stands; a test
//! fails where a shipped register has one.

use super::shape::{Form, Key, Kind, Part, key, main, of, part};
use super::words::{BLANK, CLASSES, HOLDERS, POSTING_WAYS, PRECISIONS, SHOWS, TYPES, WAYS, WHICH, WITHIN};

/// What stands at the top of a register's file.
pub(super) const ROOT: &[Key] = &[
    main("name", "design.key.name", Kind::Text),
    main("about", "design.key.about", Kind::Long),
    of("fields", main("key", "design.key.unique", Kind::Words)),
    of("fields", main("title", "design.key.title", Kind::Words)),
    of("fields", main("unit", "design.key.owner", Kind::Text)),
    of("fields", main("row_day", "design.key.row_day", Kind::Text)),
    key("blank", "design.key.blank", Kind::One(BLANK)),
    of("fields", key("embargo", "design.key.embargo", Kind::Text)),
    of("fields", key("period", "design.key.period", Kind::Text)),
    key("system", "design.key.system", Kind::Flag),
    key("name_en", "design.key.name_en", Kind::Text),
    key("about_en", "design.key.about_en", Kind::Text),
];

const FIELD: &[Key] = &[
    main("id", "design.key.id", Kind::Text),
    main("name", "design.key.name", Kind::Text),
    main("type", "design.key.type", Kind::One(TYPES)),
    main("required", "design.key.required", Kind::Flag),
    main("choices", "design.key.choices", Kind::Choices),
    of("measures", key("measure", "design.key.measure", Kind::Text)),
    key("scale", "design.key.scale", Kind::Number),
    key("max", "design.key.max", Kind::Number),
    key("precision", "design.key.precision", Kind::One(PRECISIONS)),
    of("registers", key("to", "design.key.link_to", Kind::Text)),
    key("class", "design.key.class", Kind::One(CLASSES)),
    key("help", "design.key.help", Kind::Text),
    key("aliases", "design.key.aliases", Kind::Words),
    of("moves", key("by", "design.key.by", Kind::Words)),
    key("name_en", "design.key.name_en", Kind::Text),
    key("help_en", "design.key.help_en", Kind::Text),
];

const STAGE: &[Key] = &[
    main("id", "design.key.id", Kind::Text),
    main("name", "design.key.name", Kind::Text),
    main("closed", "design.key.closed", Kind::Flag),
    of("fields", main("needs", "design.key.needs", Kind::Words)),
    key("initial", "design.key.initial", Kind::Flag),
    key("holder", "design.key.holder", Kind::One(HOLDERS)),
    of("fields", key("held_by", "design.key.held_by", Kind::Words)),
    key("name_en", "design.key.name_en", Kind::Text),
];

const MOVE: &[Key] = &[
    main("id", "design.key.id", Kind::Text),
    main("name", "design.key.name", Kind::Text),
    of("stages", main("from", "design.key.from", Kind::Words)),
    of("stages", main("to", "design.key.to", Kind::Text)),
    of("roles", main("roles", "design.key.roles", Kind::Words)),
    of("fields", main("needs", "design.key.needs", Kind::Words)),
    key("guard", "design.key.guard", Kind::Text),
    key("clause", "design.key.clause", Kind::Text),
    key("evidence", "design.key.evidence", Kind::Flag),
    of("fields", key("person", "design.key.person", Kind::Text)),
    of("stages", key("or_to", "design.key.or_to", Kind::Words)),
    of("moves", key("apart", "design.key.apart", Kind::Words)),
    key("in_order", "design.key.in_order", Kind::Flag),
    key("timeout", "design.key.timeout", Kind::Flag),
    of("fields", key("clears", "design.key.clears", Kind::Words)),
    key("name_en", "design.key.name_en", Kind::Text),
    key("clause_en", "design.key.clause_en", Kind::Text),
];

const CHECK: &[Key] = &[
    main("id", "design.key.id", Kind::Text),
    main("rule", "design.key.rule", Kind::Text),
    main("message", "design.key.message", Kind::Long),
    key("message_en", "design.key.message_en", Kind::Text),
];

const LIMIT: &[Key] = &[
    main("id", "design.key.id", Kind::Text),
    main("name", "design.key.name", Kind::Text),
    of("stages", main("stages", "design.key.stages", Kind::Words)),
    main("working_days", "design.key.working_days", Kind::Number),
    main("days", "design.key.days", Kind::Number),
    of("fields", main("until", "design.key.until_field", Kind::Text)),
    main("yellow", "design.key.yellow", Kind::Number),
    key("months", "design.key.months", Kind::Number),
    of(
        "fields",
        key("working_days_in", "design.key.working_days_in", Kind::Text),
    ),
    key("working_hours", "design.key.working_hours", Kind::Number),
    of(
        "fields",
        key("working_hours_in", "design.key.working_hours_in", Kind::Text),
    ),
    of("stages", key("paused", "design.key.paused", Kind::Words)),
    key("when", "design.key.when", Kind::Text),
    of("fields", key("extension", "design.key.extension", Kind::Text)),
    key("roll", "design.key.roll", Kind::Flag),
    key("unlit", "design.key.unlit", Kind::Flag),
    of("fields", key("unit", "design.key.desk_unit", Kind::Text)),
    of("fields", key("person", "design.key.desk_person", Kind::Text)),
    of("roles", key("role", "design.key.desk_role", Kind::Text)),
    of("roles", key("copies", "design.key.copies", Kind::Words)),
    of("moves", key("timeout", "design.key.timeout_move", Kind::Text)),
    key("countdown", "design.key.countdown", Kind::Flag),
    key("name_en", "design.key.name_en", Kind::Text),
];

const VIEW: &[Key] = &[
    main("id", "design.key.id", Kind::Text),
    main("name", "design.key.name", Kind::Text),
    of("fields", main("columns", "design.key.columns", Kind::Words)),
    of("fields", main("sort", "design.key.sort", Kind::Words)),
    of("fields", main("filter", "design.key.filter", Kind::Words)),
    of("stages", key("public", "design.key.public_stages", Kind::Words)),
    key("name_en", "design.key.name_en", Kind::Text),
];

const SECTION: &[Key] = &[
    main("id", "design.key.id", Kind::Text),
    main("name", "design.key.name", Kind::Text),
    main("show", "design.key.show", Kind::One(SHOWS)),
    of("registers", main("register", "design.key.of_register", Kind::Text)),
    of("fields", main("fields", "design.key.columns", Kind::Words)),
    of("fields", key("sort", "design.key.sort", Kind::Text)),
    key("by", "design.key.by_link", Kind::Text),
    key("day", "design.key.day", Kind::Text),
    key("amount", "design.key.amount", Kind::Text),
    of("fields", key("goal", "design.key.goal", Kind::Text)),
    of("fields", key("whole", "design.key.whole", Kind::Text)),
    of("fields", key("begins", "design.key.begins", Kind::Words)),
    of("fields", key("ends", "design.key.ends", Kind::Text)),
    key("expected", "design.key.expected", Kind::Text),
    of("accounts", key("account", "design.key.account", Kind::Text)),
    of("fields", key("holder", "design.key.section_holder", Kind::Text)),
    of("fields", key("place", "design.key.place", Kind::Text)),
    of("fields", key("group", "design.key.group", Kind::Text)),
    of("fields", key("floors", "design.key.floors", Kind::Text)),
    key("until", "design.key.until_field", Kind::Text),
    key("name_en", "design.key.name_en", Kind::Text),
];

const ACCOUNT: &[Key] = &[
    main("id", "design.key.id", Kind::Text),
    main("name", "design.key.name", Kind::Text),
    of("measures", main("measure", "design.key.measure", Kind::Text)),
    main("formula", "design.key.formula", Kind::Text),
    of("fields", key("dims", "design.key.dims", Kind::Words)),
    key("scale", "design.key.scale", Kind::Number),
    key("public", "design.key.public", Kind::Flag),
    key("shows_late", "design.key.shows_late", Kind::Flag),
    key("about", "design.key.about", Kind::Long),
    key("name_en", "design.key.name_en", Kind::Text),
    key("about_en", "design.key.about_en", Kind::Text),
];

const POSTING: &[Key] = &[
    of("accounts", main("account", "design.key.account", Kind::Text)),
    of("fields", key("dims", "design.key.dims", Kind::Words)),
];

/// What stands inside a way: when and how much is posted.
pub(super) const INNER: &[Key] = &[
    key("when", "design.key.when", Kind::Text),
    key("amount", "design.key.amount", Kind::Text),
    of("fields", key("from", "design.key.from_field", Kind::Text)),
    of("fields", key("until", "design.key.until_field", Kind::Text)),
    key("on", "design.key.on", Kind::Text),
    key("which", "design.key.which", Kind::One(WHICH)),
    key("last_state", "design.key.last_state", Kind::Flag),
    of("limits", key("limit", "design.key.limit", Kind::Text)),
    of("accounts", key("debit", "design.key.debit", Kind::Text)),
    of("accounts", key("credit", "design.key.credit", Kind::Text)),
    of("fields", key("debit_dims", "design.key.debit_dims", Kind::Words)),
    of("fields", key("credit_dims", "design.key.credit_dims", Kind::Words)),
];

const KEY: &[Key] = &[
    main("id", "design.key.id", Kind::Text),
    of("fields", main("fields", "design.key.fields", Kind::Words)),
    main("ever", "design.key.ever", Kind::Flag),
];

const PARENT: &[Key] = &[
    of("fields", main("field", "design.key.parent_field", Kind::Text)),
    main("inherit", "design.key.inherit", Kind::Pairs),
];

const WAIT: &[Key] = &[
    main("working_days", "design.key.working_days", Kind::Number),
    main("days", "design.key.days", Kind::Number),
    main("months", "design.key.months", Kind::Number),
];

const BELOW: &[Key] = &[
    of("registers", main("register", "design.key.of_register", Kind::Text)),
    main("stages", "design.key.stages", Kind::Words),
    main("any", "design.key.any", Kind::Flag),
    main("or_none", "design.key.or_none", Kind::Flag),
    of("registers", main("of", "design.key.below_of", Kind::Text)),
    key("message", "design.key.clause", Kind::Text),
    key("message_en", "design.key.clause_en", Kind::Text),
];

const LIGHT: &[Key] = &[
    main("from", "design.key.light_from", Kind::Text),
    main("to", "design.key.light_to", Kind::Text),
    main("yellow", "design.key.yellow", Kind::Number),
];

const RUNG: &[Key] = &[
    main("id", "design.key.id", Kind::Text),
    main("name", "design.key.name", Kind::Text),
    main("before", "design.key.before", Kind::Number),
    main("after", "design.key.after", Kind::Number),
    main("drafted", "design.key.drafted", Kind::Flag),
    key("name_en", "design.key.name_en", Kind::Text),
];

const INSTRUMENT: &[Key] = &[
    main("id", "design.key.id", Kind::Text),
    main("name", "design.key.name", Kind::Text),
    of("steps", main("uses", "design.key.uses", Kind::Text)),
    main("on", "design.key.on_day", Kind::Text),
    main("when", "design.key.when", Kind::Text),
    main("given", "design.key.given", Kind::Pairs),
    main("fills", "design.key.fills", Kind::Pairs),
    key("fixed", "design.key.fixed", Kind::Pairs),
    key("words", "design.key.words", Kind::Pairs),
    key("name_en", "design.key.name_en", Kind::Text),
];

const STANDING: &[Key] = &[
    main("key", "design.key.standing", Kind::Text),
    of("accounts", main("account", "design.key.account", Kind::Text)),
    of("fields", main("dims", "design.key.dims", Kind::Words)),
    main("from", "design.key.span_from", Kind::Text),
    main("to", "design.key.span_to", Kind::Text),
    main("within", "design.key.span_within", Kind::One(WITHIN)),
];

const TEMPLATE: &[Key] = &[
    main("on", "design.key.template_on", Kind::Text),
    of("fields", main("item", "design.key.item", Kind::Text)),
    main("goal", "design.key.goal_item", Kind::Text),
];

const ITEM: &[Key] = &[
    main("id", "design.key.item_id", Kind::Text),
    main("when", "design.key.item_when", Kind::Text),
    main("after", "design.key.item_after", Kind::Words),
    main("days", "design.key.item_days", Kind::Number),
    main("set", "design.key.set", Kind::Pairs),
    key("after_any", "design.key.after_any", Kind::Words),
    key("soft_after", "design.key.soft_after", Kind::Words),
];

const ISSUE: &[Key] = &[
    main("move", "design.key.issue_move", Kind::Text),
    of("fields", main("once", "design.key.issue_once", Kind::Words)),
    of("fields", main("each", "design.key.issue_each", Kind::Words)),
];

const INQUIRY: &[Key] = &[
    main("name", "design.key.name", Kind::Text),
    of("fields", main("fields", "design.key.fields", Kind::Words)),
    of("accounts", main("balances", "design.key.balances", Kind::Words)),
    main("certificate", "design.key.certificate", Kind::Flag),
    key("name_en", "design.key.name_en", Kind::Text),
];

const BOARD: &[Key] = &[
    main("id", "design.key.id", Kind::Text),
    main("name", "design.key.name", Kind::Text),
    of("accounts", main("columns", "design.key.board_columns", Kind::Words)),
    key("by_month", "design.key.by_month", Kind::Flag),
    of("accounts", main("rank", "design.key.rank", Kind::Text)),
    of("fields", main("people", "design.key.people", Kind::Text)),
    key("name_en", "design.key.name_en", Kind::Text),
];

const INVARIANT: &[Key] = &[
    main("id", "design.key.id", Kind::Text),
    main("name", "design.key.name", Kind::Text),
    main("rule", "design.key.rule", Kind::Text),
    of("accounts", main("balance", "design.key.balance", Kind::Words)),
    of("fields", main("holder", "design.key.section_holder", Kind::Words)),
    of("accounts", key("floor", "design.key.floor", Kind::Text)),
    of("fields", key("once", "design.key.once", Kind::Words)),
    of("fields", key("fixed", "design.key.fixed_fields", Kind::Words)),
    key("apart", "design.key.apart_fields", Kind::Text),
    key("name_en", "design.key.name_en", Kind::Text),
];

const TERM: &[Key] = &[
    main("amount", "design.key.amount", Kind::Text),
    of("registers", main("register", "design.key.of_register", Kind::Text)),
    main("by", "design.key.term_by", Kind::Words),
    main("when", "design.key.when", Kind::Text),
];

/// What an instrument is told of the book: a list inside it.
const STANDINGS: Part = part("ledger", "design.part.standing", "design.about.standing", STANDING);

const ITEMS: Part = part("each", "design.part.item", "design.about.item", ITEM);

/// The lists of tables, and the tables of which there is one.
pub(super) const PARTS: &[Part] = &[
    part("field", "design.part.field", "design.about.field", FIELD),
    part("stage", "design.part.stage", "design.about.stage", STAGE),
    Part {
        parts: &[
            part("below", "design.part.below", "design.about.below", BELOW),
            Part {
                form: Form::One,
                ..part("wait", "design.part.wait", "design.about.wait", WAIT)
            },
        ],
        ..part("move", "design.part.move", "design.about.move", MOVE)
    },
    Part {
        ways: WAYS,
        ..part("account", "design.part.account", "design.about.account", ACCOUNT)
    },
    part("view", "design.part.view", "design.about.view", VIEW),
    Part {
        form: Form::One,
        ..part("parent", "design.part.parent", "design.about.parent", PARENT)
    },
    Part {
        parts: &[
            part("ladder", "design.part.ladder", "design.about.ladder", RUNG),
            part("lights", "design.part.lights", "design.about.lights", LIGHT),
        ],
        ..part("limit", "design.part.limit", "design.about.limit", LIMIT)
    },
    part("check", "design.part.check", "design.about.check", CHECK),
    Part {
        form: Form::IfThere,
        ..part("key", "design.part.key", "design.about.key", KEY)
    },
    Part {
        form: Form::One,
        ..part("inquiry", "design.part.inquiry", "design.about.inquiry", INQUIRY)
    },
    Part {
        form: Form::One,
        ..part("issue", "design.part.issue", "design.about.issue", ISSUE)
    },
    Part {
        form: Form::Block,
        parts: &[ITEMS],
        ..part("template", "design.part.template", "design.about.template", TEMPLATE)
    },
    Part {
        parts: &[STANDINGS],
        ..part(
            "instrument",
            "design.part.instrument",
            "design.about.instrument",
            INSTRUMENT,
        )
    },
    Part {
        ways: POSTING_WAYS,
        ..part("posting", "design.part.posting", "design.about.posting", POSTING)
    },
    part("section", "design.part.section", "design.about.section", SECTION),
    part("board", "design.part.board", "design.about.board", BOARD),
    Part {
        parts: &[part("terms", "design.part.terms", "design.about.terms", TERM)],
        ..part(
            "invariant",
            "design.part.invariant",
            "design.about.invariant",
            INVARIANT,
        )
    },
];
