//! Room: signing in — one-time activation codes, passwords, sessions. There is no default account.
//! Secrets are kept beside the journal, never in it; only their hashes are kept at all.

use super::App;
use super::scope::Scope;
use crate::error::AppError;
use crate::keys::{hex, random};
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use sha2::{Digest, Sha256};
use taizhang_core::id::RecordNo;
use taizhang_store::Reading;
use taizhang_store::credential::{Credential, Session};

/// How long an activation code may be used, microseconds.
const ACTIVATION: i64 = 7 * 24 * 3600 * 1_000_000;
/// How long a session lasts at most, and how long it may stand idle.
const SESSION: i64 = 12 * 3600 * 1_000_000;
const IDLE: i64 = 30 * 60 * 1_000_000;
/// How long a program's token may hold at most, days.
pub const TOKEN_DAYS: u32 = 730;
/// The kind of a session that a program holds: it may stand idle.
const TOKEN: &str = "token";
/// How old the last sign of use may be before it is written down again.
const SEEN: i64 = 5 * 60 * 1_000_000;
/// After so many wrong passwords an account is locked for a while.
const FAILURES: i64 = 5;
const LOCK: i64 = 30 * 60 * 1_000_000;
/// The shortest password.
const PASSWORD: usize = 10;

impl App {
    /// A new one-time activation code for an actor; an earlier one, the password and all that is signed in with it end.
    pub fn activation_code(&self, actor: RecordNo) -> Result<String, AppError> {
        let code = hex(&random::<10>()?);
        let until = self.clock().now() + ACTIVATION;
        let credential = Credential {
            actor,
            password: None,
            activation: Some(digest(&code)),
            activation_until: until,
            failures: 0,
            locked_until: 0,
        };
        self.save_credential(credential)?;
        self.end_sessions(actor, false)?;
        Ok(code)
    }

    /// Sets the first password with an activation code, which ends with it.
    pub fn activate(&self, login: &str, code: &str, password: &str) -> Result<(), AppError> {
        let wrong = || self.unauthorised("app.wrong_activation");
        let scope = self.scope(login).map_err(|_| wrong())?;
        let credential = self.credential(scope.actor)?.ok_or_else(wrong)?;
        let fits = credential.activation == Some(digest(code.trim()));
        if !fits || credential.activation_until < self.clock().now() {
            return Err(wrong());
        }
        self.set_password(scope.actor, login, password)
    }

    /// Sets a password.
    pub fn set_password(&self, actor: RecordNo, login: &str, password: &str) -> Result<(), AppError> {
        if password.chars().count() < PASSWORD || password.contains(login) {
            return Err(AppError::said("app.weak_password", &[("count", &PASSWORD)]));
        }
        let hash = Argon2::default().hash_password(password.as_bytes());
        let hash = hash.map_err(|error| AppError::Fault(error.to_string()))?.to_string();
        let credential = Credential {
            actor,
            password: Some(hash),
            activation: None,
            activation_until: 0,
            failures: 0,
            locked_until: 0,
        };
        self.save_credential(credential)
    }

    /// Signs in: the session's token and the instant it ends. The answer is the same for an unknown
    /// name and a wrong password, and takes the same time.
    pub fn sign_in(&self, login: &str, password: &str) -> Result<(String, i64), AppError> {
        let wrong = || self.unauthorised("app.wrong_password");
        let now = self.clock().now();
        let known = self.scope(login).ok();
        let credential = match &known {
            Some(scope) => self.credential(scope.actor)?,
            None => None,
        };
        if let Some(credential) = &credential
            && credential.locked_until > now
        {
            return Err(self.unauthorised("app.locked"));
        }
        let stored = credential.as_ref().and_then(|credential| credential.password.clone());
        let right = matches(password, stored.as_deref());
        let (Some(scope), Some(mut credential)) = (known, credential) else {
            return Err(wrong());
        };
        if !right {
            credential.failures += 1;
            if credential.failures >= FAILURES {
                credential.failures = 0;
                credential.locked_until = now + LOCK;
            }
            self.save_credential(credential)?;
            return Err(wrong());
        }
        if credential.failures > 0 {
            credential.failures = 0;
            self.save_credential(credential)?;
        }
        self.new_session(scope.actor, "staff")
    }

    /// A new session for an actor.
    pub fn new_session(&self, actor: RecordNo, kind: &str) -> Result<(String, i64), AppError> {
        self.open_session(actor, kind, SESSION)
    }

    /// A token for a program that acts as somebody, with all their rights: it holds so many days, used or not.
    /// Refused beyond [`TOKEN_DAYS`].
    pub fn new_token(&self, actor: RecordNo, days: u32) -> Result<(String, i64), AppError> {
        if days == 0 || days > TOKEN_DAYS {
            return Err(AppError::said("cli.user.token_days", &[("most", &TOKEN_DAYS)]));
        }
        self.open_session(actor, TOKEN, i64::from(days) * 24 * 3600 * 1_000_000)
    }

    /// Ends the sessions of an actor, or their programs' tokens alone.
    pub fn end_sessions(&self, actor: RecordNo, tokens_alone: bool) -> Result<(), AppError> {
        let kind = tokens_alone.then_some(TOKEN);
        Ok(self.store().writer().act(move |writer| {
            taizhang_store::credential::end_sessions(&mut *writer.conn, actor, kind)?;
            writer.conn.commit()
        })?)
    }

    fn open_session(&self, actor: RecordNo, kind: &str, length: i64) -> Result<(String, i64), AppError> {
        let token = hex(&random::<32>()?);
        let now = self.clock().now();
        let session = Session {
            token: digest(&token),
            actor,
            started_at: now,
            seen_at: now,
            until: now + length,
            kind: kind.to_owned(),
        };
        let until = session.until;
        self.store().writer().act(move |writer| {
            taizhang_store::credential::save_session(&mut *writer.conn, &session)?;
            writer.conn.commit()
        })?;
        Ok((token, until))
    }

    /// The login of a session's actor, if the session holds.
    pub fn session_scope(&self, token: &str) -> Result<Option<Scope>, AppError> {
        let now = self.clock().now();
        let mut reading = self.reading()?;
        let Some(session) = self.living_session(&mut reading, token, now)? else {
            return Ok(None);
        };
        if now - session.seen_at > SEEN {
            let token = session.token;
            // Whoever is signed in goes on reading, also while nothing can be written.
            let _ = self.store().writer().act(move |writer| {
                taizhang_store::credential::touch_session(&mut *writer.conn, &token, now)?;
                writer.conn.commit()
            });
        }
        self.scope_of(&mut reading, session.actor)
    }

    /// The same where it is at hand, so that no thread is needed to wait on: the session was noted as used a moment
    /// ago, and what its owner may was worked out before.
    pub fn scope_at_hand(&self, token: &str) -> Option<Scope> {
        let now = self.clock().now();
        let mut reading = self.store().read_at_hand()?;
        let session = self.living_session(&mut reading, token, now).ok()??;
        if now - session.seen_at > SEEN {
            return None;
        }
        self.known_scope(&reading, session.actor)
    }

    /// The session of a token, unless it has ended.
    fn living_session(&self, reading: &mut Reading<'_>, token: &str, now: i64) -> Result<Option<Session>, AppError> {
        let session = taizhang_store::credential::session(reading.conn()?, &digest(token))?;
        let lives = |session: &Session| {
            let idle = session.kind != TOKEN && now - session.seen_at > IDLE;
            session.until >= now && !idle
        };
        Ok(session.filter(lives))
    }

    /// The name that an actor signs in with.
    pub fn login_of(&self, actor: RecordNo) -> Result<Option<String>, AppError> {
        let mut reading = self.reading()?;
        let definition = super::definition(&reading)?;
        let Some(register) = definition.register_named("actor").cloned() else {
            return Ok(None);
        };
        let row = taizhang_store::record::get(reading.conn()?, &register, actor)?;
        let login = register.field_named("login").map(|field| field.no);
        Ok(row.and_then(|row| match row.state.value(login?) {
            Some(taizhang_core::value::Value::Text(text)) => Some(text.clone()),
            _ => None,
        }))
    }

    /// Ends a session.
    pub fn sign_out(&self, token: &str) -> Result<(), AppError> {
        let token = digest(token);
        Ok(self.store().writer().act(move |writer| {
            taizhang_store::credential::end_session(&mut *writer.conn, &token)?;
            writer.conn.commit()
        })?)
    }

    fn unauthorised(&self, key: &str) -> AppError {
        AppError::Unauthorised(self.locale().text(key).to_owned())
    }

    fn credential(&self, actor: RecordNo) -> Result<Option<Credential>, AppError> {
        let mut reading = self.reading()?;
        Ok(taizhang_store::credential::credential(reading.conn()?, actor)?)
    }

    fn save_credential(&self, credential: Credential) -> Result<(), AppError> {
        Ok(self.store().writer().act(move |writer| {
            taizhang_store::credential::save_credential(&mut *writer.conn, &credential)?;
            writer.conn.commit()
        })?)
    }
}

fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// Checks a password. Without a stored hash it hashes all the same, so that time tells nothing.
fn matches(password: &str, stored: Option<&str>) -> bool {
    match stored.and_then(|stored| PasswordHash::new(stored).ok()) {
        Some(hash) => Argon2::default().verify_password(password.as_bytes(), &hash).is_ok(),
        None => {
            let _ = Argon2::default().hash_password(password.as_bytes());
            false
        }
    }
}
