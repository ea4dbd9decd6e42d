//! Room: a case or a scheme as somebody wrote it, before it means anything: text, lists and tables from
//! JSON or TOML. Reading is strict: what nobody asked for is refused, with its place.

use crate::exact::{AMOUNT_MAX, Fen, Rate};
use crate::refusal::{Code, Refusal};
use taizhang_core::day::Day;

/// Something written. Numbers stay the digits they were written with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Nothing (`null`).
    Nothing,
    /// Yes or no.
    Flag(bool),
    /// Text, a number's digits, or a day.
    Text(String),
    /// Several.
    List(Vec<Node>),
    /// Names and what they stand for, in the order written.
    Table(Vec<(String, Node)>),
}

impl Node {
    /// The text of a TOML file.
    pub fn of_toml(text: &str) -> Result<Node, Refusal> {
        let table: toml::Table = text
            .parse()
            .map_err(|error: toml::de::Error| Refusal::at(Code::Unreadable, "").with("why", error.message()))?;
        Ok(from_toml(toml::Value::Table(table)))
    }
}

fn from_toml(value: toml::Value) -> Node {
    match value {
        toml::Value::Boolean(flag) => Node::Flag(flag),
        toml::Value::Integer(whole) => Node::Text(whole.to_string()),
        // TOML's floats are not exact, so packs quote decimals; this one is refused where it is read.
        toml::Value::Float(_) => Node::Nothing,
        toml::Value::String(text) => Node::Text(text),
        toml::Value::Datetime(day) => Node::Text(day.to_string()),
        toml::Value::Array(list) => Node::List(list.into_iter().map(from_toml).collect()),
        toml::Value::Table(table) => Node::Table(
            table
                .into_iter()
                .map(|(name, value)| (name, from_toml(value)))
                .collect(),
        ),
    }
}

/// A table being read. What was asked for is remembered, so that the rest can be refused.
pub struct Reader<'a> {
    table: &'a [(String, Node)],
    place: String,
    asked: Vec<&'static str>,
}

impl<'a> Reader<'a> {
    /// Reads a node that must be a table.
    pub fn new(node: &'a Node, place: impl Into<String>) -> Result<Reader<'a>, Refusal> {
        let place = place.into();
        match node {
            Node::Table(table) => Ok(Reader {
                table,
                place,
                asked: Vec::new(),
            }),
            _ => Err(Refusal::at(Code::WrongKind, place).with("wanted", "table")),
        }
    }

    /// Where a key stands.
    pub fn place(&self, key: &str) -> String {
        if self.place.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.place)
        }
    }

    /// What stands under a key; nothing for a key that is not there or holds nothing.
    pub fn node(&mut self, key: &'static str) -> Option<&'a Node> {
        self.asked.push(key);
        let found = self.table.iter().find(|(name, _)| name == key);
        found.map(|(_, node)| node).filter(|node| **node != Node::Nothing)
    }

    /// A text.
    pub fn text(&mut self, key: &'static str) -> Result<Option<&'a str>, Refusal> {
        match self.node(key) {
            None => Ok(None),
            Some(Node::Text(text)) => Ok(Some(text.trim())),
            Some(_) => Err(Refusal::at(Code::WrongKind, self.place(key)).with("wanted", "text")),
        }
    }

    /// Yes or no.
    pub fn flag(&mut self, key: &'static str) -> Result<Option<bool>, Refusal> {
        match self.node(key) {
            None => Ok(None),
            Some(Node::Flag(flag)) => Ok(Some(*flag)),
            Some(_) => Err(Refusal::at(Code::WrongKind, self.place(key)).with("wanted", "flag")),
        }
    }

    /// A day.
    pub fn day(&mut self, key: &'static str) -> Result<Option<Day>, Refusal> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        let day = text.parse();
        day.map(Some)
            .map_err(|_| Refusal::at(Code::NotADay, self.place(key)).with("value", text))
    }

    /// An amount that is not negative.
    pub fn fen(&mut self, key: &'static str) -> Result<Option<Fen>, Refusal> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        let wrong = |code| Refusal::at(code, self.place(key)).with("value", text);
        let fen: Fen = text.parse().map_err(|_| wrong(Code::NotAnAmount))?;
        if fen < Fen::ZERO || fen > AMOUNT_MAX {
            return Err(wrong(Code::AmountOutOfRange));
        }
        Ok(Some(fen))
    }

    /// A rate between nothing and a bound.
    pub fn rate(&mut self, key: &'static str, most: Rate) -> Result<Option<Rate>, Refusal> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        let wrong = |code| {
            Refusal::at(code, self.place(key))
                .with("value", text)
                .with("most", most)
        };
        let rate: Rate = text.parse().map_err(|_| wrong(Code::NotARate))?;
        if rate < Rate(0) || rate > most {
            return Err(wrong(Code::RateOutOfRange));
        }
        Ok(Some(rate))
    }

    /// A whole number between two bounds.
    pub fn count(&mut self, key: &'static str, least: u32, most: u32) -> Result<Option<u32>, Refusal> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        let count: Option<u32> = text.parse().ok();
        let fits = count.filter(|count| (least..=most).contains(count));
        fits.map(Some).ok_or_else(|| {
            let refusal = Refusal::at(Code::CountOutOfRange, self.place(key)).with("value", text);
            refusal.with("least", least).with("most", most)
        })
    }

    /// One of a closed list of words.
    pub fn choice<T: Copy>(&mut self, key: &'static str, words: &[(&str, T)]) -> Result<Option<T>, Refusal> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        let found = words.iter().find(|(word, _)| *word == text);
        found.map(|(_, choice)| Some(*choice)).ok_or_else(|| {
            let choices: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            Refusal::at(Code::NotAChoice, self.place(key))
                .with("value", text)
                .with("choices", choices.join(", "))
        })
    }

    /// A list of texts; a single text is a list of one.
    pub fn texts(&mut self, key: &'static str) -> Result<Vec<String>, Refusal> {
        let wrong = || Refusal::at(Code::WrongKind, self.place(key)).with("wanted", "list");
        let text = |node: &Node| match node {
            Node::Text(text) => Ok(text.clone()),
            _ => Err(wrong()),
        };
        let found = self.table.iter().find(|(name, _)| name == key).map(|(_, node)| node);
        let texts = match found {
            None | Some(Node::Nothing) => Ok(Vec::new()),
            Some(Node::List(list)) => list.iter().map(text).collect(),
            Some(node) => text(node).map(|text| vec![text]),
        };
        self.asked.push(key);
        texts
    }

    /// The tables of a list, each ready to be read.
    pub fn tables(&mut self, key: &'static str) -> Result<Vec<Reader<'a>>, Refusal> {
        let place = self.place(key);
        match self.node(key) {
            None => Ok(Vec::new()),
            Some(Node::List(list)) => {
                let numbered = list.iter().enumerate();
                numbered
                    .map(|(at, node)| Reader::new(node, format!("{place}[{at}]")))
                    .collect()
            }
            Some(_) => Err(Refusal::at(Code::WrongKind, place).with("wanted", "list")),
        }
    }

    /// A key that must be there.
    pub fn needed<T>(&self, key: &'static str, found: Option<T>) -> Result<T, Refusal> {
        found.ok_or_else(|| Refusal::at(Code::Missing, self.place(key)))
    }

    /// Refuses what nobody asked for.
    pub fn done(&self) -> Result<(), Refusal> {
        let unknown = self.table.iter().find(|(name, _)| !self.asked.contains(&name.as_str()));
        unknown.map_or(Ok(()), |(name, _)| {
            let known = self.asked.join(", ");
            Err(Refusal::at(Code::UnknownKey, self.place(name)).with("known", known))
        })
    }
}
