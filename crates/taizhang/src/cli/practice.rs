//! Room: `practice` — a book to practise in, made from a pack and its own samples. It says on every page
//! what it is, has a file and keys of its own, and never becomes a real book.

use super::{Common, demo, init, serve};
use crate::app::book::read_pack;
use crate::error::AppError;
use crate::http::Options;
use std::path::PathBuf;
use std::sync::Arc;

/// `practice --dir DIR --pack DIR`
#[derive(clap::Args)]
pub struct PracticeArgs {
    /// Where the practice book goes
    #[arg(long, default_value = "practice")]
    dir: PathBuf,
    /// The pack's folder; its people and ledgers are the samples
    #[arg(long)]
    pack: PathBuf,
    /// Where it is served
    #[arg(long, default_value = "127.0.0.1:8421")]
    addr: String,
    /// Make the book, serve nothing
    #[arg(long)]
    no_serve: bool,
}

/// Says in a pack's head that its book is one to practise in.
const MARK: &str = "practice = true\n";

/// Makes the book.
pub fn run(common: &Common, args: &PracticeArgs) -> Result<(), AppError> {
    std::fs::create_dir_all(&args.dir).map_err(|error| AppError::unwritable(&args.dir, &error))?;
    let book = args.dir.join("practice.db");
    let common = Common {
        book: Some(format!("sqlite:{}", book.display())),
        ..common.clone()
    };
    let mut files = read_pack(&args.pack)?;
    if let Some(head) = files.get_mut("pack.toml").filter(|head| !head.contains(MARK)) {
        head.insert_str(0, MARK);
    }
    let app = init::make_of(&common, files)?;
    let sample = demo::samples(&args.pack)?;
    let passwords = demo::people(&app, &sample.users)?;
    for ledger in &sample.ledgers {
        demo::import(&app, &args.pack, ledger)?;
    }
    demo::play_all(&app, &sample.acts)?;
    println!(
        "{}",
        common.locale().say("cli.practice.made", &[("book", &book.display())])
    );
    if sample.users.is_empty() {
        println!("user=admin activation={}", init::administrator(&app)?);
    }
    for (user, password) in &passwords {
        println!("user={user} password={password}");
    }
    match args.no_serve {
        true => Ok(()),
        false => serve::listen(Arc::new(app), &args.addr, None, Options::default(), |url| {
            println!("url={url}")
        }),
    }
}
