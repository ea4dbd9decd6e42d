//! Room: the Chinese words of dates, amounts and empty answers, as people type them.
//!
//! This is grammar, not text for a reader: nothing in this file is ever a message. The words that
//! dates are shown with stand here too, so that what is shown can be read again.

/// What stands for a question that does not apply, in every kind.
pub(super) const NOT_APPLICABLE: &str = "不适用";

/// Marks that say the same where a lone dash cannot be a value.
const NOT_APPLICABLE_MARKS: &[&str] = &["-", "--", "---", "—", "——", "–", "―", "−", "/"];

/// Words that make an amount or a day less than exact; such a text is refused, never cut down.
const ABOUT: &[&str] = &[
    "约",
    "近",
    "超",
    "逾",
    "余",
    "多",
    "左右",
    "上下",
    "以上",
    "以下",
    "以内",
    "不低于",
    "不少于",
    "不超过",
    "至少",
    "最多",
    "预计",
    "估",
    "力争",
    "暂定",
    "≈",
    "≥",
    "≤",
    ">",
    "<",
];

/// Words between the two ends of a range.
const RANGE: &[char] = &['~', '～', '至', '到', '—', '–'];

/// Halves of a year: no precision of the book is as coarse as that without being a year.
const HALF_YEAR: &[&str] = &["上半年", "下半年"];

/// Before a day, or up to it: the law (民法典第一千二百五十九条) and the street disagree.
const BEFORE: char = '前';

/// What may stand before a measure, longest first, and how many zeros it means.
pub(super) const MULTIPLIERS: &[(&str, u32)] = &[
    ("万亿", 12),
    ("千亿", 11),
    ("百亿", 10),
    ("十亿", 9),
    ("千万", 7),
    ("百万", 6),
    ("十万", 5),
    ("亿", 8),
    ("万", 4),
    ("千", 3),
    ("百", 2),
];

/// What a list of choices is joined by.
pub(super) const LIST_COMMA: &str = "、";

/// What the digits of a date mean, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    YearMonthDay,
    MonthDay,
    YearMonth,
    Month,
    YearQuarter,
    Quarter,
    Year,
    /// The year that the surroundings say.
    ThisYear,
    /// Digits alone; how many decides.
    Digits,
}

/// Shapes of dates: every run of digits is written N, blanks are gone, dashes are hyphens, and
/// quarters are counted in digits. 底前 and 末前 set a limit that includes the period's last day;
/// a bare 前 might exclude it and is no date.
pub(super) const DATE_SHAPES: &[(&str, Form)] = &[
    ("N-N-N", Form::YearMonthDay),
    ("N/N/N", Form::YearMonthDay),
    ("N.N.N", Form::YearMonthDay),
    ("N年N月N日", Form::YearMonthDay),
    ("N年N月N号", Form::YearMonthDay),
    ("N月N日", Form::MonthDay),
    ("N月N号", Form::MonthDay),
    ("N-N", Form::YearMonth),
    ("N/N", Form::YearMonth),
    ("N.N", Form::YearMonth),
    ("N年N月", Form::YearMonth),
    ("N年N月份", Form::YearMonth),
    ("N年N月底", Form::YearMonth),
    ("N年N月末", Form::YearMonth),
    ("N年N月底前", Form::YearMonth),
    ("N年N月末前", Form::YearMonth),
    ("N月", Form::Month),
    ("N月份", Form::Month),
    ("N月底", Form::Month),
    ("N月末", Form::Month),
    ("N月底前", Form::Month),
    ("N月末前", Form::Month),
    ("NQN", Form::YearQuarter),
    ("N-QN", Form::YearQuarter),
    ("N年QN", Form::YearQuarter),
    ("N年N季度", Form::YearQuarter),
    ("N年N季度末", Form::YearQuarter),
    ("N年N季度底", Form::YearQuarter),
    ("N年N季度末前", Form::YearQuarter),
    ("N年N季度底前", Form::YearQuarter),
    ("QN", Form::Quarter),
    ("N季度", Form::Quarter),
    ("N季度末", Form::Quarter),
    ("N季度底", Form::Quarter),
    ("N季度末前", Form::Quarter),
    ("N季度底前", Form::Quarter),
    ("N年", Form::Year),
    ("N年度", Form::Year),
    ("N年内", Form::Year),
    ("N年底", Form::Year),
    ("N年末", Form::Year),
    ("N年底前", Form::Year),
    ("N年末前", Form::Year),
    ("年底", Form::ThisYear),
    ("年末", Form::ThisYear),
    ("年内", Form::ThisYear),
    ("年底前", Form::ThisYear),
    ("年末前", Form::ThisYear),
    ("N", Form::Digits),
];

const ORDINAL: char = '第';
const QUARTERS: [&str; 4] = ["一季度", "二季度", "三季度", "四季度"];

pub(super) fn says_not_applicable(text: &str) -> bool {
    // None of these words begins as nearly every text does.
    if text.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return false;
    }
    let says = |word: &str| text.chars().map(super::text::narrowed).eq(word.chars());
    says(NOT_APPLICABLE) || NOT_APPLICABLE_MARKS.iter().any(|mark| says(mark))
}

/// Why a text may have failed to be an exact amount, as a word of the refusal.
pub(super) fn hint_of_amount(text: &str) -> Option<&'static str> {
    if ABOUT.iter().any(|word| text.contains(word)) {
        return Some("about");
    }
    is_range(text).then_some("range")
}

/// Why a text may have failed to be a day, as a word of the refusal.
pub(super) fn hint_of_date(text: &str) -> Option<&'static str> {
    if HALF_YEAR.iter().any(|word| text.contains(word)) {
        return Some("half_year");
    }
    hint_of_amount(text).or(text.ends_with(BEFORE).then_some("before"))
}

/// Digits on both sides of a dash or of a word that leads from one end to the other.
fn is_range(text: &str) -> bool {
    let is_digit = |c: char| c.is_ascii_digit();
    let between = text
        .find(is_digit)
        .zip(text.rfind(is_digit))
        .map(|(first, last)| &text[first..last]);
    between.is_some_and(|between| between.contains(|c: char| c == '-' || RANGE.contains(&c)))
}

/// The text with quarters counted in digits: 三季度 and 第3季度 become 3季度.
pub(super) fn count_quarters(text: &str) -> String {
    let text = text.replace(ORDINAL, "");
    let counted = QUARTERS.iter().zip(1..).find(|(word, _)| text.contains(*word));
    match counted {
        Some((word, quarter)) => text.replace(word, &format!("{quarter}{}", &word[3..])),
        None => text,
    }
}

pub(super) fn show_month(year: i32, month: u32) -> String {
    format!("{year}年{month}月")
}

pub(super) fn show_quarter(year: i32, quarter: usize) -> String {
    format!("{year}年{}", QUARTERS[(quarter - 1).min(3)])
}

pub(super) fn show_half_year(year: i32, first: bool) -> String {
    format!("{year}年{}", if first { "上半年" } else { "下半年" })
}

pub(super) fn show_year(year: i32) -> String {
    format!("{year}年")
}
