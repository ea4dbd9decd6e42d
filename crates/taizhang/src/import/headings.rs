//! Room: which column is which field. Knows a register's headings; reads no cell and guesses none.

use super::{Sheet, beside, months, refused};
use crate::app::execute::find_field;
use crate::error::{AppError, RefusedLine};
use crate::grammar::{MONTH_WORDS, RECORD_HEADING, STAGE_HEADINGS, VERSION_HEADING};
use crate::locale::Locale;
use std::collections::{HashMap, HashSet};
use taizhang_core::definition::{Definition, Field, Register};
use taizhang_core::id::FieldNo;
use taizhang_sheet::table::normalise_heading;
use taizhang_sheet::{Column, Headings, Table};

/// What a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A field.
    Field(FieldNo),
    /// The stage.
    Stage,
    /// A number field, of one month that the heading names; its year, if that does.
    Monthly(FieldNo, Option<i32>, u8),
    /// The record's number, in a column that a template hides.
    Record,
    /// The latest entry that the sender had seen, in another such column.
    Version,
    /// Left out on purpose.
    Ignored,
}

/// A column and what it is.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    /// What it is.
    pub(super) target: Target,
    /// Its number in the sheet.
    pub(super) col: u32,
    /// Its letters.
    pub(super) letter: String,
    /// The measure that heading or sheet name for it.
    pub(super) measure: Option<String>,
}

/// A heading map as it is read below.
pub(super) fn map_text(map: &[(String, String)]) -> String {
    let columns: toml::Table = map
        .iter()
        .map(|(heading, field)| (heading.clone(), toml::Value::String(field.clone())))
        .collect();
    let whole = toml::Table::from_iter([("columns".to_owned(), toml::Value::Table(columns))]);
    whole.to_string()
}

/// The headings of such a map with what they mean.
pub(super) fn map_pairs(map: &str) -> Vec<(String, String)> {
    let table: toml::Table = map.parse().unwrap_or_default();
    let columns = table
        .get("columns")
        .and_then(toml::Value::as_table)
        .cloned()
        .unwrap_or_default();
    let texts = columns
        .into_iter()
        .filter_map(|(heading, field)| Some((heading, field.as_str()?.to_owned())));
    texts.collect()
}

/// All headings that a register's columns go by.
pub(super) struct Known<'a> {
    locale: Locale,
    definition: &'a Definition,
    register: &'a Register,
    targets: HashMap<String, Target>,
    /// Headings that somebody matched by hand.
    by_hand: HashSet<String>,
    measures: HashSet<String>,
}

impl<'a> Known<'a> {
    pub(super) fn new(
        locale: Locale,
        definition: &'a Definition,
        register: &'a Register,
        map: Option<&str>,
    ) -> Result<Known<'a>, AppError> {
        let (mut targets, mut by_hand) = (HashMap::new(), HashSet::new());
        if let Some(map) = map {
            for (heading, target) in mapped(register, map)? {
                by_hand.insert(form(&heading));
                targets.insert(form(&heading), target);
            }
        }
        // A field's own name wins over its id, and both over what another field is also called.
        let spellings: [fn(&Field) -> Vec<&String>; 3] =
            [|f| vec![&f.name], |f| vec![&f.id], |f| f.aliases.iter().collect()];
        for spelling in spellings {
            for field in &register.fields {
                for heading in spelling(field) {
                    targets.entry(form(heading)).or_insert(Target::Field(field.no));
                }
            }
        }
        if !register.stages.is_empty() {
            for heading in STAGE_HEADINGS {
                targets.entry(form(heading)).or_insert(Target::Stage);
            }
        }
        for (heading, target) in [(RECORD_HEADING, Target::Record), (VERSION_HEADING, Target::Version)] {
            targets.entry(form(heading)).or_insert(target);
        }
        let measures = definition.measures.values();
        let measures = measures
            .flat_map(|measure| [form(&measure.id), form(&measure.en)])
            .collect();
        Ok(Known {
            locale,
            definition,
            register,
            targets,
            by_hand,
            measures,
        })
    }

    /// The columns of a table, in its order. Nothing is taken twice, and the key must be there.
    pub(super) fn bind(&self, table: &Table) -> Result<Vec<Option<Bound>>, AppError> {
        let columns: Vec<Option<Bound>> = table.columns.iter().map(|column| self.bound(column, table)).collect();
        for (at, bound) in columns.iter().enumerate() {
            let Some(bound) = bound.as_ref().filter(|bound| bound.target != Target::Ignored) else {
                continue;
            };
            let same = |other: &&Bound| other.target == bound.target;
            if let Some(first) = columns[..at].iter().flatten().find(same) {
                return Err(refused("repeated_column", self.repeated(first, bound)));
            }
        }
        let key = self.register.keys.first().map_or(&[][..], |key| &key.fields);
        let across = columns
            .iter()
            .flatten()
            .any(|bound| matches!(bound.target, Target::Monthly(..)));
        let spread = months::month_field(self.register).filter(|_| across);
        let asked = |field: &&FieldNo| !self.register.inherits(**field) && Some(**field) != spread;
        for field in key.iter().filter(asked) {
            if !columns
                .iter()
                .flatten()
                .any(|bound| bound.target == Target::Field(*field))
            {
                let name = self.register.field(*field).map_or("", |field| &field.name);
                return Err(self.no_column(name, table));
            }
        }
        Ok(columns)
    }

    fn repeated(&self, first: &Bound, second: &Bound) -> String {
        let name = match first.target {
            Target::Field(no) => self.register.field(no).map_or("", |field| &field.name),
            _ => self.locale.text("shown.stage"),
        };
        let args = [("name", name), ("first", &first.letter), ("second", &second.letter)];
        self.locale.fill("import.repeated_column", &args)
    }

    /// That a key's column is not there, with the headings that are: one of them may be it.
    fn no_column(&self, name: &str, table: &Table) -> AppError {
        let found: Vec<&str> = table.columns.iter().map(|column| column.heading.as_str()).collect();
        let args = [("name", name), ("found", &self.locale.list(&found))];
        AppError::Refused(vec![RefusedLine {
            code: "no_key_column".to_owned(),
            message: self.locale.fill("import.no_key_column", &args),
            value: Some(found.join("\n")),
            ..RefusedLine::default()
        }])
    }

    /// Whether a sheet is called like the register.
    pub(super) fn names_register(&self, sheet: &str) -> bool {
        beside::is_called(self.register, sheet)
    }

    /// Whether months of the register stand across a sheet of the register above, which does not know them.
    pub(super) fn stands_across(&self, above: &Sheet<'_>) -> bool {
        let columns = above.table.table().columns.iter().zip(&above.job.columns);
        let of = |column: &Column| self.resolve(&column.name).map(|(target, _)| target);
        let mut months = columns.clone().filter(|(_, bound)| bound.is_none());
        let parent = self.register.parent.as_ref().map(|parent| Target::Field(parent.field));
        months.any(|(column, _)| matches!(of(column), Some(Target::Monthly(..))))
            && columns
                .into_iter()
                .any(|(column, _)| of(column).is_some() && of(column) == parent)
    }

    fn bound(&self, column: &Column, table: &Table) -> Option<Bound> {
        let (target, own) = self.resolve(&column.name)?;
        let heading = own.or_else(|| column.measure.clone());
        let measure = match target {
            Target::Field(no) | Target::Monthly(no, ..) => self.measure(no, heading, table.sheet_measure.as_deref()),
            _ => None,
        };
        Some(Bound {
            target,
            col: column.col,
            letter: column.letter.clone(),
            measure,
        })
    }

    /// The measure of a number's column. That of the whole sheet holds only where it can: in a sheet
    /// in 万元 there may be columns in 亩.
    fn measure(&self, no: FieldNo, heading: Option<String>, sheet: Option<&str>) -> Option<String> {
        use taizhang_core::definition::FieldKind;
        let field = self.register.field(no).filter(|field| field.is_number())?;
        let base = |id: &str| self.definition.measures.get(id).map(|measure| measure.base.as_str());
        let own = match &field.kind {
            FieldKind::Money { measure } | FieldKind::Quantity { measure, .. } => base(measure),
            _ => None,
        };
        heading.or_else(|| {
            sheet
                .filter(|sheet| own.is_some() && base(sheet) == own)
                .map(str::to_owned)
        })
    }

    /// The target of a heading in its normalised form. A measure of the pack that the reader of
    /// sheets does not know, such as 兆瓦时, may still stand in brackets.
    fn resolve(&self, normalised: &str) -> Option<(Target, Option<String>)> {
        let whole = normalised.to_lowercase();
        if let Some(target) = self.targets.get(&whole) {
            return Some((self.of_a_month(&whole, *target), None));
        }
        if let Some(target) = self.monthly(&whole) {
            return Some((target, None));
        }
        let (name, rest) = normalised.rsplit_once('(')?;
        let measure = rest.strip_suffix(')')?;
        let target = self.targets.get(&name.to_lowercase())?;
        self.measures
            .contains(&form(measure))
            .then(|| (*target, Some(measure.to_owned())))
    }
}

impl Known<'_> {
    /// A number's column that somebody matched by hand is that of one month, if its heading names one.
    fn of_a_month(&self, heading: &str, target: Target) -> Target {
        let Target::Field(no) = target else { return target };
        let is_number = self.register.field(no).is_some_and(Field::is_number);
        let across = is_number && self.by_hand.contains(heading) && months::month_field(self.register).is_some();
        match months::said(heading).filter(|_| across) {
            Some(said) => Target::Monthly(no, said.year, said.month),
            None => target,
        }
    }

    /// The number field of one month; only where records are told apart by a month.
    fn monthly(&self, heading: &str) -> Option<Target> {
        months::month_field(self.register)?;
        let said = months::said(heading)?;
        let names = MONTH_WORDS.iter().map(|word| format!("{word}{}", said.rest));
        let field = std::iter::once(said.rest.clone())
            .chain(names)
            .find_map(|name| match self.targets.get(&name) {
                Some(Target::Field(no)) => self.register.field(*no).filter(|field| field.is_number()),
                _ => None,
            })?;
        Some(Target::Monthly(field.no, said.year, said.month))
    }
}

impl Headings for Known<'_> {
    fn knows(&self, normalised: &str) -> bool {
        self.resolve(normalised).is_some()
    }

    fn looked_for(&self) -> Vec<String> {
        self.register.fields.iter().map(|field| field.name.clone()).collect()
    }
}

fn form(heading: &str) -> String {
    normalise_heading(heading).to_lowercase()
}

fn mapped(register: &Register, map: &str) -> Result<Vec<(String, Target)>, AppError> {
    let wrong = |error: toml::de::Error| AppError::said("import.map.broken", &[("why", &error)]);
    let table: toml::Table = map.parse().map_err(wrong)?;
    let columns = match table.get("columns") {
        Some(toml::Value::Table(columns)) => columns.clone(),
        _ => return Err(AppError::said("import.map.no_columns", &[])),
    };
    let mut out = Vec::new();
    for (heading, value) in columns {
        let name = value
            .as_str()
            .ok_or_else(|| AppError::said("import.map.no_text", &[("heading", &heading)]))?;
        let target = match find_field(register, name) {
            Some(field) => Target::Field(field.no),
            None if name.is_empty() => Target::Ignored,
            None if STAGE_HEADINGS.contains(&name) => Target::Stage,
            None => {
                let of = &register.name;
                return Err(AppError::said(
                    "import.map.no_field",
                    &[("register", of), ("field", &name)],
                ));
            }
        };
        out.push((heading, target));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::map_text;

    #[test]
    fn any_heading_can_be_mapped() {
        let map = [
            ("总投资\"（万元）\"=".to_owned(), "money".to_owned()),
            ("备注".to_owned(), String::new()),
        ];
        let read: toml::Table = map_text(&map).parse().unwrap();
        let columns = read["columns"].as_table().unwrap();
        for (heading, field) in &map {
            assert_eq!(columns[heading].as_str(), Some(field.as_str()));
        }
    }
}
