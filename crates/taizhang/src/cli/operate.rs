//! Room: operation — people, periods, backup and restore.

use super::{Common, last_day};
use crate::app::App;
use crate::app::people::NewPerson;
use crate::clock::SystemClock;
use crate::error::AppError;
use serde_json::json;
use std::fmt::Display;
use std::path::Path;
use std::sync::Arc;
use taizhang_core::day::Day;
use taizhang_core::definition::Verb;
use taizhang_core::refusal::{Code, Refusal};
use taizhang_store::Store;

/// What to do with people.
#[derive(clap::Subcommand)]
pub enum UserAct {
    /// Open an account with a post; prints a one-time activation code
    Add {
        /// The name to sign in with
        login: String,
        /// The name as shown
        #[arg(long)]
        name: String,
        /// The unit, by code or name
        #[arg(long)]
        unit: String,
        /// The role
        #[arg(long)]
        role: String,
        /// The post's title
        #[arg(long, default_value = "")]
        title: String,
    },
    /// Print a new activation code; the old password ends
    Reset {
        /// The name to sign in with
        login: String,
    },
    /// Set the first password with an activation code (read from standard input)
    Activate {
        /// The name to sign in with
        login: String,
        /// The activation code
        code: String,
    },
}

/// What to do with the tokens of programs.
#[derive(clap::Subcommand)]
pub enum TokenAct {
    /// Print a token for a program that acts as somebody
    Add {
        /// As whom
        login: String,
        /// How many days it holds
        #[arg(long, default_value_t = 365)]
        days: u32,
    },
    /// End all tokens of somebody's programs
    Revoke {
        /// Whose
        login: String,
    },
}

/// What to do with periods.
#[derive(clap::Subcommand)]
pub enum PeriodAct {
    /// Close all days up to and including one
    Close {
        /// The last closed day, or the period that ends with it: 2024-06-30, 2024-06, 2024-Q2
        #[arg(value_parser = last_day)]
        through: Day,
    },
    /// Open the days after one again
    Reopen {
        /// The last day that stays closed, or the period that ends with it
        #[arg(value_parser = last_day)]
        through: Day,
    },
}

/// Runs `user`.
pub fn user(common: &Common, act: &UserAct) -> Result<(), AppError> {
    let app = common.open()?;
    if let UserAct::Activate { login, code } = act {
        let mut password = String::new();
        std::io::stdin()
            .read_line(&mut password)
            .map_err(|error| AppError::BadRequest(error.to_string()))?;
        app.activate(login, code, password.trim_end_matches(['\r', '\n']))?;
        let done = json!({"user": login});
        common.tell(&done, |locale| locale.text("cli.user.password_set").to_owned());
        return Ok(());
    }
    administrator(common, &app)?;
    // The administrator's right is over accounts; the records of people are the program's own.
    let program = app.program_scope()?;
    let (login, actor) = match act {
        UserAct::Add {
            login,
            name,
            unit,
            role,
            title,
        } => {
            let person = NewPerson {
                login,
                name,
                unit,
                role,
                title,
            };
            (login, app.hire(&program, &person)?)
        }
        UserAct::Reset { login } | UserAct::Activate { login, .. } => (login, app.scope(login)?.actor),
    };
    let code = app.activation_code(actor)?;
    let answer = json!({"user": login, "activation": code});
    common.tell(&answer, |_| format!("user={login} activation={code}"));
    Ok(())
}

/// Accounts are the administrator's.
fn administrator(common: &Common, app: &App) -> Result<(), AppError> {
    match common.writer(app)?.may_at_all(Verb::Administer) {
        true => Ok(()),
        false => Err(AppError::refuse(app.locale(), &Refusal::new(Code::NotPermitted))),
    }
}

/// Runs `token`. It is shown once, and kept only as its digest.
pub fn token(common: &Common, act: &TokenAct) -> Result<(), AppError> {
    let app = common.open()?;
    administrator(common, &app)?;
    match act {
        TokenAct::Add { login, days } => {
            let (token, _) = app.new_token(app.scope(login)?.actor, *days)?;
            let answer = json!({"user": login, "token": token, "days": days});
            common.tell(&answer, |_| format!("user={login} token={token}"));
        }
        TokenAct::Revoke { login } => {
            app.end_sessions(app.scope(login)?.actor, true)?;
            common.tell(&json!({"user": login}), |locale| {
                locale.say("cli.user.tokens_ended", &[("login", login)])
            });
        }
    }
    Ok(())
}

/// Runs `period`.
pub fn period(common: &Common, act: &PeriodAct) -> Result<(), AppError> {
    let app = common.open()?;
    let scope = common.writer(&app)?;
    let (key, through, entry) = match act {
        PeriodAct::Close { through } => ("cli.period.closed", through, app.close_period(&scope, *through)?),
        PeriodAct::Reopen { through } => ("cli.period.reopened", through, app.reopen_period(&scope, *through)?),
    };
    let answer = json!({"closed_through": through.to_string(), "entry": entry});
    common.tell(&answer, |locale| {
        locale.say(key, &[("through", through), ("entry", &entry)])
    });
    Ok(())
}

/// Runs `backup`.
pub fn backup(common: &Common, out: &Path) -> Result<(), AppError> {
    // A book whose keys are lost needs a backup more than any other, so they are not asked for.
    let store = Store::open(&common.place()?, Arc::new(SystemClock::new()))?;
    let head = taizhang_store::backup::backup(&store, out)?;
    // The copy is made; that it could not be noted spoils nothing.
    let _ = crate::app::machine::note_backup(&store, head.n, out);
    let (file, hash) = (out.display(), crate::keys::hex(&head.hash));
    let sums: [(&str, &dyn Display); 3] = [("file", &file), ("entries", &head.n), ("head", &hash)];
    let answer = json!({"file": file.to_string(), "entries": head.n, "head": hash});
    common.tell(&answer, |locale| locale.say("cli.backup", &sums));
    Ok(())
}

/// Runs `restore`.
pub fn restore(common: &Common, file: &Path) -> Result<(), AppError> {
    let place = common.place()?;
    let head = taizhang_store::backup::restore(&place, file)?;
    let hash = crate::keys::hex(&head.hash);
    let sums: [(&str, &dyn Display); 3] = [("place", &place), ("entries", &head.n), ("head", &hash)];
    let answer = json!({"book": place.to_string(), "entries": head.n, "head": hash});
    common.tell(&answer, |locale| locale.say("cli.restore", &sums));
    Ok(())
}
