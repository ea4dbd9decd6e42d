//! Room: where evidence lies, as one line of text — a folder, or
//! `s3://BUCKET/PREFIX?endpoint=URL&region=R&silence=SECONDS`. Secrets are never part of it, and a line that seems to
//! hold some is refused without being repeated.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Where evidence lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EvidencePlace {
    /// In a folder of this machine.
    Folder(PathBuf),
    /// In a bucket of an S3-compatible store.
    S3(S3Place),
}

/// A bucket, and the folder in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct S3Place {
    /// The bucket.
    pub bucket: String,
    /// What all keys begin with; empty, or parts with `/` between them.
    pub prefix: String,
    /// `http` or `https`.
    pub scheme: &'static str,
    /// The store's host, with its port unless that is the scheme's own.
    pub host: String,
    /// The region that requests are signed for.
    pub region: String,
    /// Whether the bucket is a part of the host's name instead of the path's first part.
    pub in_host: bool,
    /// How long the store may be silent in the middle, also while it looks at what it got.
    pub silence: Duration,
}

/// How long a store may be silent unless the line says otherwise, and at most, in seconds.
const SILENCE: u64 = 60;
const LONGEST_SILENCE: u64 = 600;

/// What is wrong with such a line; the key of its sentence in the locale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceFault {
    /// No bucket, or none that may be.
    Bucket,
    /// A prefix with characters that need escaping, or with empty parts.
    Prefix,
    /// No endpoint, or none that is an address of a host alone.
    Endpoint,
    /// An endpoint without encryption on another machine.
    PlainHttp,
    /// No region, or none that may be.
    Region,
    /// An option that is not known.
    Option,
    /// Something that looks like a user or a password.
    Secret,
}

impl PlaceFault {
    /// The key of its sentence.
    pub fn key(self) -> &'static str {
        match self {
            PlaceFault::Bucket => "evidence.bad_bucket",
            PlaceFault::Prefix => "evidence.bad_prefix",
            PlaceFault::Endpoint => "evidence.bad_endpoint",
            PlaceFault::PlainHttp => "evidence.plain_http",
            PlaceFault::Region => "evidence.bad_region",
            PlaceFault::Option => "evidence.bad_option",
            PlaceFault::Secret => "evidence.secret_in_place",
        }
    }
}

impl fmt::Display for EvidencePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EvidencePlace::Folder(path) => write!(f, "{}", path.display()),
            EvidencePlace::S3(place) => write!(f, "s3://{}/{}", place.bucket, place.prefix),
        }
    }
}

/// Reads such a line.
pub fn read(text: &str) -> Result<EvidencePlace, PlaceFault> {
    let Some(rest) = text.strip_prefix("s3://") else {
        return Ok(EvidencePlace::Folder(PathBuf::from(text)));
    };
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (bucket, prefix) = path.split_once('/').unwrap_or((path, ""));
    let prefix = prefix.trim_matches('/');
    if bucket.contains(['@', ':']) {
        return Err(PlaceFault::Secret);
    }
    if !is_bucket(bucket) {
        return Err(PlaceFault::Bucket);
    }
    if !prefix.is_empty() && !prefix.split('/').all(is_part) {
        return Err(PlaceFault::Prefix);
    }
    let options = Options::read(query)?;
    let (scheme, host) = endpoint(&options.endpoint)?;
    if scheme == "http" && !options.allow_http && !is_loopback(&host) {
        return Err(PlaceFault::PlainHttp);
    }
    let host = match options.in_host {
        true => format!("{bucket}.{host}"),
        false => host,
    };
    Ok(EvidencePlace::S3(S3Place {
        bucket: bucket.to_owned(),
        prefix: prefix.to_owned(),
        scheme,
        host,
        region: options.region,
        in_host: options.in_host,
        silence: options.silence,
    }))
}

/// What follows the question mark.
struct Options {
    endpoint: String,
    region: String,
    allow_http: bool,
    in_host: bool,
    silence: Duration,
}

impl Options {
    fn read(query: &str) -> Result<Options, PlaceFault> {
        let mut options = Options {
            endpoint: String::new(),
            region: "us-east-1".to_owned(),
            allow_http: false,
            in_host: false,
            silence: Duration::from_secs(SILENCE),
        };
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = unescaped(value);
            match (name, value.as_str()) {
                ("endpoint", _) => options.endpoint = value,
                ("region", _) if is_region(&value) => options.region = value,
                ("region", _) => return Err(PlaceFault::Region),
                ("allow_http", "true" | "false") => options.allow_http = value == "true",
                ("style", "path" | "host") => options.in_host = value == "host",
                ("silence", _) => options.silence = silence(&value).ok_or(PlaceFault::Option)?,
                _ if is_secret(name) => return Err(PlaceFault::Secret),
                _ => return Err(PlaceFault::Option),
            }
        }
        Ok(options)
    }
}

/// The scheme and host of an address; a path, a query or a user in it is refused.
fn endpoint(text: &str) -> Result<(&'static str, String), PlaceFault> {
    let (scheme, rest, own_port) = if let Some(rest) = text.strip_prefix("https://") {
        ("https", rest, ":443")
    } else if let Some(rest) = text.strip_prefix("http://") {
        ("http", rest, ":80")
    } else {
        return Err(PlaceFault::Endpoint);
    };
    if rest.contains('@') {
        return Err(PlaceFault::Secret);
    }
    let host = rest.strip_suffix('/').unwrap_or(rest).to_lowercase();
    let host = host.strip_suffix(own_port).unwrap_or(&host);
    let name = host_name(host).ok_or(PlaceFault::Endpoint)?;
    let is_name = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
    let is_address = name.parse::<IpAddr>().is_ok();
    (is_name || is_address)
        .then(|| (scheme, host.to_owned()))
        .ok_or(PlaceFault::Endpoint)
}

/// A host's name or address without its port; none if the port is no number.
fn host_name(host: &str) -> Option<&str> {
    if let Some(rest) = host.strip_prefix('[') {
        let (address, port) = rest.split_once(']')?;
        let port = port.strip_prefix(':').unwrap_or("0");
        return port.parse::<u16>().is_ok().then_some(address);
    }
    match host.split_once(':') {
        Some((name, port)) => port.parse::<u16>().is_ok().then_some(name),
        None => Some(host),
    }
}

fn is_loopback(host: &str) -> bool {
    let name = host_name(host).unwrap_or_default();
    name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn is_bucket(text: &str) -> bool {
    let inside = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-');
    let outside = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    (3..=63).contains(&text.len())
        && text.chars().all(inside)
        && text.starts_with(outside)
        && text.ends_with(outside)
        && !text.contains("..")
}

/// A part of a key that is written in an address as it is.
fn is_part(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~');
    !text.is_empty() && text != "." && text != ".." && text.chars().all(plain)
}

fn is_region(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

fn silence(text: &str) -> Option<Duration> {
    let seconds = text
        .parse()
        .ok()
        .filter(|seconds| (1..=LONGEST_SILENCE).contains(seconds));
    seconds.map(Duration::from_secs)
}

fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    ["key", "secret", "token", "password", "credential"]
        .iter()
        .any(|word| name.contains(word))
}

/// A value with its `%XX` read; one that is not such stays as it is.
fn unescaped(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let digits = behind.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match byte.filter(|_| *first == b'%') {
            Some(byte) => {
                out.push(byte);
                rest = &behind[2..];
            }
            None => {
                out.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn s3(text: &str) -> Result<(String, String, String, String), PlaceFault> {
        match read(text)? {
            EvidencePlace::S3(place) => Ok((
                place.bucket,
                place.prefix,
                format!("{}://{}", place.scheme, place.host),
                place.region,
            )),
            EvidencePlace::Folder(path) => panic!("a folder: {}", path.display()),
        }
    }

    #[test]
    fn a_place_is_a_folder_or_a_bucket() {
        assert_eq!(read("a/b"), Ok(EvidencePlace::Folder("a/b".into())));
        let cases = [
            (
                "s3://book/evidence/2026?endpoint=https://minio.example:9000&region=xinhua",
                ("book", "evidence/2026", "https://minio.example:9000", "xinhua"),
            ),
            (
                "s3://book?endpoint=http%3A%2F%2F127.0.0.1%3A9000%2F",
                ("book", "", "http://127.0.0.1:9000", "us-east-1"),
            ),
            (
                "s3://book/?endpoint=http://[::1]:9000",
                ("book", "", "http://[::1]:9000", "us-east-1"),
            ),
            (
                "s3://book/a/?endpoint=https://OSS.example:443&style=host",
                ("book", "a", "https://book.oss.example", "us-east-1"),
            ),
            (
                "s3://book/a?endpoint=http://minio.lan&allow_http=true",
                ("book", "a", "http://minio.lan", "us-east-1"),
            ),
        ];
        for (text, (bucket, prefix, address, region)) in cases {
            let expected = [bucket, prefix, address, region].map(str::to_owned);
            assert_eq!(s3(text), Ok(expected.into()), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_named_and_secrets_are_no_part_of_a_place() {
        let cases = [
            ("s3://?endpoint=https://a", PlaceFault::Bucket),
            ("s3://Book?endpoint=https://a", PlaceFault::Bucket),
            ("s3://a..b?endpoint=https://a", PlaceFault::Bucket),
            ("s3://book/a/../b?endpoint=https://a", PlaceFault::Prefix),
            ("s3://book/a//b?endpoint=https://a", PlaceFault::Prefix),
            ("s3://book/\u{4f50}?endpoint=https://a", PlaceFault::Prefix),
            ("s3://book", PlaceFault::Endpoint),
            ("s3://book?endpoint=minio:9000", PlaceFault::Endpoint),
            ("s3://book?endpoint=https://a/b", PlaceFault::Endpoint),
            ("s3://book?endpoint=https://a:99999", PlaceFault::Endpoint),
            ("s3://book?endpoint=https://", PlaceFault::Endpoint),
            ("s3://book?endpoint=https://a%0d%0ax", PlaceFault::Endpoint),
            ("s3://book?endpoint=http://minio.lan", PlaceFault::PlainHttp),
            ("s3://book?endpoint=http://127.0.0.1.example", PlaceFault::PlainHttp),
            ("s3://book?endpoint=https://a&region=x%0ay", PlaceFault::Region),
            ("s3://book?endpoint=https://a&regoin=x", PlaceFault::Option),
            ("s3://book?endpoint=https://a&allow_http=yes", PlaceFault::Option),
            ("s3://book?endpoint=https://a&silence=0", PlaceFault::Option),
            ("s3://book?endpoint=https://a&silence=601", PlaceFault::Option),
            ("s3://book?endpoint=https://a&silence=-1", PlaceFault::Option),
            ("s3://me:hidden@book?endpoint=https://a", PlaceFault::Secret),
            ("s3://book?endpoint=https://me:hidden@a", PlaceFault::Secret),
            ("s3://book?endpoint=https://a&secret_key=hidden", PlaceFault::Secret),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text), Err(expected), "{text}");
        }
    }
}
