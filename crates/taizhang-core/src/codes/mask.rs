//! Room: how personal and sensitive values look to who may not see them.
//!
//! Every face (page, export, log, error report) masks with these three functions and no others.
//! They never fail: what they do not understand they hide altogether.

use super::normalise;

/// An identity number with its last two characters only. More would single a person out: within a
/// district, the first six and last four leave a few thousand candidates.
pub fn mask_id_number(number: &str) -> String {
    keep(&normalise(number), 0, 2)
}

/// A mobile number as `138****5678`; any other number with its last two characters only.
pub fn mask_phone(phone: &str) -> String {
    let phone = normalise(phone);
    let is_mobile = phone.len() == 11 && phone.starts_with('1') && phone.bytes().all(|b| b.is_ascii_digit());
    if is_mobile {
        keep(&phone, 3, 4)
    } else {
        keep(&phone, 0, 2)
    }
}

/// A name as its first character and one star, whatever its length.
pub fn mask_name(name: &str) -> String {
    let mut chars = name.trim().chars();
    match (chars.next(), chars.next()) {
        (None, _) => String::new(),
        (Some(_), None) => "*".to_owned(),
        (Some(first), Some(_)) => format!("{first}*"),
    }
}

/// Stars for all but the first and last few characters; for everything, where fewer than four
/// characters would be hidden.
fn keep(text: &str, first: usize, last: usize) -> String {
    let length = text.chars().count();
    let hides = length.saturating_sub(first + last);
    let shown = |at: usize| hides >= 4 && (at < first || at >= length - last);
    text.chars()
        .enumerate()
        .map(|(at, c)| if shown(at) { c } else { '*' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_agreed_part_is_seen() {
        for (number, masked) in [
            ("41040219000101000X", "****************0X"),
            ("41040219000101000ｘ", "****************0X"),
            ("41040", "*****"),
            ("", ""),
        ] {
            assert_eq!(mask_id_number(number), masked);
        }
        for (phone, masked) in [
            ("13812345678", "138****5678"),
            ("138 1234 5678", "138****5678"),
            ("１３812345678", "138****5678"),
            ("0375-2345678", "**********78"),
            ("23812345678", "*********78"),
            ("12345", "*****"),
        ] {
            assert_eq!(mask_phone(phone), masked);
        }
        for (name, masked) in [
            ("张三", "张*"),
            ("欧阳某某", "欧*"),
            ("张", "*"),
            (" 李四 ", "李*"),
            ("", ""),
        ] {
            assert_eq!(mask_name(name), masked);
        }
    }
}
