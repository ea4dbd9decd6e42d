//! Room: messages to a hook of another program — signed JSON of our own shape, or the shapes that robots of
//! 企业微信 and 钉钉 take. Where it goes is said by whoever runs the book, never by a user.

use super::{Carrier, Message};
use crate::keys::hex;
use base64::Engine;
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::Sha256;
use std::io::Read;
use std::sync::Arc;
use std::time::Duration;
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};

/// How long the other side may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// How much of an answer is read.
const ANSWER_BYTES: u64 = 4_096;
/// The longest text that a robot takes, in bytes.
const ROBOT_BYTES: usize = 4_000;

/// A hook, as the file names it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Hook {
    name: String,
    url: String,
    #[serde(default)]
    shape: Shape,
    #[serde(default)]
    secret: String,
}

/// What a hook takes.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Shape {
    /// Our own: everything that the message knows, signed over time and body.
    #[default]
    Generic,
    /// A group robot of 企业微信.
    Wecom,
    /// A group robot of 钉钉, signed in its address.
    Dingtalk,
}

/// A hook that was opened.
pub(super) struct Opened {
    hook: Hook,
    agent: Agent,
}

impl Hook {
    pub(super) fn open(self) -> Result<Opened, String> {
        let name = self
            .name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        if self.name.is_empty() || !name || self.name == "mail" {
            return Err(format!("hook.name: {}", self.name));
        }
        let secure = self.url.starts_with("https://");
        let here = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
        let local = here.iter().any(|begins| {
            self.url
                .strip_prefix(begins)
                .is_some_and(|rest| rest.starts_with([':', '/']))
        });
        if !secure && !local {
            return Err(format!("hook.url of {}: https", self.name));
        }
        if self.shape == Shape::Generic && self.secret.is_empty() {
            return Err(format!("hook.secret of {}", self.name));
        }
        Ok(Opened {
            agent: agent(secure),
            hook: self,
        })
    }
}

impl Carrier for Opened {
    fn name(&self) -> &str {
        &self.hook.name
    }

    fn needs_address(&self) -> bool {
        false
    }

    fn carry(&self, message: &Message) -> Result<(), String> {
        let body = self.hook.body(message).to_string();
        let mut request = self
            .agent
            .post(self.hook.address(message.at))
            .header("content-type", "application/json");
        if self.hook.shape == Shape::Generic {
            let seconds = (message.at / 1_000_000).to_string();
            let proof = signature(&self.hook.secret, &format!("{seconds}.{body}"));
            request = request
                .header("x-taizhang-key", percent(&message.key))
                .header("x-taizhang-timestamp", seconds)
                .header("x-taizhang-signature", format!("sha256={}", hex(&proof)));
        }
        // An error of the client could repeat the address, and that may hold a key.
        let answer = request.send(body).map_err(|error| kind(&error))?;
        let status = answer.status();
        if !status.is_success() {
            return Err(format!("HTTP {}", status.as_u16()));
        }
        let mut text = String::new();
        let read = answer
            .into_body()
            .into_reader()
            .take(ANSWER_BYTES)
            .read_to_string(&mut text);
        match self.hook.shape {
            Shape::Generic => Ok(()),
            Shape::Wecom | Shape::Dingtalk => read.map_err(|error| error.to_string()).and_then(|_| accepted(&text)),
        }
    }
}

impl Hook {
    fn body(&self, message: &Message) -> Value {
        let counts = message.counts.iter();
        let counts: Map<String, Value> = counts.map(|(name, count)| ((*name).to_owned(), json!(count))).collect();
        let text = shortened(&format!("**{}**\n{}", message.title, message.text));
        match self.shape {
            Shape::Generic => json!({
                "key": message.key, "kind": "digest", "day": message.day.to_string(),
                "to": { "login": message.login, "name": message.name },
                "title": message.title, "text": message.text, "counts": counts,
            }),
            Shape::Wecom => json!({ "msgtype": "markdown", "markdown": { "content": text } }),
            Shape::Dingtalk => json!({ "msgtype": "markdown", "markdown": { "title": message.title, "text": text } }),
        }
    }

    /// A robot of 钉钉 is told the time and proof in the address.
    fn address(&self, at: i64) -> String {
        if self.shape != Shape::Dingtalk || self.secret.is_empty() {
            return self.url.clone();
        }
        let millis = at / 1_000;
        let proof = signature(&self.secret, &format!("{millis}\n{}", self.secret));
        let proof = base64::engine::general_purpose::STANDARD.encode(proof);
        let joint = if self.url.contains('?') { '&' } else { '?' };
        format!("{}{joint}timestamp={millis}&sign={}", self.url, percent(&proof))
    }
}

/// A text as a part of an address, or of a header.
fn percent(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

fn signature(secret: &str, text: &str) -> Vec<u8> {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return Vec::new();
    };
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// A robot answers 200 to everything and says in its answer what it thinks of it.
fn accepted(text: &str) -> Result<(), String> {
    let answer: Value = serde_json::from_str(text).unwrap_or_default();
    match answer["errcode"].as_i64() {
        Some(0) => Ok(()),
        Some(code) => Err(format!("errcode {code}")),
        None => Err("no errcode".to_owned()),
    }
}

/// As much of a text as a robot takes, whole lines alone.
fn shortened(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        if out.len() + line.len() + 1 > ROBOT_BYTES {
            out.push('…');
            break;
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

fn kind(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Timeout(_) => "timeout".to_owned(),
        ureq::Error::HostNotFound => "host not found".to_owned(),
        ureq::Error::ConnectionFailed => "connection failed".to_owned(),
        ureq::Error::Io(error) => error.kind().to_string(),
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => "tls".to_owned(),
        _ => "not sent".to_owned(),
    }
}

/// The client: our own timeouts, the system's certificates, and nobody is followed elsewhere.
fn agent(secure: bool) -> Agent {
    let mut config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .user_agent("taizhang")
        .timeout_global(Some(PATIENCE));
    if secure {
        let found = rustls_native_certs::load_native_certs().certs;
        let owned = found.iter().map(|one| Certificate::from_der(one).to_owned());
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .root_certs(RootCerts::from(owned.collect::<Vec<_>>()))
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        config = config.tls_config(tls);
    } else {
        config = config.proxy(None);
    }
    config.build().new_agent()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hook(shape: Shape, url: &str, secret: &str) -> Hook {
        Hook {
            name: "robot".to_owned(),
            url: url.to_owned(),
            shape,
            secret: secret.to_owned(),
        }
    }

    #[test]
    fn a_robot_is_told_time_and_proof_in_its_address() {
        let robot = hook(Shape::Dingtalk, "https://robot.example/send?access_token=a", "SEC1");
        // Computed with: printf '1717372800000\nSEC1' | openssl dgst -sha256 -hmac SEC1 -binary | base64
        let told = robot.address(1_717_372_800_000_000);
        assert_eq!(
            told,
            "https://robot.example/send?access_token=a&timestamp=1717372800000&sign=pjg6qonn%2FW6t0YA9jCNZTAiZyoJGehxLeGeh3gQQYZk%3D"
        );
    }

    #[test]
    fn only_encrypted_or_local_addresses_are_spoken_to() {
        for (url, fits) in [
            ("https://hook.example/", true),
            ("http://127.0.0.1:9000/", true),
            ("http://hook.example/", false),
            ("http://127.0.0.1.example/", false),
            ("file:///etc/passwd", false),
        ] {
            assert_eq!(hook(Shape::Wecom, url, "").open().is_ok(), fits, "{url}");
        }
        assert!(
            hook(Shape::Generic, "https://hook.example/", "").open().is_err(),
            "no secret, no proof"
        );
    }

    #[test]
    fn a_robot_that_says_no_has_not_taken_it() {
        assert!(accepted(r#"{"errcode":0,"errmsg":"ok"}"#).is_ok());
        for no in [r#"{"errcode":93000}"#, "{}", "<html>", ""] {
            assert!(accepted(no).is_err(), "{no}");
        }
    }
}
