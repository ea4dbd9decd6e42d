//! Room: signing a request to an object store (AWS Signature Version 4). Pure: the instant and the
//! secrets are given, nothing is sent.
//!
//! The rules are those of "Signature Calculations for the Authorization Header: Transferring Payload
//! in a Single Chunk" in the Amazon S3 API reference. Paths here hold only characters that need no
//! escaping and requests have no query, so nothing has to be made canonical.

use crate::keys::hex;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::fmt;

/// Who asks. Neither printed nor kept anywhere but in memory.
#[derive(Clone)]
pub struct Credentials {
    /// The public half.
    pub access_key: String,
    /// The secret half.
    pub secret_key: String,
    /// For credentials that end with a session.
    pub session_token: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials")
    }
}

/// A request as far as it is signed.
pub struct Signed<'a> {
    /// Its method.
    pub method: &'a str,
    /// Its host as its header says.
    pub host: &'a str,
    /// Its path.
    pub path: &'a str,
    /// The hash of its body in hexadecimal.
    pub payload: &'a str,
    /// The region.
    pub region: &'a str,
    /// Headers to be signed beside the host and those made here: lower case, sorted by name.
    pub headers: &'a [(&'a str, &'a str)],
}

/// The headers that prove who asks: the date, the body's hash, the signature.
pub fn sign(request: &Signed<'_>, credentials: &Credentials, now: jiff::Timestamp) -> Vec<(&'static str, String)> {
    let at = now.strftime("%Y%m%dT%H%M%SZ").to_string();
    let scope = format!("{}/{}/s3/aws4_request", &at[..8], request.region);
    let mut headers: Vec<(&str, &str)> = request.headers.to_vec();
    headers.extend([
        ("host", request.host),
        ("x-amz-content-sha256", request.payload),
        ("x-amz-date", &at),
    ]);
    headers.extend(
        credentials
            .session_token
            .iter()
            .map(|token| ("x-amz-security-token", token.as_str())),
    );
    headers.sort_unstable();
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let lines: String = headers
        .iter()
        .map(|(name, value)| format!("{name}:{value}\n"))
        .collect();
    let canonical = format!(
        "{}\n{}\n\n{lines}\n{names}\n{}",
        request.method, request.path, request.payload
    );
    let digest: [u8; 32] = Sha256::digest(canonical.as_bytes()).into();
    let to_sign = format!("AWS4-HMAC-SHA256\n{at}\n{scope}\n{}", hex(&digest));
    let signature = hex(&keyed(&key(credentials, &at[..8], request.region), &to_sign));
    let access_key = &credentials.access_key;
    let proof =
        format!("AWS4-HMAC-SHA256 Credential={access_key}/{scope}, SignedHeaders={names}, Signature={signature}");
    let mut proofs = vec![
        ("authorization", proof),
        ("x-amz-content-sha256", request.payload.to_owned()),
        ("x-amz-date", at),
    ];
    proofs.extend(
        credentials
            .session_token
            .clone()
            .map(|token| ("x-amz-security-token", token)),
    );
    proofs
}

/// The key of one day, region and service.
fn key(credentials: &Credentials, day: &str, region: &str) -> [u8; 32] {
    let first = keyed(format!("AWS4{}", credentials.secret_key).as_bytes(), day);
    [region, "s3", "aws4_request"]
        .iter()
        .fold(first, |key, part| keyed(&key, part))
}

fn keyed(key: &[u8], text: &str) -> [u8; 32] {
    // HMAC takes keys of any length; one it did not take would sign nothing, and be refused.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return [0; 32];
    };
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The published example: GET of an object with a range, with the published example's secrets.
    #[test]
    fn the_published_example_is_signed_alike() {
        let credentials = Credentials {
            access_key: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(),
            session_token: None,
        };
        let request = Signed {
            method: "GET",
            host: "examplebucket.s3.amazonaws.com",
            path: "/test.txt",
            payload: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            region: "us-east-1",
            headers: &[("range", "bytes=0-9")],
        };
        let now = "2013-05-24T00:00:00Z".parse().expect("an instant");
        let proof = sign(&request, &credentials, now).swap_remove(0).1;
        assert_eq!(
            proof,
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, \
             SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, \
             Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
        );
        assert!(!format!("{credentials:?}").contains("EXAMPLE"));
    }
}
