//! Room: `quote` — one voucher or one loan by its scheme, without a book.

use super::Common;
use crate::app::book::{compile, read_pack};
use crate::app::schemes;
use crate::error::AppError;
use serde_json::Value;
use std::path::PathBuf;
use taizhang_core::pack::IdMap;

/// `quote voucher|loan --input FILE [--pack DIR]`
#[derive(clap::Args)]
pub struct QuoteArgs {
    /// What to compute
    #[arg(value_enum)]
    instrument: Instrument,
    /// The case: JSON or TOML; `-` reads standard input
    #[arg(long)]
    input: PathBuf,
    /// A pack with schemes of its own (default: the national ones)
    #[arg(long)]
    pack: Option<PathBuf>,
}

/// What can be computed.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Instrument {
    /// A housing voucher
    Voucher,
    /// A guaranteed loan
    Loan,
}

/// Runs it.
pub fn run(common: &Common, args: &QuoteArgs) -> Result<(), AppError> {
    let locale = common.locale();
    let files = args.pack.as_deref().map(read_pack).transpose()?;
    let library = schemes::of_pack(files.as_ref(), &locale)?;
    let case = read(args)?;
    let answer = match args.instrument {
        Instrument::Voucher => {
            let files = files.unwrap_or_else(super::due::base_only);
            let definition = compile(&files, &IdMap::default(), common.lang())?.definition;
            schemes::voucher(&library, &definition, &case)
        }
        Instrument::Loan => schemes::loan(&library, &case),
    };
    let answer = answer.map_err(|refusal| schemes::refused(&locale, &refusal))?;
    if common.json {
        println!("{answer}");
        return Ok(());
    }
    print(&locale, &answer, "");
    Ok(())
}

fn read(args: &QuoteArgs) -> Result<Value, AppError> {
    let text = match args.input.as_os_str() == "-" {
        true => std::io::read_to_string(std::io::stdin()),
        false => std::fs::read_to_string(&args.input),
    };
    let text = text.map_err(|error| AppError::unreadable(&args.input, &error))?;
    let unread = |why: &dyn std::fmt::Display| AppError::said("scheme.unread", &[("why", why)]);
    if text.trim_start().starts_with('{') {
        serde_json::from_str(&text).map_err(|error| unread(&error))
    } else {
        toml::from_str(&text).map_err(|error| unread(&error))
    }
}

/// The answer as lines: a name and a value each, what belongs together indented.
fn print(locale: &crate::locale::Locale, answer: &Value, indent: &str) {
    let Value::Object(fields) = answer else { return };
    for (key, value) in fields {
        let name = locale.text(&format!("scheme.key.{key}")).to_owned();
        let name = name.strip_prefix("scheme.key.").unwrap_or(&name);
        match value {
            Value::Array(lines) => {
                println!("{indent}{name}");
                lines
                    .iter()
                    .for_each(|line| println!("{indent}  {}", in_a_row(locale, line)));
            }
            Value::Object(table) if table.is_empty() => {}
            Value::Object(_) => {
                println!("{indent}{name}");
                print(locale, value, &format!("{indent}  "));
            }
            one => println!("{indent}{name}\t{}", plain(one)),
        }
    }
}

fn in_a_row(locale: &crate::locale::Locale, line: &Value) -> String {
    let Value::Object(fields) = line else {
        return plain(line);
    };
    let named = fields
        .iter()
        .filter(|(_, value)| !plain(value).is_empty())
        .map(|(key, value)| {
            let name = locale.text(&format!("scheme.key.{key}")).to_owned();
            format!("{} {}", name.strip_prefix("scheme.key.").unwrap_or(&name), plain(value))
        });
    named.collect::<Vec<_>>().join("\t")
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Object(table) => {
            let pairs = table.iter().map(|(name, value)| format!("{name} {}", plain(value)));
            pairs.collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}
