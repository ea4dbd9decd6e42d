//! Room: the children of properties in the order in which ECMA-376 (part 1, annex A) wants them. The library
//! that writes docx puts them down as they come, which strict readers call damaged; here each part is read and
//! written anew with nothing but the order changed.

use quick_xml::events::{BytesEnd, BytesStart, Event};
use quick_xml::{Reader, Writer};
use std::io;

/// An element with its children in the only order in which they may stand.
type Sequence = (&'static str, &'static [&'static str]);

/// What we write, and what the library writes unasked; other elements stay as they are.
const SEQUENCES: &[Sequence] = &[
    (
        "w:pPr",
        &[
            "w:pStyle",
            "w:keepNext",
            "w:keepLines",
            "w:pageBreakBefore",
            "w:framePr",
            "w:widowControl",
            "w:numPr",
            "w:suppressLineNumbers",
            "w:pBdr",
            "w:shd",
            "w:tabs",
            "w:suppressAutoHyphens",
            "w:kinsoku",
            "w:wordWrap",
            "w:overflowPunct",
            "w:topLinePunct",
            "w:autoSpaceDE",
            "w:autoSpaceDN",
            "w:bidi",
            "w:adjustRightInd",
            "w:snapToGrid",
            "w:spacing",
            "w:ind",
            "w:contextualSpacing",
            "w:mirrorIndents",
            "w:suppressOverlap",
            "w:jc",
            "w:textDirection",
            "w:textAlignment",
            "w:textboxTightWrap",
            "w:outlineLvl",
            "w:divId",
            "w:cnfStyle",
            "w:rPr",
            "w:sectPr",
            "w:pPrChange",
        ],
    ),
    (
        "w:rPr",
        &[
            "w:rStyle",
            "w:rFonts",
            "w:b",
            "w:bCs",
            "w:i",
            "w:iCs",
            "w:caps",
            "w:smallCaps",
            "w:strike",
            "w:dstrike",
            "w:outline",
            "w:shadow",
            "w:emboss",
            "w:imprint",
            "w:noProof",
            "w:snapToGrid",
            "w:vanish",
            "w:webHidden",
            "w:color",
            "w:spacing",
            "w:w",
            "w:kern",
            "w:position",
            "w:sz",
            "w:szCs",
            "w:highlight",
            "w:u",
            "w:effect",
            "w:bdr",
            "w:shd",
            "w:fitText",
            "w:vertAlign",
            "w:rtl",
            "w:cs",
            "w:em",
            "w:lang",
            "w:eastAsianLayout",
            "w:specVanish",
            "w:oMath",
        ],
    ),
    (
        "w:pBdr",
        &["w:top", "w:left", "w:bottom", "w:right", "w:between", "w:bar"],
    ),
    ("w:tbl", &["w:tblPr", "w:tblGrid", "w:tr"]),
    (
        "w:tblPr",
        &[
            "w:tblStyle",
            "w:tblpPr",
            "w:tblOverlap",
            "w:bidiVisual",
            "w:tblStyleRowBandSize",
            "w:tblStyleColBandSize",
            "w:tblW",
            "w:jc",
            "w:tblCellSpacing",
            "w:tblInd",
            "w:tblBorders",
            "w:shd",
            "w:tblLayout",
            "w:tblCellMar",
            "w:tblLook",
        ],
    ),
    (
        "w:tcPr",
        &[
            "w:cnfStyle",
            "w:tcW",
            "w:gridSpan",
            "w:hMerge",
            "w:vMerge",
            "w:tcBorders",
            "w:shd",
            "w:noWrap",
            "w:tcMar",
            "w:textDirection",
            "w:tcFitText",
            "w:vAlign",
            "w:hideMark",
        ],
    ),
    (
        "w:sectPr",
        &[
            "w:headerReference",
            "w:footerReference",
            "w:footnotePr",
            "w:endnotePr",
            "w:type",
            "w:pgSz",
            "w:pgMar",
            "w:paperSrc",
            "w:pgBorders",
            "w:lnNumType",
            "w:pgNumType",
            "w:cols",
            "w:formProt",
            "w:vAlign",
            "w:noEndnote",
            "w:titlePg",
            "w:textDirection",
            "w:bidi",
            "w:rtlGutter",
            "w:docGrid",
            "w:printerSettings",
        ],
    ),
    (
        "w:style",
        &[
            "w:name",
            "w:aliases",
            "w:basedOn",
            "w:next",
            "w:link",
            "w:autoRedefine",
            "w:hidden",
            "w:uiPriority",
            "w:semiHidden",
            "w:unhideWhenUsed",
            "w:qFormat",
            "w:locked",
            "w:rsid",
            "w:pPr",
            "w:rPr",
            "w:tblPr",
            "w:trPr",
            "w:tcPr",
            "w:tblStylePr",
        ],
    ),
    (
        "w:settings",
        &[
            "w:zoom",
            "w:mirrorMargins",
            "w:defaultTabStop",
            "w:evenAndOddHeaders",
            "w:characterSpacingControl",
            "w:footnotePr",
            "w:endnotePr",
            "w:compat",
            "w:docVars",
            "w:rsids",
            "w:themeFontLang",
            "w:clrSchemeMapping",
            "w:decimalSymbol",
            "w:listSeparator",
            "w15:docId",
        ],
    ),
];

enum Node {
    Element {
        tag: BytesStart<'static>,
        is_empty: bool,
        children: Vec<Node>,
    },
    Other(Event<'static>),
}

impl Node {
    fn name(&self) -> Option<&str> {
        match self {
            Node::Element { tag, .. } => Some(tag.name().into_inner()),
            Node::Other(_) => None,
        }
    }
}

/// A part of a package with its properties in order.
pub(super) fn ordered(xml: &str) -> io::Result<String> {
    let mut reader = Reader::from_str(xml);
    let mut nodes = Vec::new();
    while let Some(node) = next(&mut reader)? {
        nodes.push(node);
    }
    let mut out = Writer::new(Vec::with_capacity(xml.len()));
    nodes.into_iter().try_for_each(|node| write(&mut out, node))?;
    String::from_utf8(out.into_inner()).map_err(io::Error::other)
}

/// The next node; none at the end of the element around it.
fn next(reader: &mut Reader<&[u8]>) -> io::Result<Option<Node>> {
    Ok(match reader.read_event().map_err(io::Error::other)? {
        Event::Eof | Event::End(_) => None,
        Event::Empty(tag) => Some(Node::Element {
            tag: tag.into_owned(),
            is_empty: true,
            children: Vec::new(),
        }),
        Event::Start(tag) => {
            let tag = tag.into_owned();
            let mut children = Vec::new();
            while let Some(child) = next(reader)? {
                children.push(child);
            }
            sort(&tag, &mut children);
            Some(Node::Element {
                tag,
                is_empty: false,
                children,
            })
        }
        other => Some(Node::Other(other.into_owned())),
    })
}

fn sort(tag: &BytesStart<'_>, children: &mut [Node]) {
    let name = tag.name();
    let Some((_, order)) = SEQUENCES.iter().find(|(own, _)| *own == name.as_ref()) else {
        return;
    };
    // What the list does not know stays behind what it does, in the order in which it came.
    children.sort_by_key(|child| {
        let name = child.name();
        order.iter().position(|own| Some(*own) == name).unwrap_or(order.len())
    });
}

fn write(out: &mut Writer<Vec<u8>>, node: Node) -> io::Result<()> {
    match node {
        Node::Other(event) => out.write_event(event),
        Node::Element {
            tag, is_empty: true, ..
        } => out.write_event(Event::Empty(tag)),
        Node::Element { tag, children, .. } => {
            let end = BytesEnd::new(tag.name().as_ref().to_owned());
            out.write_event(Event::Start(tag))?;
            children.into_iter().try_for_each(|child| write(out, child))?;
            out.write_event(Event::End(end))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_order_of_properties_changes() {
        let xml = "<w:p><w:pPr><w:rPr><w:sz/><w:b/></w:rPr><w:jc w:val=\"right\"/></w:pPr><w:r><w:t>甲 &amp; 乙</w:t></w:r></w:p>";
        let expected = "<w:p><w:pPr><w:jc w:val=\"right\"/><w:rPr><w:b/><w:sz/></w:rPr></w:pPr><w:r><w:t>甲 &amp; 乙</w:t></w:r></w:p>";
        assert_eq!(ordered(xml).unwrap(), expected);
    }
}
