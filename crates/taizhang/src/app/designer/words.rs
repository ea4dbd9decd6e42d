//! Room: the words of which a place holds one, each with the key of its name. Data only.

pub(super) const BLANK: &[(&str, &str)] = &[("keep", "design.blank.keep"), ("clear", "design.blank.clear")];

pub(super) const TYPES: &[(&str, &str)] = &[
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

pub(super) const CLASSES: &[(&str, &str)] = &[
    ("open", "design.class.open"),
    ("internal", "design.class.internal"),
    ("personal", "design.class.personal"),
    ("sensitive", "design.class.sensitive"),
];

pub(super) const PRECISIONS: &[(&str, &str)] = &[
    ("day", "design.precision.day"),
    ("month", "design.precision.month"),
    ("quarter", "design.precision.quarter"),
    ("year", "design.precision.year"),
];

pub(super) const SHOWS: &[(&str, &str)] = &[
    ("fields", "design.show.fields"),
    ("stages", "design.show.stages"),
    ("rows", "design.show.rows"),
    ("curve", "design.show.curve"),
    ("ledger", "design.show.ledger"),
    ("plane", "design.show.plane"),
    ("buildings", "design.show.buildings"),
];

pub(super) const HOLDERS: &[(&str, &str)] = &[
    ("organ", "design.holder.organ"),
    ("applicant", "design.holder.applicant"),
    ("intermediary", "design.holder.intermediary"),
];

pub(super) const WAYS: &[(&str, &str)] = &[
    ("stock", "design.way.stock"),
    ("flow", "design.way.flow"),
    ("late", "design.way.late"),
    ("finished_late", "design.way.finished_late"),
];

pub(super) const POSTING_WAYS: &[(&str, &str)] = &[
    ("stock", "design.way.stock"),
    ("flow", "design.way.flow"),
    ("late", "design.way.late"),
    ("finished_late", "design.way.finished_late"),
    ("money", "design.way.money"),
];

pub(super) const WHICH: &[(&str, &str)] = &[
    ("first", "design.which.first"),
    ("last", "design.which.last"),
    ("each", "design.which.each"),
];

pub(super) const WITHIN: &[(&str, &str)] = &[("year", "design.within.year"), ("ever", "design.within.ever")];
