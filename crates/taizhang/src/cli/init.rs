//! Room: `init` — a new book from a pack, with an administrator and a one-time activation code.

use super::Common;
use crate::app::App;
use crate::app::book::read_pack;
use crate::app::execute::{Draft, DraftWish};
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
    let admin = add_actor(app, &scope, "admin", title)?;
    add_position(app, &scope, admin, "", "administrator", title)?;
    app.activation_code(admin)
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

/// Opens the record of somebody who signs in.
pub fn add_actor(app: &App, scope: &crate::app::scope::Scope, login: &str, name: &str) -> Result<RecordNo, AppError> {
    let draft = Draft {
        register: "actor".to_owned(),
        wish: DraftWish::Open,
        set: vec![
            ("login".to_owned(), login.to_owned()),
            ("name".to_owned(), name.to_owned()),
        ],
        ..Draft::default()
    };
    let receipt = app.execute(scope, &[draft], None)?;
    receipt
        .records
        .first()
        .copied()
        .ok_or_else(|| AppError::Fault("no record".to_owned()))
}

/// Gives somebody a post; an empty unit is the root.
pub fn add_position(
    app: &App,
    scope: &crate::app::scope::Scope,
    actor: RecordNo,
    unit: &str,
    role: &str,
    title: &str,
) -> Result<(), AppError> {
    let unit = match unit {
        "" => format!("#{}", scope.home().unwrap_or(0)),
        code => code.to_owned(),
    };
    let set = [
        ("actor", format!("#{actor}")),
        ("unit", unit),
        ("role", role.to_owned()),
        ("title", title.to_owned()),
        ("from", app.today().to_string()),
    ];
    let draft = Draft {
        register: "position".to_owned(),
        wish: DraftWish::Open,
        set: set.into_iter().map(|(field, text)| (field.to_owned(), text)).collect(),
        ..Draft::default()
    };
    app.execute(scope, &[draft], None).map(|_| ())
}
