//! Room: what sort of file something is, told by its first bytes from a closed list, and the name
//! that it may be handed out under. Nothing is opened or run to find out.

/// How many bytes the sort is told from.
pub(super) const HEAD: usize = 4096;

/// How long a name may be, in characters.
const NAME: usize = 120;

/// One sort of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kind {
    /// Its media type.
    pub(super) media: &'static str,
    /// The endings that a name of it may have; the first one is added to a name with another.
    endings: &'static [&'static str],
}

const PDF: Kind = kind("application/pdf", &["pdf"]);
const JPEG: Kind = kind("image/jpeg", &["jpg", "jpeg"]);
const PNG: Kind = kind("image/png", &["png"]);
const TEXT: Kind = kind("text/plain; charset=utf-8", &["txt"]);
/// A text in another encoding, most likely GB18030; no browser is told which.
const OTHER_TEXT: Kind = kind("text/plain", &["txt"]);

/// Files that are zips inside and told apart by their name alone. Any other ending of a zip is
/// refused: among them are programs (`jar`, `apk`) and documents with macros (`docm`, `xlsm`).
const ZIPS: [Kind; 4] = [
    kind("application/zip", &["zip"]),
    kind(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        &["docx"],
    ),
    kind(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        &["xlsx"],
    ),
    kind("application/ofd", &["ofd"]),
];

const fn kind(media: &'static str, endings: &'static [&'static str]) -> Kind {
    Kind { media, endings }
}

/// The sort of a file; none for what is not on the list.
pub(super) fn sniff(head: &[u8], name: &str) -> Option<Kind> {
    let ending = ending(name);
    if head.starts_with(b"%PDF-") {
        return Some(PDF);
    }
    if head.starts_with(b"\xff\xd8\xff") {
        return Some(JPEG);
    }
    if head.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some(PNG);
    }
    if head.starts_with(b"PK\x03\x04") {
        let named = ZIPS.into_iter().find(|zip| zip.endings.contains(&ending.as_str()));
        return named.or(ending.is_empty().then_some(ZIPS[0]));
    }
    if head.contains(&0) || ending != "txt" {
        return None;
    }
    Some(if is_utf8(head) { TEXT } else { OTHER_TEXT })
}

/// Whether this is the beginning of a text in UTF-8; the last character may be cut.
fn is_utf8(head: &[u8]) -> bool {
    match std::str::from_utf8(head) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none() && head.len() >= HEAD,
    }
}

fn ending(name: &str) -> String {
    let last = last_part(name);
    last.rsplit_once('.')
        .map_or(String::new(), |(_, ending)| ending.trim().to_lowercase())
}

fn last_part(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or_default()
}

/// A name that is safe to save under: no folders, no characters that systems forbid or that make it
/// look like another name, and an ending of its sort, so that what is a picture never ends in `.hta`.
pub(super) fn plain_name(name: &str, kind: Kind) -> String {
    let readable = last_part(name).chars().filter(|c| !is_hidden(*c));
    let allowed = readable.map(|c| if r#"<>:"|?*"#.contains(c) { '_' } else { c });
    let name: String = allowed.take(NAME).collect();
    let name = name.trim_matches([' ', '.', '\u{3000}']);
    let name = if name.is_empty() { "file" } else { name };
    if kind.endings.contains(&ending(name).as_str()) {
        return name.to_owned();
    }
    format!("{name}.{}", kind.endings[0])
}

/// Control characters, and those that turn the direction of a text or have no width: `gpj.exe`
/// behind one of them reads as `exe.jpg`.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_first_bytes() {
        let cases: [(&[u8], &str, Option<&str>); 15] = [
            (b"%PDF-1.7", "a.pdf", Some("application/pdf")),
            (b"%PDF-1.7", "a.exe", Some("application/pdf")),
            (b"\xff\xd8\xff\xe0", "a.jpg", Some("image/jpeg")),
            (b"PK\x03\x04....", "a.OFD", Some("application/ofd")),
            (b"PK\x03\x04....", "file", Some("application/zip")),
            (b"PK\x03\x04....", "a.jar", None),
            (b"PK\x03\x04....", "a.docm", None),
            (b"MZ\x90\0", "a.exe", None),
            (b"MZ\x90\0", "a.txt", None),
            (b"\x7fELF\x02", "a.pdf", None),
            (b"<script>", "a.pdf", None),
            (b"<svg>", "a.svg", None),
            ("说明".as_bytes(), "a.txt", Some("text/plain; charset=utf-8")),
            (b"\xcb\xb5\xc3\xf7", "a.txt", Some("text/plain")),
            ("说明".as_bytes(), "a.md", None),
        ];
        for (head, name, expected) in cases {
            assert_eq!(sniff(head, name).map(|kind| kind.media), expected, "{name}");
        }
        let long = "汉".repeat(HEAD);
        assert_eq!(
            sniff(&long.as_bytes()[..HEAD], "a.txt"),
            Some(TEXT),
            "cut in a character"
        );
    }

    #[test]
    fn no_name_is_a_path_or_looks_like_another_sort() {
        let cases = [
            ("现场照片.jpg", JPEG, "现场照片.jpg"),
            ("../../etc/passwd", PDF, "passwd.pdf"),
            ("C:\\temp\\a.pdf", PDF, "a.pdf"),
            ("a.hta", PDF, "a.hta.pdf"),
            ("a.JPEG", JPEG, "a.JPEG"),
            ("annex\u{202e}gpj.exe", JPEG, "annexgpj.exe.jpg"),
            ("a\r\nSet-Cookie: x=1.png", PNG, "aSet-Cookie_ x=1.png"),
            ("..", PNG, "file.png"),
            ("", PDF, "file.pdf"),
            (" .pdf. ", PDF, "pdf.pdf"),
            ("a.pdf ", PDF, "a.pdf"),
            ("con\0.txt", TEXT, "con.txt"),
        ];
        for (name, kind, expected) in cases {
            assert_eq!(plain_name(name, kind), expected, "{name:?}");
        }
        assert!(plain_name(&"长".repeat(5000), PDF).chars().count() <= NAME + ".pdf".len());
    }
}
