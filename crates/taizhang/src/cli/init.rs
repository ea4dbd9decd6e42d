//! Room: `init` — a new book from a pack, with an administrator and a one-time activation code.

use super::Common;
use crate::app::App;
use crate::app::book::read_pack;
use crate::app::people::{NewPerson, account};
use crate::app::scope::Scope;
use crate::error::AppError;
use std::path::PathBuf;
use taizhang_core::id::RecordNo;

/// `init --book B --pack DIR`
#[derive(clap::Args)]
pub struct InitArgs {
    /// The pack's folder
    #[arg(long)]
    pack: PathBuf,
}

/// Makes the book.
pub fn run(common: &Common, args: &InitArgs) -> Result<(), AppError> {
    let app = make(common, &args.pack)?;
    let locale = common.locale();
    let code = administrator(&app)?;
    if common.json {
        println!(
            "{}",
            serde_json::json!({"activation": [{"user": "admin", "code": code}]})
        );
    } else {
        println!("{}", locale.say("cli.init.made", &[("book", &app.store().place())]));
        println!("user=admin activation={code}");
        println!("{}", locale.text("cli.init.keep"));
    }
    Ok(())
}

/// Opens the first administrator; the code with which they set their password.
pub fn administrator(app: &App) -> Result<String, AppError> {
    let scope = app.program_scope()?;
    let title = app.locale().text("cli.init.administrator");
    let admin = NewPerson {
        login: "admin",
        name: title,
        unit: "",
        role: "administrator",
        title,
    };
    app.activation_code(app.hire(&scope, &admin)?)
}

/// A new book with a pack applied.
pub fn make(common: &Common, pack: &std::path::Path) -> Result<App, AppError> {
    make_of(common, read_pack(pack)?)
}

/// A new book with these files applied.
pub fn make_of(common: &Common, files: taizhang_core::pack::Files) -> Result<App, AppError> {
    // A faulty pack leaves no half-made book behind.
    crate::app::book::compile(&files, &taizhang_core::pack::IdMap::default(), common.lang())?;
    let app = App::create(&common.place()?, common.options()?)?;
    let plan = app.plan_pack(files)?;
    app.apply_pack(&app.program_scope()?, plan, None, None)?;
    Ok(app)
}

/// Opens the account of somebody who gets their posts later.
pub fn add_actor(app: &App, scope: &Scope, login: &str, name: &str) -> Result<RecordNo, AppError> {
    let person = NewPerson {
        login,
        name,
        unit: "",
        role: "",
        title: "",
    };
    let receipt = app.execute(scope, &[account(&person)], None)?;
    let record = receipt.records.first().copied();
    record.ok_or_else(|| AppError::Fault("no record".to_owned()))
}

/// Gives somebody one more post; an empty unit is the root.
pub fn add_position(
    app: &App,
    scope: &Scope,
    actor: RecordNo,
    unit: &str,
    role: &str,
    title: &str,
) -> Result<(), AppError> {
    let person = NewPerson {
        login: "",
        name: "",
        unit,
        role,
        title,
    };
    app.execute(scope, &[app.post(scope, &person, actor)], None).map(|_| ())
}
