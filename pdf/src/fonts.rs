//! Fonts by the role that they play in an official document, with what may stand in for one that the
//! machine does not have. None is part of the program: those of the standard are licensed.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use typst::foundations::Bytes;
use typst::text::{Font, FontBook};

/// A role with the families that can play it, the best first.
pub(crate) struct Role {
    pub(crate) id: &'static str,
    pub(crate) families: &'static [&'static str],
}

/// What every role falls back to.
const LAST: [&str; 8] = [
    "noto serif cjk sc",
    "source han serif sc",
    "noto sans cjk sc",
    "source han sans sc",
    "simsun",
    "microsoft yahei",
    "noto serif",
    "noto sans",
];

/// GB/T 9704: 小标宋 for titles, 仿宋 for the text, 黑体 and 楷体 for headings.
pub(crate) const ROLES: [Role; 4] = [
    Role {
        id: "title",
        families: &[
            "fzxiaobiaosong-b05s",
            "方正小标宋简体",
            "方正小标宋_gbk",
            "fzxiaobiaosong-b05",
            "fandolsong",
        ],
    },
    Role {
        id: "text",
        families: &[
            "fangsong_gb2312",
            "仿宋_gb2312",
            "fangsong",
            "仿宋",
            "fandolfang r",
            "fandolfang",
        ],
    },
    Role {
        id: "bold",
        families: &["simhei", "黑体", "fandolhei", "noto sans cjk sc"],
    },
    Role {
        id: "brush",
        families: &[
            "kaiti_gb2312",
            "楷体_gb2312",
            "kaiti",
            "楷体",
            "fandolkai",
            "lxgw wenkai",
        ],
    },
];

/// That there is none at all.
pub(crate) const NONE: &str = "no Chinese font was found: install Noto Serif CJK SC or name a folder with --fonts";

/// The folders that systems keep fonts in.
const FOLDERS: [&str; 6] = [
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol",
    "/Library/Fonts",
    "/System/Library/Fonts",
    "C:\\Windows\\Fonts",
];

/// The fonts that were found and are wanted.
pub(crate) struct Fonts {
    pub(crate) book: FontBook,
    pub(crate) fonts: Vec<Font>,
    families: BTreeSet<String>,
}

impl Fonts {
    /// Looks through the folders of the system and those that are named.
    pub(crate) fn find(named: &[PathBuf]) -> Result<Fonts, String> {
        let own = std::env::var_os("HOME").map(|home| Path::new(&home).join(".local/share/fonts"));
        Fonts::below(named.iter().cloned().chain(FOLDERS.map(PathBuf::from)).chain(own))
    }

    /// Looks through these folders alone.
    fn below(folders: impl Iterator<Item = PathBuf>) -> Result<Fonts, String> {
        let mut files = Vec::new();
        folders.for_each(|folder| walk(&folder, 6, &mut files));
        let wanted: BTreeSet<&str> = ROLES
            .iter()
            .flat_map(|role| role.families)
            .copied()
            .chain(LAST)
            .collect();
        let mut found = Fonts {
            book: FontBook::new(),
            fonts: Vec::new(),
            families: BTreeSet::new(),
        };
        for file in files {
            let Ok(content) = std::fs::read(&file) else { continue };
            for font in Font::iter(Bytes::new(content)) {
                let family = font.info().family.to_lowercase();
                if wanted.contains(family.as_str()) {
                    found.families.insert(family);
                    found.book.push(font.info().clone());
                    found.fonts.push(font);
                }
            }
        }
        if found.fonts.is_empty() {
            return Err(NONE.to_owned());
        }
        Ok(found)
    }

    /// The families of a role that there are, the best first.
    pub(crate) fn of(&self, role: &Role) -> Vec<&'static str> {
        let all = role.families.iter().copied().chain(LAST);
        let mut chosen: Vec<&str> = Vec::new();
        for family in all.filter(|family| self.families.contains(*family)) {
            if !chosen.contains(&family) {
                chosen.push(family);
            }
        }
        chosen
    }

    /// What each role is played by.
    pub(crate) fn roles(&self) -> Value {
        let roles = ROLES.iter().map(|role| {
            let chosen = self.of(role);
            let first = chosen.first().copied().unwrap_or_default();
            (
                role.id.to_owned(),
                json!({ "font": first, "wanted": role.families.contains(&first) }),
            )
        });
        Value::Object(roles.collect())
    }

    /// Characters that none of the fonts has: the typesetter would print boxes without a word.
    pub(crate) fn missing(&self, text: &str) -> Vec<char> {
        let wanted: BTreeSet<char> = text.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
        let has = |c: &char| {
            self.fonts
                .iter()
                .any(|font| font.info().coverage.contains(u32::from(*c)))
        };
        wanted.into_iter().filter(|c| !has(c)).collect()
    }
}

fn walk(folder: &Path, depth: u32, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let ending = path.extension().map(|end| end.to_string_lossy().to_lowercase());
        if path.is_dir() && depth > 0 {
            walk(&path, depth - 1, files);
        } else if matches!(ending.as_deref(), Some("ttf" | "otf" | "ttc" | "otc")) {
            files.push(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_without_chinese_fonts_is_told_so() {
        let nowhere = std::env::temp_dir().join(format!("no-fonts-{}", std::process::id()));
        let Err(why) = Fonts::below([nowhere].into_iter()) else {
            panic!("fonts in a folder that is not there")
        };
        assert_eq!(why, NONE);
    }

    #[test]
    fn a_font_that_another_stands_in_for_is_told_by_its_role() {
        let mut fonts = Fonts {
            book: FontBook::new(),
            fonts: Vec::new(),
            families: BTreeSet::from(["simhei".to_owned(), "noto serif cjk sc".to_owned()]),
        };
        let roles = fonts.roles();
        assert_eq!(roles["title"], json!({ "font": "noto serif cjk sc", "wanted": false }));
        assert_eq!(roles["bold"], json!({ "font": "simhei", "wanted": true }));
        fonts.families.insert("fangsong".to_owned());
        assert_eq!(fonts.roles()["text"], json!({ "font": "fangsong", "wanted": true }));
    }

    #[test]
    fn a_character_that_no_font_has_is_named() {
        let Ok(fonts) = Fonts::find(&[]) else { return };
        assert_eq!(fonts.missing("截至2024年6月30日\u{10ffff}"), ['\u{10ffff}']);
    }
}
