//! Room: `score` — one case by a scorecard, without a book.

use super::{Common, day};
use crate::app::book::read_pack;
use crate::app::cards;
use crate::clock::SystemClock;
use crate::error::AppError;
use std::path::PathBuf;
use taizhang_core::day::Day;
use taizhang_schemes::scorecard;
use taizhang_store::writer::Clock;

/// `score CARD --input FILE [--on D] [--pack DIR]`
#[derive(clap::Args)]
pub struct ScoreArgs {
    /// The card, such as cn.tech-sme
    card: String,
    /// Facts by name: JSON or TOML; `-` reads standard input
    #[arg(long)]
    input: PathBuf,
    /// The day as on which it is judged (default: the card's last day, or today)
    #[arg(long, value_parser = day)]
    on: Option<Day>,
    /// A pack with cards of its own (default: the national ones)
    #[arg(long)]
    pack: Option<PathBuf>,
}

/// Runs it.
pub fn run(common: &Common, args: &ScoreArgs) -> Result<(), AppError> {
    let locale = common.locale();
    let files = args.pack.as_deref().map(read_pack).transpose()?;
    let card = cards::of_pack(files.as_ref(), &args.card, &locale)?;
    let text = match args.input.as_os_str() == "-" {
        true => std::io::read_to_string(std::io::stdin()),
        false => std::fs::read_to_string(&args.input),
    };
    let input = cards::input(&text.map_err(|error| AppError::unreadable(&args.input, &error))?)?;
    let (on, expired) = cards::judged_on(&card, args.on, SystemClock::new().today());
    let outcome = scorecard::score(&card, &input, on).map_err(|fault| cards::refused(&locale, &card, &fault))?;
    if common.json {
        println!("{}", cards::to_json(&outcome, expired));
        return Ok(());
    }
    let english = locale.lang() == taizhang_core::definition::Lang::En;
    println!(
        "{}",
        locale.say("score.title", &[("card", &card.name_in(english)), ("day", &on)])
    );
    for line in cards::explained(&locale, &outcome) {
        println!("{line}");
    }
    if card.status == scorecard::Standing::Illustrative {
        println!("{}", locale.text("score.illustrative"));
    }
    if expired {
        eprintln!("{}", locale.say("score.expired", &[("day", &on)]));
    }
    Ok(())
}
