//! A small register and some states of one record of it.

use taizhang_core::day::{Day, Month};
use taizhang_core::expr::{Env, Fault, NameInfo, Names, Out, Program, Slot, Type, compile};
use taizhang_core::value::{Cell, Precision, Value};

/// A project register: names in the order of their slots.
pub(crate) struct Register;

/// Name, type and scale; the fields that no rule may read are marked.
fn fields() -> Vec<(&'static str, Type, u32, bool)> {
    vec![
        ("总投资", Type::Number, 2, true),
        ("完成投资", Type::Number, 2, true),
        ("户数", Type::Number, 0, true),
        ("状态", Type::choice(["储备", "在建", "竣工"]), 0, true),
        ("parent.stage", Type::choice(["open", "在建"]), 0, true),
        ("类别", Type::choice(["甲", "乙"]), 0, true),
        ("名称", Type::Text, 0, true),
        ("行业代码", Type::Text, 0, true),
        ("开工日期", Type::Date, 0, true),
        ("竣工日期", Type::Date, 0, true),
        ("入库月份", Type::Month, 0, true),
        ("牵头单位", Type::Unit, 0, true),
        ("责任单位", Type::Unit, 0, true),
        ("上级项目", Type::Link, 0, true),
        ("照片", Type::Evidence, 0, true),
        ("重点", Type::Bool, 0, true),
        ("联系电话", Type::Text, 0, false),
        ("过细", Type::Number, 19, true),
    ]
}

impl Names for Register {
    fn field(&self, name: &str) -> Option<NameInfo> {
        let fields = fields();
        let at = fields.iter().position(|field| field.0 == name)?;
        let (_, ty, scale, class_readable) = fields[at].clone();
        Some(NameInfo {
            slot: slot(at),
            ty,
            scale,
            class_readable,
        })
    }

    fn all(&self) -> Vec<String> {
        fields().iter().map(|field| field.0.to_string()).collect()
    }
}

fn slot(at: usize) -> Slot {
    Slot(u32::try_from(at).unwrap())
}

/// The slot of a field.
pub(crate) fn slot_of(name: &str) -> Slot {
    Register.field(name).unwrap().slot
}

/// A record's cells by slot, on 2024-06-30.
#[derive(Clone, Debug)]
pub(crate) struct State(pub(crate) Vec<Option<Cell>>);

impl Env for State {
    fn cell(&self, slot: Slot) -> Option<&Cell> {
        self.0.get(slot.0 as usize)?.as_ref()
    }

    fn today(&self) -> Day {
        "2024-06-30".parse().unwrap()
    }
}

impl State {
    /// Every cell the same.
    pub(crate) fn all(cell: Option<Cell>) -> State {
        State(vec![cell; fields().len()])
    }

    /// The same state with one cell changed.
    pub(crate) fn with(mut self, name: &str, cell: Option<Cell>) -> State {
        self.0[slot_of(name).0 as usize] = cell;
        self
    }

    /// A project that is being built; its end is not known yet.
    pub(crate) fn built() -> State {
        let text = |text: &str| Value::Text(text.to_string());
        let choice = |id: &str| Value::Choice(id.to_string());
        let month: Month = "2023-11".parse().unwrap();
        let cells = [
            ("总投资", Value::Num(12_345_678_905)),
            ("完成投资", Value::Num(6_000_000_050)),
            ("户数", Value::Num(-7)),
            ("状态", choice("在建")),
            ("parent.stage", choice("open")),
            ("类别", choice("乙")),
            ("名称", text("储能电站")),
            ("行业代码", text("2614")),
            ("开工日期", Value::Date("2024-01-31".parse().unwrap(), Precision::Day)),
            ("入库月份", Value::Month(month)),
            ("牵头单位", Value::Unit(5)),
            ("责任单位", Value::Unit(5)),
            ("照片", Value::Evidence(vec![[7; 32]])),
            ("重点", Value::Num(1)),
            ("过细", Value::Num(1)),
        ];
        let empty = State::all(None);
        cells
            .into_iter()
            .fold(empty, |state, (name, value)| state.with(name, Some(Cell::Is(value))))
    }
}

/// Compiles a condition over the register.
pub(crate) fn condition(source: &str) -> Result<Program, Fault> {
    compile(source, &Register, Type::Bool)
}

/// Compiles whatever the source gives.
pub(crate) fn program(source: &str) -> Program {
    let any = [
        Type::Bool,
        Type::Number,
        Type::Text,
        Type::Date,
        Type::Month,
        Type::Unit,
    ];
    let tried: Vec<_> = any.into_iter().map(|ty| compile(source, &Register, ty)).collect();
    match tried.iter().find_map(|program| program.as_ref().ok()) {
        Some(program) => program.clone(),
        None => panic!("{source}: {}", tried[0].as_ref().unwrap_err()),
    }
}

/// A result as the tables write it.
pub(crate) fn shown(out: Out<'_>) -> String {
    match out {
        Out::Null => "null".to_string(),
        Out::Bool(yes) => yes.to_string(),
        Out::Number(number) => number.normalize().to_string(),
        Out::Text(text) => format!("\"{text}\""),
        Out::Date(day) => day.to_string(),
        Out::Month(month) => month.to_string(),
        Out::Other => "other".to_string(),
    }
}
