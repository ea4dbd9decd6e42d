//! Room: the sentences of a pack's faults and plans in Chinese; `words_en` has them in English.
//!
//! Says what is wrong and what to do; the place is put before it elsewhere. No other file of the
//! pack holds text that a user reads.

use super::fault::{FaultCode, Holds, Noun, Shape, Wanted};
use super::plan::{Caution, Change, ChangeKind, Part, Refusal, RefusalCode};
use super::words_en;
use crate::codes::CsvWhy;
use crate::definition::Lang;

/// What a practice book adds to the district's name.
pub(super) const PRACTICE: &str = "（练习账）";

/// The base unit of money; a money field is a scaled integer of it (fen).
pub(super) const YUAN: &str = "元";

/// What the stage is called as a dimension.
pub(super) fn stage(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "环节",
        Lang::En => "Stage",
    }
}

impl FaultCode {
    /// What is wrong and what to do, without the place.
    pub fn text(&self, lang: Lang) -> String {
        match lang {
            Lang::Zh => chinese(self),
            Lang::En => words_en::english(self),
        }
    }
}

impl Change {
    /// What is done to what, as one line.
    pub fn text(&self, lang: Lang) -> String {
        match lang {
            Lang::Zh => change(self),
            Lang::En => words_en::change(self),
        }
    }
}

impl Refusal {
    /// What is refused, why, and what to do.
    pub fn text(&self, lang: Lang) -> String {
        match lang {
            Lang::Zh => format!("“{}”（{}）：{}", self.name, self.path, reason(self.code)),
            Lang::En => words_en::refusal(self),
        }
    }
}

fn chinese(code: &FaultCode) -> String {
    use FaultCode::*;
    match code {
        Syntax { message } => format!("不是合法的 TOML：{}", syntax(message)),
        MissingFile => "缺少这个文件，请补上".to_owned(),
        NoFloor { account } => format!("科目“{account}”没有下限（floor），不逐户记余额；请写 floor = \"0\""),
        UnknownFile { near } => format!("方案里用不到这个文件{}", or_else(near, "；请改名，或移到别的文件夹")),
        UnknownKey { key, near, known } => {
            format!(
                "这里没有“{key}”这一项{}",
                or_else(near, &format!("；可写：{}", known.join("、")))
            )
        }
        MissingKey { key } => format!("缺少“{key}”，请补上"),
        WrongType { key, wanted } => format!("“{key}”应是{}", shape(*wanted)),
        Empty { key } => format!("“{key}”不能为空"),
        OutOfRange { key, least, most } => format!("“{key}”应在 {least} 到 {most} 之间"),
        UnknownWord {
            key,
            found,
            near,
            known,
        } => {
            format!(
                "“{key}”不能是“{found}”{}",
                or_else(near, &format!("；可写：{}", known.join("、")))
            )
        }
        ExactlyOne { keys, found: 0 } => format!("{} 中要写一项", keys.join("、")),
        ExactlyOne { keys, found } => format!("{} 中只能写一项，这里写了 {found} 项", keys.join("、")),
        BadId { found, dotted } => format!(
            "“{found}”不能作标识：要以小写字母开头，只用小写字母、数字和“_”{}",
            if *dotted { "，各段之间用“.”" } else { "" }
        ),
        ReservedId { id } => format!("“{id}”是系统或规则的保留字，请换一个标识"),
        BadNumber { found, places: 0 } => format!("“{found}”不是这里能用的数：要整数，不带千分位"),
        BadNumber { found, places } => {
            format!("“{found}”不是这里能用的数：最多 {places} 位小数，不带千分位，数值不能过大")
        }
        NotPositive { found } => format!("“{found}”应大于零"),
        BadDate { found } => format!("“{found}”不是日期；要写成 2024-06-30，且在 1900 年至 2199 年之间"),
        BadTrigger { found } => format!("“{found}”不是时点；要写 open、move:流转标识 或 field:字段标识"),
        BadGrant { found } => {
            format!("“{found}”不是权限；要写成 动作:范围 或 动作:范围:台账,台账，例如 read:below、write:own:well")
        }
        NoFrontMatter => "通报和文书的开头要有一段设置，写在两行“+++”之间".to_owned(),
        Csv(why) => csv(why),
        Rule(kind) => kind.to_string(),
        Duplicate { what, name, file, line } => {
            format!("{}“{name}”重复：{file} 第 {line} 行已有，请改名或删去一个", noun(*what))
        }
        Unknown { what, name, near } => format!("没有名为“{name}”的{}{}", noun(*what), or_else(near, "，请核对名称")),
        NotExtending { base } => format!("方案要写明依据的基础方案：extends = \"{base}\""),
        SystemOutsideBase => "只有基础方案可以有系统台账，请删去 system".to_owned(),
        Unused { what, name } => format!("{}“{name}”没有用处，请用上或删去", noun(*what)),
        WrongKind { field, wanted } => format!("字段“{field}”的类型不合：这里要{}", wanted_kind(*wanted)),
        Sealed { field } => format!("字段“{field}”的密级是个人或敏感信息，这里不得读取，请改用公开的派生字段"),
        SealedKeyNotAlone { field } => format!("字段“{field}”是加密的，只能单独作唯一键，不能与别的字段合用"),
        ClassTooOpen { allowed } => format!("这种字段的密级只能是：{}", allowed.join("、")),
        SecondInitial { first } => format!("起始环节只能有一个，前面已有“{first}”"),
        Unreachable { stage } => format!("环节“{stage}”没有流转可以到达，请补上流转或删去环节"),
        NoStages => "本台账没有环节（stage），不能有流转和时限；请先定义环节".to_owned(),
        NotATimeout { found } => format!("流转“{found}”人也能办；到期自动流转请另设一个，写上 timeout = true"),
        TemplateWithoutParent => "清单（template）由上级条目的流转展开，请先写 [parent]".to_owned(),
        ItemCycle { path } => format!("这些事项互为前置，请去掉一处：{}", path.join("、")),
        RunsAndPauses { stage } => format!("时限在环节“{stage}”不能既计时又中止，请从一处删去"),
        InheritsOther { own, theirs } => {
            format!("字段“{own}”与上级的“{theirs}”类型或密级不同，不能继承；请改成一样，或不继承")
        }
        ParentCycle { path } => format!("台账的上级绕成了圈：{}", path.join(" → ")),
        ParentTooDeep { most } => format!("台账的上级超过 {most} 层，请减少层级"),
        NoUnit { register } => {
            format!("台账“{register}”要记分录，却没有写明条目归哪个单位；请加上 unit = \"单位字段的标识\"")
        }
        OtherAccountKind { account, holds } => {
            format!("科目“{account}”{}，与这条规则不合；请换科目或换规则", held(*holds))
        }
        DimCount { account, wanted, found } => {
            format!("科目“{account}”有 {wanted} 个维度，这里给了 {found} 个；请按科目的次序逐个写出")
        }
        ScaleDiffers { left, right } => format!("“{left}”与“{right}”的小数位数不同，借贷不能平衡；请改成一样"),
        ScaleLost { account, field } => {
            format!("科目“{account}”的小数位数少于字段“{field}”，会丢掉尾数；请加大科目的 scale")
        }
        MeasureDiffers { left, right } => format!("计量单位“{left}”与“{right}”不能换算，请改成同一类"),
        NotABase { measure } => format!("“{measure}”本身是换算来的，不能作基本单位；请写最小的那个单位"),
        FloorWithoutMoney => "只有资金科目（kind = \"money\"）可以有 floor 和 recovery".to_owned(),
        ReadsDay => "存量和逾期的规则不能用 day()：两次记账之间不会重算；请改用 from、until 或时限".to_owned(),
        Unfed { account } => format!("科目“{account}”没有台账记入；请在台账里加 [[posting]]，或删去科目"),
        FormulaCycle { account } => format!("科目“{account}”的公式经过别的公式又用到了自己，请改公式"),
        UnitCycle { code } => format!("单位“{code}”的上级绕成了圈，请改 parent"),
        SecondRoot { first } => format!("只能有一个没有上级的单位，前面已有“{first}”；请写上 parent"),
        BadHours { found } => {
            format!("“{found}”不是一天的上班时间，应按先后写成 08:30-12:00,14:30-17:30")
        }
        LightsOverlap { day } => format!("{day} 这一天有两条亮灯规则同时有效，请把起止日期错开"),
        Backwards => "结束日期早于开始日期，请改正".to_owned(),
    }
}

fn or_else(near: &Option<String>, otherwise: &str) -> String {
    match near {
        Some(near) => format!("，是否想写“{near}”？"),
        None => otherwise.to_owned(),
    }
}

/// The parser's English for the mistakes that people make most; the rest is shown as it is.
fn syntax(message: &str) -> String {
    let known = [
        ("duplicate key", "同一个键写了两次"),
        ("string values must be quoted", "文字要加引号"),
        ("invalid basic string", "引号没有收尾，或引号里有不能写的字符"),
        ("invalid literal string", "引号没有收尾，或引号里有不能写的字符"),
        ("key with no value", "键后面没有“=”和值"),
        ("missing assignment between key-value pairs", "键后面缺少“=”"),
        ("missing comma between array elements", "列表的两项之间缺少逗号"),
        ("missing comma between key-value pairs", "两项之间缺少逗号"),
        ("unclosed array", "列表缺少“]”"),
        ("unclosed table", "表头缺少“]”"),
        ("unclosed inline table", "缺少“}”"),
        ("invalid unquoted key", "键里有不能写的字符，请加引号"),
        ("unexpected key or value", "一行只能写一项"),
        ("cannot recurse further", "嵌套太深"),
    ];
    let found = known.iter().find(|(english, _)| message.starts_with(english));
    found.map_or_else(|| message.to_owned(), |(_, chinese)| (*chinese).to_owned())
}

fn csv(why: &CsvWhy) -> String {
    match why {
        CsvWhy::Header { expected } => format!("第一行应是表头：{expected}"),
        CsvWhy::Cells { expected, found } => format!("这一行有 {found} 格，应有 {expected} 格"),
        CsvWhy::Quote => "这种表里不用引号，请删去".to_owned(),
        CsvWhy::Blank { column } => format!("“{column}”一格为空，或前后有空格"),
        CsvWhy::Date { column, value } => format!("“{column}”一格的“{value}”不是日期；要写成 2024-06-30"),
        CsvWhy::Value { column, value } => format!("“{column}”一格不能是“{value}”"),
        CsvWhy::Twice { key, first } => format!("“{key}”在第 {first} 行已有，请删去一行"),
        CsvWhy::Dangling { column, value } => format!("“{column}”一格的“{value}”没有对应的行"),
        CsvWhy::Contradiction {
            column,
            value,
            file,
            other,
        } => {
            format!("“{column}”一格的“{value}”与 {file} 第 {other} 行矛盾")
        }
    }
}

fn shape(shape: Shape) -> &'static str {
    match shape {
        Shape::Text => "加引号的文字",
        Shape::Integer => "整数，不加引号",
        Shape::Bool => "true 或 false",
        Shape::Decimal => "整数，或加引号的小数，例如 \"12.5\"",
        Shape::Day => "日期，例如 2024-06-30",
        Shape::Texts => "文字的列表，例如 [\"a\", \"b\"]",
        Shape::Table => "一张表，例如 { a = \"b\" }",
        Shape::Tables => "表的列表，每张以两层方括号开头",
        Shape::TextsOrTables => "文字的列表或表的列表，不能混写",
        Shape::TextsOrPairs => "文字的列表，或成对的表，例如 { own = \"theirs\" }",
    }
}

fn noun(noun: Noun) -> &'static str {
    match noun {
        Noun::Register => "台账",
        Noun::Field => "字段",
        Noun::Heading => "栏目名",
        Noun::Choice => "选项",
        Noun::Stage => "环节",
        Noun::Move => "流转",
        Noun::Key => "唯一键",
        Noun::Check => "校验",
        Noun::Limit => "时限",
        Noun::Instrument => "算定",
        Noun::View => "视图",
        Noun::Section => "版块",
        Noun::Board => "记分榜",
        Noun::Invariant => "恒等式",
        Noun::Account => "科目",
        Noun::Dim => "维度",
        Noun::Measure => "计量单位",
        Noun::Role => "角色",
        Noun::Target => "目标",
        Noun::Bulletin => "通报",
        Noun::Paper => "文书",
        Noun::Claim => "说法",
        Noun::Unit => "单位",
        Noun::Level => "单位层级",
    }
}

fn wanted_kind(wanted: Wanted) -> &'static str {
    match wanted {
        Wanted::Unit => "单位（unit）",
        Wanted::Link => "关联（link）",
        Wanted::Date => "日期（date）",
        Wanted::DateOrMonth => "日期或月份（date、month）",
        Wanted::Number => "数字（integer、quantity、money、percent）",
        Wanted::Money => "金额（money）",
        Wanted::Groupable => "可分组的类型，不能是佐证、位置或人",
        Wanted::Place => "位置，且不能是个人信息",
        Wanted::Comparable => "可比较的类型，不能是佐证或位置",
    }
}

fn held(holds: Holds) -> &'static str {
    match holds {
        Holds::Stock => "记存量（stock）",
        Holds::Flow => "记发生额（flow、finished_late）",
        Holds::Late => "记逾期（late）",
        Holds::Money => "记资金（money）",
        Holds::Formula => "由公式算出，不能记入",
    }
}

fn change(change: &Change) -> String {
    let kind = match change.kind {
        ChangeKind::Added => "新增",
        ChangeKind::Changed => "改动",
        ChangeKind::Retired => "停用",
    };
    let name = if change.name.is_empty() {
        String::new()
    } else {
        format!("“{}”", change.name)
    };
    let caution = change.caution.map_or("", caution);
    format!("{kind}{}{name}（{}）{caution}", part(change.part), change.path)
}

fn caution(caution: Caution) -> &'static str {
    match caution {
        Caution::UnitStays => "：账簿里的单位不会随之撤销；撤并请在“单位”台账登记撤销日期和承接单位，改代码即新设单位",
        Caution::UnitDay => "：起始日期不会随之改动；请更正该单位的立账日期",
    }
}

fn part(part: Part) -> &'static str {
    match part {
        Part::Pack => "方案",
        Part::Register => "台账",
        Part::Field => "字段",
        Part::Stage => "环节",
        Part::Move => "流转",
        Part::Key => "唯一键",
        Part::Check => "校验",
        Part::Limit => "时限",
        Part::Instrument => "算定",
        Part::View => "视图",
        Part::Section => "版块",
        Part::Board => "记分榜",
        Part::Invariant => "恒等式",
        Part::Posting => "分录规则",
        Part::Account => "科目",
        Part::Measure => "计量单位",
        Part::Role => "角色",
        Part::Target => "目标",
        Part::Bulletin => "通报",
        Part::Paper => "文书",
        Part::Card => "评分表",
        Part::Claim => "说法",
        Part::Scheme => "资金方案",
        Part::Unit => "单位",
        Part::Calendar => "日历",
        Part::Areas => "行政区划代码",
        Part::Industries => "行业代码",
    }
}

fn reason(code: RefusalCode) -> &'static str {
    match code {
        RefusalCode::FieldKind => "字段的类型、小数位数和关联的台账不能改，原有数据会读不出；请另设一个新字段",
        RefusalCode::FieldMeasure => "字段的计量单位不能换成不可换算的，原有数据会变样；请另设一个新字段",
        RefusalCode::ClassTightened => "字段的密级不能提高，已经公开记下的收不回来；请另设一个新字段",
        RefusalCode::ClassUnsealed => "加密的字段不能改成不加密；请另设一个新字段",
        RefusalCode::ChoiceRemoved => "已有条目，选项不能删去；请保留它，并加上 retired = true",
        RefusalCode::StageRemoved => "已有条目，环节不能删去；请保留它",
        RefusalCode::RegisterRemoved => "已有条目，台账不能删去；请保留它",
        RefusalCode::AccountKind => "科目不能在存量、发生额、逾期、资金、公式之间改换；请另设一个新科目",
        RefusalCode::AccountScale => "科目的小数位数不能改；请另设一个新科目",
        RefusalCode::AccountDims => "科目的维度不能增减或换位；请另设一个新科目",
        RefusalCode::AccountSide => "科目的借贷方向不能改，已有余额会变号；请另设一个新科目",
        RefusalCode::AccountMeasure => "科目的计量单位不能换成不可换算的；请另设一个新科目",
        RefusalCode::Practice => "练习账和正式账不能互相改换；请另建一本账",
        RefusalCode::MeasureBase => "计量单位的基本单位和换算率不能改，已印出的数字会变样；请另设一个新的计量单位",
    }
}
