//! Texts, choices, codes, units, links, places and files.

use super::book::*;
use taizhang_core::definition::FieldKind;
use taizhang_core::field_kinds::Input;

#[test]
fn choices_are_known_by_id_name_and_alias() {
    typed(
        &choices(),
        "
        「province」 =province
        「省重点」 =province
        「省 重点」 =province
        「省级（重点）」 =province
        「省重点项目」 =province
        「ｃｉｔｙ」 =city
        「市重点」 =city
        「①」 =c1
        「1」 =c2
        「１」 not_a_choice
        「同」 not_a_choice
        「/」 =none
        「-」 n/a
        「旧类」 not_a_choice retired
        「old」 not_a_choice retired
        「县重点」 not_a_choice
        ",
    );
    table(
        &choices(),
        Input::sent(""),
        "
        「none」 =none
        「/」 n/a
        ",
    );
}

#[test]
fn texts_stay_as_they_were_typed() {
    typed(
        &FieldKind::Text { max: 5 },
        "
        「 张 三\u{a0}」 =张 三
        「-」 =-
        「/」 =/
        「不适用」 n/a
        「平\u{200b}高\u{feff}」 =平高
        「\u{202e}abc」 =abc
        「e\u{301}」 =é
        「５²①」 =５²①
        「𠮷𠮷𠮷𠮷𠮷」 =𠮷𠮷𠮷𠮷𠮷
        「一二三四五六」 text_too_long
        「一␉二」 not_a_text control
        「一\u{7}」 not_a_text control
        ",
    );
}

#[test]
fn codes_are_checked_or_looked_up() {
    typed(
        &FieldKind::CreditCode,
        "
        「91350100m000100y43」 =91350100M000100Y43
        「9135 0100 M000 100Y 43」 =91350100M000100Y43
        「91350100M000100Y44」 bad_code check
        「9135O100M000100Y43」 bad_code alphabet
        「91350100M000100Y4」 bad_code length
        「无」 bad_code length
        「/」 n/a
        ",
    );
    typed(
        &FieldKind::ProjectCode,
        "
        「2401—410402－04–01-123456」 =2401-410402-04-01-123456
        「2401-410402」 bad_code length
        ",
    );
    typed(
        &FieldKind::Area,
        "
        「410402」 =410402
        「４１０４０２」 =410402
        「410402000000」 =410402
        「410 402」 =410402
        「410402 新华区」 =410402
        「410402 河南省 平顶山市新华区」 =410402
        「410402 卫东区」 unknown_code
        「410471」 unknown_code
        「新华区」 unknown_code
        ",
    );
    typed(
        &FieldKind::Industry,
        "
        「3841」 =3841
        「c」 =C
        「C 制造业」 =C
        「3841 锂离子电池制造」 =3841
        「9999」 unknown_code
        ",
    );
}

#[test]
fn units_and_links_are_found_by_what_people_call_them() {
    typed(
        &FieldKind::Unit,
        "
        「410402」 =1
        「 焦店镇 」 =2
        「#2」 =2
        「7」 =5
        「幸福社区」 ambiguous_unit
        「西市场街道」 unknown_unit
        「—」 n/a
        ",
    );
    table(
        &FieldKind::Unit,
        Input::sent(""),
        "
        「2」 =2
        「7」 =5
        「410402」 =1
        「02」 unknown_unit
        「#7」 unknown_unit
        「焦店镇」 =2
        ",
    );
    let link = FieldKind::Link { register: PROJECTS };
    typed(
        &link,
        "
        「平高智能装备产业园」 =101
        「2024001」 =102
        「#101」 =101
        「＃101」 =101
        「101」 no_such_link none
        「重名」 no_such_link many
        ",
    );
    table(
        &link,
        Input::sent(""),
        "
        「101」 =101
        「2024001」 no_such_link none
        「平高智能装备产业园」 =101
        ",
    );
}

#[test]
fn places_and_files_are_exact() {
    typed(
        &FieldKind::Place,
        "
        「33.7453,113.3012」 =33.7453,113.3012
        「33.7453， 113.3012」 =33.7453,113.3012
        「-0.5 -180」 =-0.5,-180
        「113.3012,33.7453」 not_a_place swapped
        「90.000001,0」 not_a_place swapped
        「91,181」 not_a_place outside
        「33.12345678,113」 too_many_places
        「99999999999999999999999,1」 not_a_place outside
        「33.7」 not_a_place
        「33.7,113.3,5」 not_a_place
        「北纬33」 not_a_place
        ",
    );
    let (a, b) = ("a0".repeat(32), "0F".repeat(32));
    let (short, wrong) = (&a[1..], "g0".repeat(32));
    let rows = format!(
        "
        「{a}，{b} {a}」 ={a},{}
        「{short}」 not_evidence
        「{a}0」 not_evidence
        「{wrong}」 not_evidence
        「,」 not_evidence
        「-」 n/a
        ",
        b.to_lowercase()
    );
    typed(&FieldKind::Evidence, &rows);
}
