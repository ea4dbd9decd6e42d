//! Room: the fonts of GB/T 9704 by the names that Word and WPS know them by, and what may stand in for one that the
//! reader's machine does not have. Those of the standard are licensed, so none is part of a document; the last of
//! each list is free (OFL) and may be handed out with it. It draws nothing.

/// 小标宋, 仿宋, 黑体, 楷体.
pub(super) const SONG: &str = "FZXiaoBiaoSong-B05S";
pub(super) const FANG: &str = "FangSong_GB2312";
pub(super) const HEI: &str = "SimHei";
pub(super) const KAI: &str = "KaiTi_GB2312";
pub(super) const LATIN: &str = "Times New Roman";

/// A font, what may stand in for it, and the family that a program chooses from where it has none of them.
const FACES: [(&str, &str, &str); 5] = [
    (
        SONG,
        "方正小标宋简体,FandolSong,Noto Serif CJK SC,Source Han Serif SC",
        "roman",
    ),
    (FANG, "仿宋_GB2312,FangSong,FandolFang R,Noto Serif CJK SC", "roman"),
    (HEI, "黑体,FandolHei,Noto Sans CJK SC,Source Han Sans SC", "swiss"),
    (
        KAI,
        "楷体_GB2312,KaiTi,FandolKai,LXGW WenKai,Noto Serif CJK SC",
        "roman",
    ),
    (LATIN, "Liberation Serif,Tinos", "roman"),
];

const WORD: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

/// The part of a package that says so.
pub(super) fn table() -> String {
    let font = |(name, others, family): &(&str, &str, &str)| {
        let charset = if *name == LATIN { "00" } else { "86" };
        format!(
            "<w:font w:name=\"{name}\"><w:altName w:val=\"{others}\"/><w:charset w:val=\"{charset}\"/>\
             <w:family w:val=\"{family}\"/><w:pitch w:val=\"variable\"/></w:font>"
        )
    };
    let fonts: String = FACES.iter().map(font).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><w:fonts xmlns:w=\"{WORD}\">{fonts}</w:fonts>"
    )
}

/// Styles in which the text is Chinese: a program that must choose a font takes one with the letters of the mainland,
/// and looks up no English word.
pub(super) fn in_chinese(styles: &str) -> String {
    let end = "</w:rPr></w:rPrDefault>";
    let said = "<w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/>";
    styles.replacen(end, &format!("{said}{end}"), 1)
}
