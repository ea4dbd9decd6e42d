//! Room: messages by mail, handed to one SMTP server. A message that is handed over twice has the same
//! Message-ID, so that a mailbox can tell.

use super::{Carrier, Message};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MaybeString, SinglePart};
use lettre::{SmtpTransport, Transport};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::time::{Duration, UNIX_EPOCH};

/// How long the server may be silent.
const PATIENCE: Duration = Duration::from_secs(20);

/// The server, as the file names it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Smtp {
    url: String,
    from: String,
}

/// One SMTP server.
pub(super) struct Mail {
    transport: SmtpTransport,
    from: Mailbox,
}

impl Smtp {
    pub(super) fn open(self) -> Result<Mail, String> {
        let from: Mailbox = self.from.parse().map_err(|error| format!("smtp.from: {error}"))?;
        // A wrong address is not repeated: a password may stand in it.
        let builder = SmtpTransport::from_url(&self.url).map_err(|_| "smtp.url".to_owned())?;
        Ok(Mail {
            transport: builder.timeout(Some(PATIENCE)).build(),
            from,
        })
    }
}

impl Carrier for Mail {
    fn name(&self) -> &str {
        "mail"
    }

    fn needs_address(&self) -> bool {
        true
    }

    fn carry(&self, message: &Message) -> Result<(), String> {
        let letter = self.letter(message)?;
        self.transport
            .send(&letter)
            .map(|_| ())
            .map_err(|error| error.to_string())
    }
}

impl Mail {
    fn letter(&self, message: &Message) -> Result<lettre::Message, String> {
        let address = message.address.as_deref().unwrap_or_default().trim();
        // The person's address is not repeated in what is said of a fault.
        let address = address.parse().map_err(|_| "address".to_owned())?;
        let to = Mailbox::new(Some(message.name.clone()), address);
        let domain = self.from.email.domain();
        let mark = crate::keys::hex(&Sha256::digest(message.key.as_bytes())[..16]);
        let made = UNIX_EPOCH + Duration::from_micros(u64::try_from(message.at).unwrap_or_default());
        let key = HeaderName::new_from_ascii_str("X-Taizhang-Key");
        let built = lettre::Message::builder()
            .from(self.from.clone())
            .to(to)
            .date(made)
            .message_id(Some(format!("<{mark}@{domain}>")))
            .raw_header(HeaderValue::new(key, message.key.clone()))
            .subject(message.title.clone());
        let body = SinglePart::builder()
            .header(ContentType::TEXT_PLAIN)
            .body(MaybeString::String(message.text.clone()));
        built.singlepart(body).map_err(|error| error.to_string())
    }
}
