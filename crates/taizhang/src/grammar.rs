//! Room: words that are read, not said — what columns of sheets and answers in cells go by. Nothing
//! here is a message; what a reader is told stands in the locale.

/// Headings of the stage, as far as no field is called so.
pub(crate) const STAGE_HEADINGS: [&str; 5] = ["环节", "当前环节", "状态", "阶段", "stage"];

/// What does not apply, in the word that the core reads.
pub(crate) const NOT_APPLICABLE: &str = "不适用";

/// Headings of the hidden columns of a template: the record, and the entry that its sender had seen.
pub(crate) const RECORD_HEADING: &str = "条目号";
pub(crate) const VERSION_HEADING: &str = "所见流水号";

/// Words before a number that stand for its month where the sheet has one column for each.
pub(crate) const MONTH_WORDS: [&str; 2] = ["本月", "当月"];
