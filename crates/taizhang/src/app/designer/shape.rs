//! Room: what a register's file has places for, in the order in which a form asks for them. Data only;
//! `docs/pack-format.md` says what each means, and a key that is not named here is shown as it stands.

/// How a value is written in a form.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// One line of text.
    Text,
    /// A text of several lines.
    Long,
    /// Yes or nothing.
    Flag,
    /// A whole number.
    Number,
    /// Words with commas between them.
    Words,
    /// The choices of a field, one a line.
    Choices,
    /// As TOML writes it.
    Raw,
    /// One of these words; each with the key of its name.
    One(&'static [(&'static str, &'static str)]),
}

/// One place.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// The key in the file.
    pub id: &'static str,
    /// The key of its name in the locale.
    pub label: &'static str,
    /// How it is written.
    pub kind: Kind,
    /// Whether it stands in the row itself; else behind "more".
    pub main: bool,
    /// The list of suggestions that fits it; empty for none.
    pub list: &'static str,
}

/// One list of tables of a register.
#[derive(Debug)]
pub struct Part {
    /// The key in the file.
    pub id: &'static str,
    /// The key of its name.
    pub title: &'static str,
    /// The key of two sentences and a sample.
    pub about: &'static str,
    /// Its places.
    pub keys: &'static [Key],
    /// The ways of which a row has one, a table of its own: how an account is fed.
    pub ways: &'static [(&'static str, &'static str)],
}

const fn key(id: &'static str, label: &'static str, kind: Kind) -> Key {
    Key {
        id,
        label,
        kind,
        main: false,
        list: "",
    }
}

const fn main(id: &'static str, label: &'static str, kind: Kind) -> Key {
    Key {
        main: true,
        ..key(id, label, kind)
    }
}

const fn of(list: &'static str, key: Key) -> Key {
    Key { list, ..key }
}

/// What stands at the top of a register's file.
pub const ROOT: &[Key] = &[
    main("name", "design.key.name", Kind::Text),
    main("about", "design.key.about", Kind::Long),
    of("fields", main("key", "design.key.unique", Kind::Words)),
    of("fields", main("title", "design.key.title", Kind::Words)),
    of("fields", main("unit", "design.key.owner", Kind::Text)),
    of("fields", main("row_day", "design.key.row_day", Kind::Text)),
    key("blank", "design.key.blank", Kind::One(BLANK)),
    key("parent", "design.key.parent", Kind::Raw),
];

const BLANK: &[(&str, &str)] = &[("keep", "design.blank.keep"), ("clear", "design.blank.clear")];

const TYPES: &[(&str, &str)] = &[
    ("text", "design.type.text"),
    ("choice", "design.type.choice"),
    ("integer", "design.type.integer"),
    ("quantity", "design.type.quantity"),
    ("money", "design.type.money"),
    ("percent", "design.type.percent"),
    ("date", "design.type.date"),
    ("month", "design.type.month"),
    ("unit", "design.type.unit"),
    ("person", "design.type.person"),
    ("link", "design.type.link"),
    ("place", "design.type.place"),
    ("evidence", "design.type.evidence"),
    ("credit_code", "design.type.credit_code"),
    ("id_number", "design.type.id_number"),
    ("project_code", "design.type.project_code"),
    ("area", "design.type.area"),
    ("industry", "design.type.industry"),
];

const CLASSES: &[(&str, &str)] = &[
    ("open", "design.class.open"),
    ("internal", "design.class.internal"),
    ("personal", "design.class.personal"),
    ("sensitive", "design.class.sensitive"),
];

const PRECISIONS: &[(&str, &str)] = &[
    ("day", "design.precision.day"),
    ("month", "design.precision.month"),
    ("quarter", "design.precision.quarter"),
    ("year", "design.precision.year"),
];

const SHOWS: &[(&str, &str)] = &[
    ("fields", "design.show.fields"),
    ("stages", "design.show.stages"),
    ("rows", "design.show.rows"),
    ("curve", "design.show.curve"),
    ("ledger", "design.show.ledger"),
    ("plane", "design.show.plane"),
];

const HOLDERS: &[(&str, &str)] = &[
    ("organ", "design.holder.organ"),
    ("applicant", "design.holder.applicant"),
    ("intermediary", "design.holder.intermediary"),
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
];

const STAGE: &[Key] = &[
    main("id", "design.key.id", Kind::Text),
    main("name", "design.key.name", Kind::Text),
    main("closed", "design.key.closed", Kind::Flag),
    of("fields", main("needs", "design.key.needs", Kind::Words)),
    key("initial", "design.key.initial", Kind::Flag),
    key("holder", "design.key.holder", Kind::One(HOLDERS)),
    of("fields", key("held_by", "design.key.held_by", Kind::Words)),
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
    key("wait", "design.key.wait", Kind::Raw),
    key("below", "design.key.below", Kind::Raw),
    key("in_order", "design.key.in_order", Kind::Flag),
    key("timeout", "design.key.timeout", Kind::Flag),
];

const CHECK: &[Key] = &[
    main("id", "design.key.id", Kind::Text),
    main("rule", "design.key.rule", Kind::Text),
    main("message", "design.key.message", Kind::Long),
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
    key("ladder", "design.key.ladder", Kind::Raw),
];

const VIEW: &[Key] = &[
    main("id", "design.key.id", Kind::Text),
    main("name", "design.key.name", Kind::Text),
    of("fields", main("columns", "design.key.columns", Kind::Words)),
    of("fields", main("sort", "design.key.sort", Kind::Words)),
    of("fields", main("filter", "design.key.filter", Kind::Words)),
    of("stages", key("public", "design.key.public_stages", Kind::Words)),
];

const SECTION: &[Key] = &[
    main("id", "design.key.id", Kind::Text),
    main("name", "design.key.name", Kind::Text),
    main("show", "design.key.show", Kind::One(SHOWS)),
    of("registers", main("register", "design.key.of_register", Kind::Text)),
    of("fields", main("fields", "design.key.columns", Kind::Words)),
    of("fields", key("sort", "design.key.sort", Kind::Text)),
];

const WAYS: &[(&str, &str)] = &[
    ("stock", "design.way.stock"),
    ("flow", "design.way.flow"),
    ("late", "design.way.late"),
    ("finished_late", "design.way.finished_late"),
];

const ACCOUNT: &[Key] = &[
    main("id", "design.key.id", Kind::Text),
    main("name", "design.key.name", Kind::Text),
    of("measures", main("measure", "design.key.measure", Kind::Text)),
    main("formula", "design.key.formula", Kind::Text),
    of("fields", key("dims", "design.key.dims", Kind::Words)),
    key("scale", "design.key.scale", Kind::Number),
    key("public", "design.key.public", Kind::Flag),
    key("about", "design.key.about", Kind::Long),
];

const POSTING: &[Key] = &[
    of("accounts", main("account", "design.key.account", Kind::Text)),
    of("fields", key("dims", "design.key.dims", Kind::Words)),
];

const POSTING_WAYS: &[(&str, &str)] = &[
    ("stock", "design.way.stock"),
    ("flow", "design.way.flow"),
    ("late", "design.way.late"),
    ("finished_late", "design.way.finished_late"),
    ("money", "design.way.money"),
];

const WHICH: &[(&str, &str)] = &[
    ("first", "design.which.first"),
    ("last", "design.which.last"),
    ("each", "design.which.each"),
];

/// What stands inside a way: when and how much is posted.
pub const INNER: &[Key] = &[
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

const fn part(id: &'static str, title: &'static str, about: &'static str, keys: &'static [Key]) -> Part {
    Part {
        id,
        title,
        about,
        keys,
        ways: &[],
    }
}

/// The lists of tables.
pub const PARTS: &[Part] = &[
    part("field", "design.part.field", "design.about.field", FIELD),
    part("stage", "design.part.stage", "design.about.stage", STAGE),
    part("move", "design.part.move", "design.about.move", MOVE),
    Part {
        ways: WAYS,
        ..part("account", "design.part.account", "design.about.account", ACCOUNT)
    },
    part("view", "design.part.view", "design.about.view", VIEW),
    part("limit", "design.part.limit", "design.about.limit", LIMIT),
    part("check", "design.part.check", "design.about.check", CHECK),
    part("section", "design.part.section", "design.about.section", SECTION),
    Part {
        ways: POSTING_WAYS,
        ..part("posting", "design.part.posting", "design.about.posting", POSTING)
    },
];
