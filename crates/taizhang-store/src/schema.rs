//! Room: tables — the shipped migrations, and the typed table that each register gets.
//!
//! A shipped migration is never edited. A register's table is named `r7` and its columns `f12`, never
//! by a user's text; changing a register adds columns and loses none.

use crate::bundle::bind_all;
use crate::engine::{ColumnType, Conn, Dialect, Table};
use crate::error::StoreError;
use crate::head::Head;
use crate::replay::Rulebook;
use crate::total::fill_totals;
use std::collections::BTreeSet;
use taizhang_core::definition::{AccountKind, Definition, Field, FieldKind, Register};
use taizhang_core::id::{FieldNo, RegisterNo};

/// Migrations in pairs: number, SQLite, PostgreSQL.
pub const MIGRATIONS: &[(i64, &str, &str)] = &[
    (
        1,
        include_str!("../migrations/sqlite/0001_book.sql"),
        include_str!("../migrations/postgres/0001_book.sql"),
    ),
    (
        2,
        include_str!("../migrations/sqlite/0002_duty.sql"),
        include_str!("../migrations/postgres/0002_duty.sql"),
    ),
    (
        3,
        include_str!("../migrations/sqlite/0003_desk.sql"),
        include_str!("../migrations/postgres/0003_desk.sql"),
    ),
    (
        4,
        include_str!("../migrations/sqlite/0004_hours.sql"),
        include_str!("../migrations/postgres/0004_hours.sql"),
    ),
    (
        TOTALS,
        include_str!("../migrations/sqlite/0005_total.sql"),
        include_str!("../migrations/postgres/0005_total.sql"),
    ),
    (
        BUNDLES,
        include_str!("../migrations/sqlite/0006_bundle.sql"),
        include_str!("../migrations/postgres/0006_bundle.sql"),
    ),
];

/// The schema number that this program writes.
pub const SCHEMA: i64 = 6;

/// The schema since which money accounts have totals.
pub(crate) const TOTALS: i64 = 5;

/// The schema since which postings are tied up.
pub(crate) const BUNDLES: i64 = 6;

const INT: ColumnType = ColumnType::Int;
const TEXT: ColumnType = ColumnType::Text;
const BLOB: ColumnType = ColumnType::Blob;

/// Brings a book's tables up to [`SCHEMA`], within a transaction of the caller's. Refuses one made by a newer program.
pub fn migrate(conn: &mut dyn Conn) -> Result<(), StoreError> {
    let dialect = conn.dialect();
    if conn.columns("migration")?.is_empty() {
        let int = dialect.column(INT);
        conn.batch(&format!("CREATE TABLE migration (no {int} PRIMARY KEY)"))?;
    }
    let found = schema_of(conn)?;
    if found > SCHEMA {
        return Err(StoreError::NewerSchema(found, SCHEMA));
    }
    for (no, sqlite, postgres) in MIGRATIONS.iter().filter(|(no, ..)| *no > found) {
        conn.batch(if dialect == Dialect::Sqlite { sqlite } else { postgres })?;
        conn.execute("INSERT INTO migration (no) VALUES ($1)", &[(*no).into()])?;
    }
    // A book that is being made has no entry and no head yet.
    if (1..TOTALS).contains(&found) {
        fill_totals(conn)?;
    }
    if (1..BUNDLES).contains(&found) {
        let head = Head::read(conn)?.n;
        bind_all(conn, head)?;
        if let Some(definition) = Rulebook::load(conn)?.latest() {
            fit_holders(conn, definition)?;
        }
    }
    Ok(())
}

/// The schema number that a book has; 0 if it has none.
pub fn schema_of(conn: &mut dyn Conn) -> Result<i64, StoreError> {
    if conn.columns("migration")?.is_empty() {
        return Ok(0);
    }
    let row = conn.query_one("SELECT COALESCE(MAX(no), 0) FROM migration", &[])?;
    row.map_or(Ok(0), |row| row[0].int())
}

/// The tables that bulk statements write.
pub mod tables {
    use super::{BLOB, INT, TEXT, Table};

    /// The journal.
    pub fn entry() -> Table {
        Table::new(
            "entry",
            1,
            &[("n", INT), ("record", INT), ("head", BLOB), ("bytes", BLOB)],
        )
    }

    /// Entries about the book.
    pub fn landmark() -> Table {
        Table::new(
            "landmark",
            1,
            &[("n", INT), ("kind", TEXT), ("day", INT), ("name", TEXT)],
        )
    }

    /// Postings.
    pub fn posting() -> Table {
        let columns = [
            ("account", INT),
            ("record", INT),
            ("entry", INT),
            ("seq", INT),
            ("unit", INT),
            ("dim", INT),
            ("day", INT),
            ("amount", INT),
            ("reported", INT),
            ("missing", INT),
            ("not_applicable", INT),
        ];
        Table::new("posting", 4, &columns)
    }

    /// Postings tied up.
    pub fn bundle() -> Table {
        let columns = [("account", INT), ("block", INT), ("part", INT), ("bytes", BLOB)];
        Table::new("bundle", 3, &columns)
    }

    /// Sums of postings.
    pub fn balance() -> Table {
        let columns = [
            ("account", INT),
            ("level", INT),
            ("period", INT),
            ("unit", INT),
            ("dim", INT),
            ("amount", INT),
            ("reported", INT),
            ("missing", INT),
            ("not_applicable", INT),
        ];
        Table::new("balance", 5, &columns)
    }

    /// What money accounts were debited and credited.
    pub fn total() -> Table {
        let columns = [
            ("account", INT),
            ("level", INT),
            ("period", INT),
            ("unit", INT),
            ("debit", INT),
            ("credit", INT),
            ("reported", INT),
            ("missing", INT),
            ("not_applicable", INT),
        ];
        Table::new("total", 4, &columns)
    }

    /// What one holder of an account with a floor gains and loses.
    pub fn holding() -> Table {
        Table::new(
            "holding",
            3,
            &[("account", INT), ("dim", TEXT), ("day", INT), ("amount", INT)],
        )
    }

    /// Texts of dimensions.
    pub fn dimension() -> Table {
        Table::new("dimension", 1, &[("id", INT), ("text", TEXT)])
    }

    /// Unique keys of living records.
    pub fn unique_key() -> Table {
        Table::new(
            "unique_key",
            3,
            &[("register", INT), ("key", TEXT), ("text", TEXT), ("record", INT)],
        )
    }

    /// What sealed values are compared by.
    pub fn value_digest() -> Table {
        Table::new("value_digest", 2, &[("entry", INT), ("field", INT), ("digest", TEXT)])
    }

    /// Records taken over as of a day.
    pub fn opening() -> Table {
        Table::new(
            "opening",
            2,
            &[
                ("record", INT),
                ("entry", INT),
                ("register", INT),
                ("unit", INT),
                ("day", INT),
                ("void", INT),
            ],
        )
    }

    /// Which entries name a file.
    pub fn evidence_of() -> Table {
        Table::new("evidence_of", 2, &[("hash", BLOB), ("entry", INT)])
    }

    /// Limits that run on somebody now.
    pub fn duty() -> Table {
        let columns = [
            ("record", INT),
            ("limit_id", TEXT),
            ("register", INT),
            ("unit", INT),
            ("person", INT),
            ("started", INT),
            ("due", INT),
            ("warn", INT),
            ("provisional", INT),
            ("minute", INT),
        ];
        Table::new("duty", 2, &columns)
    }

    /// Who wrote which entry.
    pub fn deed() -> Table {
        let columns = [
            ("actor", INT),
            ("entry", INT),
            ("record", INT),
            ("act", TEXT),
            ("day", INT),
            ("cells", INT),
        ];
        Table::new("deed", 2, &columns)
    }

    /// Answers by idempotency key.
    pub fn answered() -> Table {
        let columns = [
            ("actor", INT),
            ("key", BLOB),
            ("body", BLOB),
            ("first", INT),
            ("last", INT),
            ("recorded_at", INT),
        ];
        Table::new("answered", 2, &columns)
    }
}

/// The name of a register's table.
pub fn register_table(register: RegisterNo) -> String {
    register.to_string()
}

/// The name of a field's column; the stage's is `stage`.
pub fn field_column(field: FieldNo) -> String {
    if field.0 == 0 {
        "stage".to_owned()
    } else {
        field.to_string()
    }
}

/// How a field is stored in its register's table.
pub fn column_type(kind: &FieldKind, sealed: bool) -> ColumnType {
    if sealed {
        return BLOB;
    }
    match kind {
        FieldKind::Integer
        | FieldKind::Quantity { .. }
        | FieldKind::Money { .. }
        | FieldKind::Percent { .. }
        | FieldKind::Unit
        | FieldKind::Link { .. } => INT,
        _ => TEXT,
    }
}

/// The columns before the fields: the record, its latest entry, whether it is void, its first day,
/// readings that are no values (`12n` not applicable, `13e` erased, `14m` known to the month), stage.
pub const LEADING: [(&str, ColumnType); 6] = [
    ("id", INT),
    ("entry", INT),
    ("void", INT),
    ("opened_on", TEXT),
    ("marks", TEXT),
    ("stage", TEXT),
];

/// A column of any register's table by number: the leading ones first, then each field behind them.
pub(crate) fn column_no(field: FieldNo) -> u32 {
    LEADING.len() as u32 + field.0
}

/// A register's table as bulk statements see it.
pub fn typed_table(register: &Register) -> Table {
    let mut columns: Vec<(String, ColumnType)> =
        LEADING.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect();
    columns.extend(
        register
            .fields
            .iter()
            .map(|field| (field_column(field.no), field_type(field))),
    );
    Table {
        name: register_table(register.no),
        columns,
        key: 1,
    }
}

pub(crate) fn field_type(field: &Field) -> ColumnType {
    column_type(&field.kind, field.class.is_sealed())
}

/// Makes the tables, columns and indexes that a definition asks for. Repeating it does nothing.
pub fn fit(conn: &mut dyn Conn, definition: &Definition) -> Result<(), StoreError> {
    for register in &definition.registers {
        let table = typed_table(register);
        let there: BTreeSet<String> = conn.columns(&table.name)?.into_iter().collect();
        if there.is_empty() {
            create(conn, &table)?;
        } else {
            for (name, kind) in table.columns.iter().filter(|(name, _)| !there.contains(name)) {
                let kind = conn.dialect().defined(*kind);
                conn.batch(&format!("ALTER TABLE {} ADD COLUMN {name} {kind}", table.name))?;
            }
        }
        let (wanted, within) = indexes(register, conn.dialect());
        for (name, _) in within {
            conn.batch(&format!("DROP INDEX IF EXISTS {}_living_{name}", table.name))?;
        }
        for (name, columns) in wanted {
            // Lists show what is not void, and count it without looking at a row. Earlier versions had the
            // same index over all rows.
            conn.batch(&format!("DROP INDEX IF EXISTS {}_{name}", table.name))?;
            conn.batch(&format!(
                "CREATE INDEX IF NOT EXISTS {0}_living_{name} ON {0} ({columns}) WHERE void = 0",
                table.name
            ))?;
        }
    }
    Ok(())
}

/// How many accounts of money there are, and which postings are found by who holds them: those on these accounts alone,
/// since what else has dimensions is never asked for by one of them.
pub(crate) fn holders(definition: &Definition) -> Option<(usize, String)> {
    let money = definition.accounts.values();
    let money = money.filter(|account| account.kind == AccountKind::Money);
    let money: Vec<String> = money.map(|account| account.no.0.to_string()).collect();
    (!money.is_empty()).then(|| {
        let condition = format!("dim > 0 AND account IN ({})", money.join(", "));
        (money.len(), condition)
    })
}

/// Makes the index of holders that the present definition asks for. Accounts are retired and never taken away, so their
/// number tells one index from another.
pub(crate) fn fit_holders(conn: &mut dyn Conn, definition: &Definition) -> Result<(), StoreError> {
    let Some((count, condition)) = holders(definition) else {
        return Ok(());
    };
    for fewer in 1..count {
        conn.batch(&format!("DROP INDEX IF EXISTS posting_holder_{fewer}"))?;
    }
    conn.batch(&format!(
        "CREATE INDEX IF NOT EXISTS posting_holder_{count} ON posting (dim, account, day) WHERE {condition}"
    ))
}

fn create(conn: &mut dyn Conn, table: &Table) -> Result<(), StoreError> {
    let dialect = conn.dialect();
    let columns: Vec<String> = table
        .columns
        .iter()
        .enumerate()
        .map(|(at, (name, kind))| {
            let key = if at == 0 { " PRIMARY KEY" } else { "" };
            format!("{name} {}{key}", dialect.defined(*kind))
        })
        .collect();
    conn.batch(&format!("CREATE TABLE {} ({})", table.name, columns.join(", ")))
}

/// An index: the end of its name, and its columns.
type Index = (String, String);

/// The indexes that are wanted, and those that another one begins with, which finds what they would. They follow
/// from the definition: the parent's children, each view's filter with its sort, and its sort
/// alone, since a whole register is opened in that order too. A register without views is listed by its unit.
fn indexes(register: &Register, dialect: Dialect) -> (Vec<Index>, Vec<Index>) {
    let mut wanted: Vec<Vec<String>> = Vec::new();
    wanted.extend(register.parent.iter().map(|parent| vec![field_column(parent.field)]));
    if let Some(unit) = register.unit {
        wanted.push(vec![field_column(unit)]);
    }
    for view in &register.views {
        let filter = view.filter.iter().map(|field| field_column(*field));
        let sort: Vec<String> = view
            .sort
            .iter()
            .map(|(field, down)| format!("{}{}", field_column(*field), if *down { " DESC" } else { "" }))
            .collect();
        let first = sort.first().map(|column| vec![column.clone()]);
        wanted.push(filter.chain(sort).collect());
        wanted.extend(first);
    }
    let mut seen = BTreeSet::new();
    wanted.retain(|columns| !columns.is_empty() && seen.insert(columns.clone()));
    let longer = wanted.clone();
    let begins = |columns: &Vec<String>| {
        let mut others = longer.iter().filter(|other| other.len() > columns.len());
        others.any(|other| other.starts_with(columns))
    };
    let index = |columns: Vec<String>| {
        let name = columns.join("_").replace(' ', "_").to_lowercase();
        let ordered: Vec<String> = columns.iter().map(|column| dialect.ordered(column)).collect();
        (name, ordered.join(", "))
    };
    let (within, wanted): (Vec<_>, Vec<_>) = wanted.into_iter().partition(begins);
    let named = |all: Vec<Vec<String>>| all.into_iter().map(index).collect();
    (named(wanted), named(within))
}
