//! Room: operation — people, periods, keys, backup and restore.

use super::init::{add_actor, add_position};
use super::{Common, day};
use crate::error::AppError;
use std::path::{Path, PathBuf};
use taizhang_core::day::Day;
use taizhang_core::definition::Verb;
use taizhang_core::refusal::{Code, Refusal};

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

/// What to do with periods.
#[derive(clap::Subcommand)]
pub enum PeriodAct {
    /// Close all days up to and including one
    Close {
        /// The last closed day
        #[arg(value_parser = day)]
        through: Day,
    },
    /// Open the days after one again
    Reopen {
        /// The last day that stays closed
        #[arg(value_parser = day)]
        through: Day,
    },
}

/// What to do with keys.
#[derive(clap::Subcommand)]
pub enum KeysAct {
    /// Copy the key file
    Backup {
        /// Where to
        #[arg(short = 'o')]
        out: PathBuf,
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
        println!("密码已设置。");
        return Ok(());
    }
    let scope = common.writer(&app)?;
    if !scope.may_at_all(Verb::Administer) {
        return Err(AppError::refuse(app.locale(), &Refusal::new(Code::NotPermitted)));
    }
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
            let definition = app.definition()?;
            if !definition.roles.contains_key(role) {
                let known: Vec<&str> = definition.roles.keys().map(String::as_str).collect();
                let why = format!("没有角色“{role}”，可选：{}。", known.join("、"));
                return Err(AppError::BadRequest(why));
            }
            let actor = add_actor(&app, &program, login, name)?;
            add_position(&app, &program, actor, unit, role, title)?;
            (login, actor)
        }
        UserAct::Reset { login } | UserAct::Activate { login, .. } => (login, app.scope(login)?.actor),
    };
    println!("user={login} activation={}", app.activation_code(actor)?);
    Ok(())
}

/// Runs `period`.
pub fn period(common: &Common, act: &PeriodAct) -> Result<(), AppError> {
    let app = common.open()?;
    let scope = common.writer(&app)?;
    match act {
        PeriodAct::Close { through } => {
            println!(
                "已结账到 {through}，第 {} 号记账。",
                app.close_period(&scope, *through)?
            );
        }
        PeriodAct::Reopen { through } => {
            println!(
                "{through} 之后已重新开放，第 {} 号记账。",
                app.reopen_period(&scope, *through)?
            );
        }
    }
    Ok(())
}

/// Runs `keys`.
pub fn keys(common: &Common, act: &KeysAct) -> Result<(), AppError> {
    let KeysAct::Backup { out } = act;
    let place = common.place()?;
    let file = common
        .keys
        .clone()
        .or_else(|| place.file().map(crate::keys::Keys::beside));
    let file = file.ok_or_else(|| AppError::BadRequest("请用 --keys 指明密钥文件。".to_owned()))?;
    let fault = |error: std::io::Error| AppError::BadRequest(format!("密钥文件复制失败：{error}。"));
    if out.exists() {
        return Err(AppError::BadRequest(format!("{} 已经存在，不会覆盖。", out.display())));
    }
    std::fs::copy(&file, out).map_err(fault)?;
    println!("密钥已复制到 {}，请与账簿备份分开保存。", out.display());
    Ok(())
}

/// Runs `backup`.
pub fn backup(common: &Common, out: &Path) -> Result<(), AppError> {
    let app = common.open()?;
    let head = taizhang_store::backup::backup(app.store(), out)?;
    println!(
        "已备份到 {}：{} 条记账，链头 {}。密钥不在备份内，请用 keys backup 另行备份。",
        out.display(),
        head.n,
        crate::keys::hex(&head.hash)
    );
    Ok(())
}

/// Runs `restore`.
pub fn restore(common: &Common, file: &Path) -> Result<(), AppError> {
    let place = common.place()?;
    let head = taizhang_store::backup::restore(&place, file)?;
    println!(
        "已恢复到 {place}：{} 条记账，链头 {}，核对无误。",
        head.n,
        crate::keys::hex(&head.hash)
    );
    Ok(())
}
