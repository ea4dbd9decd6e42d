//! Room: one connection to a server, by hand: what a client knows when its server dies in mid-sentence is
//! the point, and a library would try again by itself.

use serde_json::Value;
use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A connection that is kept between requests.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
    token: String,
}

/// An answer that arrived whole.
pub(crate) struct Said {
    pub(crate) status: u16,
    /// When to come again, where the answer says so.
    pub(crate) retry_after: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Said {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

impl Client {
    pub(crate) fn connect(address: SocketAddr, token: &str) -> Result<Client> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        let (stream, token) = (BufReader::new(stream), token.to_owned());
        Ok(Client { stream, token })
    }

    pub(crate) fn get(&mut self, path: &str) -> Result<Said> {
        self.send("GET", path, &[], &[])
    }

    /// A JSON body, with an idempotency key unless that is empty.
    pub(crate) fn post(&mut self, path: &str, key: &str, body: &Value) -> Result<Said> {
        let headers = [("content-type", "application/json"), ("idempotency-key", key)];
        let used = if key.is_empty() { 1 } else { 2 };
        self.send("POST", path, &headers[..used], body.to_string().as_bytes())
    }

    pub(crate) fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Said> {
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n",
            body.len()
        );
        if !self.token.is_empty() {
            head.push_str(&format!("authorization: Bearer {}\r\n", self.token));
        }
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(body);
        // Who is refused before all was sent may be told so all the same.
        let sent = self.stream.get_mut().write_all(&bytes);
        self.answer().map_err(|error| sent.err().unwrap_or(error))
    }

    fn answer(&mut self) -> Result<Said> {
        let first = self.line()?;
        let status = first.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.ok_or_else(|| Error::new(ErrorKind::InvalidData, first))?;
        let (mut length, mut retry_after) = (Some(0), None);
        loop {
            let line = self.line()?.to_ascii_lowercase();
            match line.split_once(": ") {
                Some(("content-length", value)) => length = value.parse().ok(),
                Some(("transfer-encoding", _)) => length = None,
                Some(("retry-after", value)) => retry_after = Some(value.to_owned()),
                Some(_) => {}
                None => break,
            }
        }
        let mut body = Vec::new();
        match length {
            Some(length) => self.take(length, &mut body)?,
            None => while self.chunk(&mut body)? {},
        }
        Ok(Said {
            status,
            retry_after,
            body,
        })
    }

    fn chunk(&mut self, body: &mut Vec<u8>) -> Result<bool> {
        let length = usize::from_str_radix(self.line()?.trim(), 16).map_err(Error::other)?;
        self.take(length, body)?;
        self.line()?;
        Ok(length > 0)
    }

    fn take(&mut self, length: usize, body: &mut Vec<u8>) -> Result<()> {
        let start = body.len();
        body.resize(start + length, 0);
        self.stream.read_exact(&mut body[start..])
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        match line.strip_suffix("\r\n") {
            Some(line) => Ok(line.to_owned()),
            None => Err(ErrorKind::UnexpectedEof.into()),
        }
    }
}
