//! Room: what can be wrong with an expression when a pack is loaded, and where.
//!
//! The caller adds file and key. Evaluating never gives a fault.

use super::parse::{CHARS_MAX, DEPTH_MAX, PARTS_MAX};
use super::tree::Kind;
use super::types::Type;
use std::fmt;
use std::ops::Range;

/// Why an expression is refused. Its `Display` is a full sentence in Chinese.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The bytes of the source that it is about.
    pub range: Range<usize>,
    /// The line of the source, from 1.
    pub line: usize,
    /// The character in that line, from 1.
    pub column: usize,
    /// What is wrong.
    pub kind: FaultKind,
}

/// What is wrong with an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// More characters than [`CHARS_MAX`].
    TooLong {
        /// How many there are.
        chars: usize,
    },
    /// Nested deeper than [`DEPTH_MAX`].
    TooDeep,
    /// More parts than [`PARTS_MAX`].
    TooManyParts,
    /// Nothing but spaces.
    Empty,
    /// A character or word that stands for another: full-width, half a symbol, `and`.
    WriteInstead {
        /// What was written.
        found: String,
        /// What to write.
        instead: String,
    },
    /// A character that begins nothing.
    StrayCharacter {
        /// The character.
        found: char,
    },
    /// A quoted text that does not end on its line.
    OpenText,
    /// A backslash before something else than a quote or a backslash.
    BadEscape {
        /// What follows the backslash.
        found: char,
    },
    /// Not a number, or one with more than 28 digits.
    BadNumber {
        /// What was written.
        text: String,
    },
    /// Something else was wanted here.
    Unexpected {
        /// What was written.
        found: String,
        /// What was wanted.
        wanted: Wanted,
    },
    /// The source ends where something was wanted.
    EndsEarly {
        /// What was wanted.
        wanted: Wanted,
    },
    /// A bracket that is never closed.
    Unclosed {
        /// The bracket.
        open: char,
    },
    /// No field has this name.
    UnknownField {
        /// The name.
        name: String,
        /// The nearest known one.
        near: Option<String>,
    },
    /// No account has this name.
    UnknownAccount {
        /// The name.
        name: String,
        /// The nearest known one.
        near: Option<String>,
    },
    /// No function has this name.
    UnknownFunction {
        /// The name.
        name: String,
        /// The nearest known one.
        near: Option<String>,
    },
    /// A personal or sensitive field (design law 3).
    MayNotRead {
        /// Its name.
        name: String,
    },
    /// The definition gives a number more than 18 digits after the point.
    BadScale {
        /// The field's name.
        name: String,
    },
    /// `date(…)` without a day of the calendar in quotes.
    BadDate {
        /// What was written.
        text: String,
    },
    /// `month(…)` without a month of the calendar in quotes.
    BadMonth {
        /// What was written.
        text: String,
    },
    /// A function that asks about a field was given something else.
    NeedsName {
        /// The function.
        function: &'static str,
    },
    /// Too few or too many arguments.
    WrongCount {
        /// The function.
        function: &'static str,
        /// How many it takes at least.
        least: usize,
        /// How many it takes at most, if that is limited.
        most: Option<usize>,
        /// How many there are.
        found: usize,
    },
    /// An argument of another type.
    WrongArgument {
        /// The function.
        function: &'static str,
        /// Which argument, from 1.
        position: usize,
        /// What it takes, in the screen's words.
        wanted: &'static str,
        /// What it was given.
        found: Type,
    },
    /// The places of `round` are not a whole number from 0 to 10.
    BadPlaces,
    /// An operand of another type.
    WrongOperand {
        /// The operator.
        operator: &'static str,
        /// What it takes.
        wanted: Type,
        /// What it was given.
        found: Type,
    },
    /// A comparison of two types.
    Mixed {
        /// The left side.
        left: Type,
        /// The right side.
        right: Type,
    },
    /// Values among which one is to be taken (branches, arguments) are of two types.
    Uneven {
        /// The first type.
        first: Type,
        /// The one that differs.
        other: Type,
    },
    /// `a < b < c`: comparisons side by side without brackets.
    Chained,
    /// A comparison by size of a type that has none.
    NoOrder {
        /// The type.
        found: Type,
    },
    /// Units, links and evidence may only be asked for being there.
    OnlyHas {
        /// The type.
        found: Type,
    },
    /// A literal that is not one of the choice's ids.
    UnknownChoice {
        /// The literal.
        text: String,
        /// The nearest id.
        near: Option<String>,
    },
    /// Two choices without a common id, or two different literals.
    NeverEqual,
    /// `in []`.
    EmptyList,
    /// `in [null]`.
    NullInList,
    /// The whole gives another type than its place wants.
    WrongResult {
        /// What is wanted.
        wanted: Type,
        /// What it gives.
        found: Type,
    },
    /// Something that a formula over accounts may not use.
    NotInFormula {
        /// What was written.
        found: &'static str,
    },
}

/// What the grammar wanted where something else stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A name, a literal, a call or a bracket.
    Value,
    /// An operator or the end.
    Operator,
    /// This symbol.
    Symbol(&'static str),
}

impl Fault {
    pub(super) fn at(source: &str, range: Range<usize>, kind: FaultKind) -> Fault {
        let before = &source[..range.start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Fault {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            range,
            kind,
        }
    }

    pub(super) fn date(text: &str) -> Result<Kind, FaultKind> {
        let text = text.to_string();
        text.parse().map(Kind::Date).map_err(|_| FaultKind::BadDate { text })
    }

    pub(super) fn month(text: &str) -> Result<Kind, FaultKind> {
        let text = text.to_string();
        text.parse().map(Kind::Month).map_err(|_| FaultKind::BadMonth { text })
    }
}

impl std::error::Error for Fault {}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 1 {
            write!(f, "第 {} 行", self.line)?;
        }
        write!(f, "第 {} 列：{}", self.column, self.kind)
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use FaultKind::*;
        match self {
            TooLong { chars } => {
                write!(f, "表达式有 {chars} 个字符，最多 {CHARS_MAX} 个，请拆成几条")
            }
            TooDeep => write!(f, "括号等嵌套超过 {DEPTH_MAX} 层，请拆成几条"),
            TooManyParts => write!(f, "表达式的组成部分超过 {PARTS_MAX} 个，请拆成几条"),
            Empty => write!(f, "表达式是空的，请写出内容"),
            WriteInstead { found, instead } => write!(f, "这里写成了“{found}”，应写“{instead}”"),
            StrayCharacter { found } => write!(
                f,
                "不认识的字符“{}”（U+{:04X}），请删去",
                found.escape_debug(),
                u32::from(*found)
            ),
            OpenText => write!(f, "引号里的文字没有收尾，请在同一行补上另一个引号"),
            BadEscape { found } => {
                write!(f, "“\\”后面只能是引号或“\\”，这里是“{}”", found.escape_debug())
            }
            BadNumber { text } => write!(f, "“{text}”不是数字（最多 28 位；名称不能以数字开头，文字要加引号）"),
            Unexpected { found, wanted } => write!(f, "这里应是{wanted}，却是“{found}”"),
            EndsEarly { wanted } => write!(f, "表达式没有写完，这里还应有{wanted}"),
            Unclosed { open } => write!(f, "括号“{open}”没有配对的右括号"),
            UnknownField { name, near } => unknown(f, "字段", name, near),
            UnknownAccount { name, near } => unknown(f, "科目", name, near),
            UnknownFunction { name, near } => unknown(f, "函数", name, near),
            MayNotRead { name } => {
                write!(
                    f,
                    "字段“{name}”的密级是个人或敏感信息，规则不得读取，请改用公开的派生字段"
                )
            }
            BadScale { name } => write!(f, "字段“{name}”的小数位数超过 18 位，请改台账定义"),
            BadDate { .. } => {
                write!(f, "日期要写成 date(\"2024-06-30\")，且在 1900 年至 2199 年的日历中")
            }
            BadMonth { .. } => {
                write!(f, "月份要写成 month(\"2024-06\")，且在 1900 年至 2199 年之间")
            }
            NeedsName { function } => write!(f, "{function}(…) 的括号里只能写一个字段的名称"),
            WrongCount {
                function,
                least,
                most,
                found,
            } => wrong_count(f, function, *least, *most, *found),
            WrongArgument {
                function,
                position,
                wanted,
                found,
            } => write!(f, "{function}(…) 的第 {position} 个参数应是{wanted}，这里是{found}"),
            BadPlaces => write!(f, "round(…) 的小数位数应直接写 0 到 10 的整数"),
            WrongOperand {
                operator,
                wanted,
                found,
            } => {
                write!(f, "“{operator}”只能用于{wanted}，这里是{found}{}", hint(wanted, found))
            }
            Mixed { left, right } => {
                write!(f, "{left}不能与{right}比较{}", hint(left, right))
            }
            Uneven { first, other } => write!(f, "几个取值的类型应相同，前面是{first}，这里是{other}"),
            Chained => write!(f, "比较不能连写，请写成“a < b && b < c”的样子，或者加括号"),
            NoOrder { found: Type::Null } => {
                write!(f, "空值没有大小，只能用 == null 或 != null 判断")
            }
            NoOrder { found } => write!(f, "{found}没有大小之分，只能用 ==、!= 或 in 比较"),
            OnlyHas { found } => write!(f, "{found}字段在这里只能用 has(…) 判断有没有"),
            UnknownChoice { text, near } => unknown(f, "选项", text, near),
            NeverEqual => write!(f, "两边没有相同的选项，永远不会相等"),
            EmptyList => write!(f, "in 后面的方括号里至少要有一个值"),
            NullInList => write!(f, "in 的列表里不能有 null，请另写 == null"),
            WrongResult { wanted, found } => {
                write!(f, "整条表达式应得出{wanted}，现在得出的是{found}")
            }
            NotInFormula { found } => write!(f, "科目公式里不能用 {found}"),
        }
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Wanted::Value => f.write_str("一个值（字段、数字、带引号的文字或括号）"),
            Wanted::Operator => f.write_str("运算符或结尾"),
            Wanted::Symbol(symbol) => write!(f, "“{symbol}”"),
        }
    }
}

fn unknown(f: &mut fmt::Formatter<'_>, what: &str, name: &str, near: &Option<String>) -> fmt::Result {
    write!(f, "没有名为“{name}”的{what}")?;
    match near {
        Some(near) => write!(f, "，是否想写“{near}”？"),
        None => write!(f, "，请核对名称"),
    }
}

fn wrong_count(
    f: &mut fmt::Formatter<'_>,
    function: &str,
    least: usize,
    most: Option<usize>,
    found: usize,
) -> fmt::Result {
    match (least, most) {
        (0, Some(0)) => write!(f, "{function}() 的括号里不写参数"),
        (_, Some(_)) => write!(f, "{function}(…) 要 {least} 个参数，这里有 {found} 个"),
        (_, None) => write!(f, "{function}(…) 至少要 {least} 个参数，这里有 {found} 个"),
    }
}

/// How to write a literal of the type that was meant.
fn hint(left: &Type, right: &Type) -> &'static str {
    match (left, right) {
        (Type::Date, Type::Text) | (Type::Text, Type::Date) => "；日期要写成 date(\"2024-06-30\")",
        (Type::Month, Type::Text) | (Type::Text, Type::Month) => "；月份要写成 month(\"2024-06\")",
        (Type::Date, Type::Month) | (Type::Month, Type::Date) => "；日期的月份是 month_of(…)",
        (Type::Number, Type::Text) => "；数字不要加引号",
        (Type::Text | Type::Choice(_), Type::Number) => "；文字和代码要加引号",
        _ => "",
    }
}
