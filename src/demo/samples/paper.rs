//! Letters as a customer would send them: written and signed by pen, not signed, or scanned.

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};

/// A sheet of A4, in points.
const WIDTH: i64 = 595;
const HEIGHT: i64 = 842;
const LEFT: i64 = 72;

/// What stands on a page.
pub(super) struct Letter {
    pub(super) title: &'static str,
    pub(super) lines: &'static [&'static str],
}

/// What the customer put below it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Signature {
    None,
    /// A stroke of the pen.
    Ink,
}

impl Letter {
    /// As a program writes it.
    pub(super) fn pdf(&self, signature: Signature) -> anyhow::Result<Vec<u8>> {
        let mut file = Document::with_version("1.7");
        let font = chinese(&mut file);
        let things = dictionary! { "Font" => dictionary! { "F1" => font } };
        let page = add_page(&mut file, self.operations(), things)?;
        if signature == Signature::Ink {
            let below = self.lines.len().saturating_sub(1);
            sign(&mut file, page, line_at(below))?;
        }
        saved(file)
    }

    /// As a scanner sends it: nothing but a picture of the page.
    pub(super) fn scan(&self) -> anyhow::Result<Vec<u8>> {
        let mut file = Document::with_version("1.7");
        let picture = dictionary! {
            "Type" => "XObject", "Subtype" => "Image",
            "Width" => i64::try_from(PIXELS_WIDE)?, "Height" => i64::try_from(PIXELS_HIGH)?,
            "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8,
        };
        let mut picture = Stream::new(picture, self.pixels());
        picture.compress()?;
        let picture = file.add_object(picture);
        let whole_page = [WIDTH, 0, 0, HEIGHT, 0, 0].map(Object::from).to_vec();
        let operations = vec![
            Operation::new("q", vec![]),
            Operation::new("cm", whole_page),
            Operation::new("Do", vec!["Im1".into()]),
            Operation::new("Q", vec![]),
        ];
        let things = dictionary! { "XObject" => dictionary! { "Im1" => picture } };
        add_page(&mut file, operations, things)?;
        saved(file)
    }

    /// As it arrives when the connection broke.
    pub(super) fn broken(&self) -> anyhow::Result<Vec<u8>> {
        let mut bytes = self.pdf(Signature::None)?;
        bytes.truncate(bytes.len() / 2);
        Ok(bytes)
    }

    fn operations(&self) -> Vec<Operation> {
        let title = write(self.title, 22, HEIGHT - 110);
        let lines = self.lines.iter().enumerate();
        let lines = lines.flat_map(|(number, line)| write(line, 13, line_at(number)));
        title.into_iter().chain(lines).collect()
    }

    /// Grey paper, on which each character is a dark block, and a stroke below the last line.
    fn pixels(&self) -> Vec<u8> {
        let mut pixels = vec![236; PIXELS_WIDE * PIXELS_HIGH];
        let mut dark = |x: usize, y: usize| {
            if let Some(pixel) = pixels.get_mut(y * PIXELS_WIDE + x) {
                *pixel = 60;
            }
        };
        let all = std::iter::once(self.title).chain(self.lines.iter().copied());
        for (number, line) in all.enumerate() {
            for (place, _) in line.chars().enumerate() {
                let (left, top) = (36 + place * 9, 50 + number * 22);
                for (x, y) in (0..49).map(|dot| (dot % 7, dot / 7)) {
                    // A few holes, so that it looks like writing.
                    if (x * 5 + y * 3 + place * 7 + number) % 4 != 0 {
                        dark(left + x, top + y);
                    }
                }
            }
        }
        let signed_at = 56 + self.lines.len() * 22;
        for x in 0..90 {
            let wave = [0, 3, 6, 8, 9, 8, 6, 3, 0, 2, 5, 2];
            let y = signed_at + wave[x % wave.len()];
            dark(90 + x, y);
            dark(90 + x, y + 1);
        }
        pixels
    }
}

/// A page at 36 dots an inch.
const PIXELS_WIDE: usize = 298;
const PIXELS_HIGH: usize = 421;

/// A picture as a phone takes it, as small as can be: one grey pixel.
pub(super) fn picture() -> Vec<u8> {
    crate::sandbox::phones::PICTURE.to_vec()
}

fn line_at(number: usize) -> i64 {
    HEIGHT - 160 - 30 * i64::try_from(number).unwrap_or_default()
}

fn write(text: &str, size: i64, height: i64) -> Vec<Operation> {
    let codes: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    vec![
        Operation::new("BT", vec![]),
        Operation::new("Tf", vec!["F1".into(), size.into()]),
        Operation::new("Td", vec![LEFT.into(), height.into()]),
        Operation::new("Tj", vec![Object::string_literal(codes)]),
        Operation::new("ET", vec![]),
    ]
}

/// A font that viewers of PDF bring themselves.
fn chinese(file: &mut Document) -> ObjectId {
    let looks = file.add_object(dictionary! {
        "Type" => "FontDescriptor", "FontName" => "STSong-Light", "Flags" => 6, "ItalicAngle" => 0,
        "FontBBox" => [-25, -254, 1000, 880].map(Object::from).to_vec(),
        "Ascent" => 880, "Descent" => -120, "CapHeight" => 880, "StemV" => 93,
    });
    let of = dictionary! {
        "Registry" => Object::string_literal("Adobe"), "Ordering" => Object::string_literal("GB1"),
        "Supplement" => 2,
    };
    let shapes = file.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "CIDFontType0", "BaseFont" => "STSong-Light",
        "CIDSystemInfo" => of, "FontDescriptor" => looks, "DW" => 1000,
    });
    file.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type0", "BaseFont" => "STSong-Light",
        "Encoding" => "UniGB-UCS2-H", "DescendantFonts" => vec![Object::Reference(shapes)],
    })
}

/// A stroke of the pen, as a tablet keeps it.
fn sign(file: &mut Document, page: ObjectId, height: i64) -> anyhow::Result<()> {
    let heights = [4, 22, 2, 16, 8, 24, 0, 12, 10, 20, 4, 8];
    let points = (0..).zip(heights);
    let stroke: Vec<Object> = points
        .flat_map(|(number, up)| [LEFT + 80 + 11 * number, height - 6 + up])
        .map(Object::from)
        .collect();
    let around = [LEFT + 76, height - 10, LEFT + 210, height + 24];
    let ink = file.add_object(dictionary! {
        "Type" => "Annot", "Subtype" => "Ink", "F" => 4, "InkList" => vec![Object::Array(stroke)],
        "Rect" => around.map(Object::from).to_vec(), "C" => [0, 0, 1].map(Object::from).to_vec(),
        "BS" => dictionary! { "W" => 2 },
    });
    let page = file.get_dictionary_mut(page)?;
    page.set("Annots", vec![Object::Reference(ink)]);
    Ok(())
}

fn add_page(
    file: &mut Document,
    operations: Vec<Operation>,
    things: Dictionary,
) -> anyhow::Result<ObjectId> {
    let content = Content { operations }.encode()?;
    let content = file.add_object(Stream::new(dictionary! {}, content));
    let tree = file.new_object_id();
    let page = file.add_object(dictionary! {
        "Type" => "Page", "Parent" => tree, "Contents" => content, "Resources" => things,
    });
    let pages = dictionary! {
        "Type" => "Pages", "Count" => 1, "Kids" => vec![Object::Reference(page)],
        "MediaBox" => [0, 0, WIDTH, HEIGHT].map(Object::from).to_vec(),
    };
    file.objects.insert(tree, pages.into());
    let catalog = file.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    file.trailer.set("Root", catalog);
    Ok(page)
}

fn saved(mut file: Document) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.save_to(&mut bytes)?;
    Ok(bytes)
}
