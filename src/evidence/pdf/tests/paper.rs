//! Documents under construction, as programs make them.

use lopdf::content::{Content as Operations, Operation};
use lopdf::{Dictionary, Document as File, Object, ObjectId, Stream, dictionary};

/// A document under construction, whose font numbers its characters as programs do.
pub(super) struct Paper {
    pub(super) file: File,
    tree: ObjectId,
    pages: Vec<ObjectId>,
    pub(super) font: ObjectId,
}

impl Paper {
    pub(super) fn new() -> Self {
        let mut file = File::with_version("1.7");
        let tree = file.new_object_id();
        let font = file.add_object(dictionary! {
            "Type" => "Font", "Subtype" => "Type0", "BaseFont" => "ABCDEF+SimSun", "Encoding" => "Identity-H",
        });
        let mut paper = Self {
            file,
            tree,
            pages: Vec::new(),
            font,
        };
        let table = paper
            .file
            .add_object(Stream::new(dictionary! {}, to_unicode().into_bytes()));
        paper.font_mut().set("ToUnicode", Object::Reference(table));
        paper
    }

    pub(super) fn font_mut(&mut self) -> &mut Dictionary {
        self.file.get_dictionary_mut(self.font).unwrap()
    }

    pub(super) fn page(&mut self, operations: Vec<Operation>, things: Dictionary) -> ObjectId {
        let content = Operations { operations }.encode().unwrap();
        let content = self.file.add_object(Stream::new(dictionary! {}, content));
        self.page_with(content, things)
    }

    pub(super) fn page_with(&mut self, content: ObjectId, things: Dictionary) -> ObjectId {
        let page = self.file.add_object(dictionary! {
            "Type" => "Page", "Parent" => self.tree, "Contents" => content,
            "Resources" => dictionary! { "Font" => dictionary! { "F1" => self.font }, "XObject" => things },
        });
        self.pages.push(page);
        page
    }

    /// A page with a line of text.
    pub(super) fn text(&mut self, text: &str) -> ObjectId {
        self.page(line(text), dictionary! {})
    }

    /// A page with a line of text and a picture of that size, in points.
    pub(super) fn pictured(
        &mut self,
        text: &str,
        picture: ObjectId,
        width: i64,
        height: i64,
    ) -> ObjectId {
        let mut operations = line(text);
        operations.extend(placed("Im1", width, height));
        self.page(operations, dictionary! { "Im1" => picture })
    }

    pub(super) fn picture(&mut self) -> ObjectId {
        let dictionary =
            dictionary! { "Type" => "XObject", "Subtype" => "Image", "Width" => 1, "Height" => 1 };
        self.file.add_object(Stream::new(dictionary, vec![0; 3]))
    }

    pub(super) fn annotate(&mut self, page: ObjectId, annotation: Dictionary) {
        let annotation = self.file.add_object(annotation);
        self.file
            .get_dictionary_mut(page)
            .unwrap()
            .set("Annots", vec![Object::Reference(annotation)]);
    }

    /// Adds a form with one signature field.
    pub(super) fn signature_field(&mut self, value: Option<Dictionary>, page: ObjectId) {
        let mut field =
            dictionary! { "FT" => "Sig", "T" => Object::string_literal("s"), "P" => page };
        if let Some(value) = value {
            let value = self.file.add_object(value);
            field.set("V", value);
        }
        let field = self.file.add_object(field);
        let form = self
            .file
            .add_object(dictionary! { "Fields" => vec![Object::Reference(field)] });
        self.file.trailer.set("Form", form);
    }

    pub(super) fn finished(mut self) -> File {
        let kids: Vec<Object> = self
            .pages
            .iter()
            .map(|page| Object::Reference(*page))
            .collect();
        let tree = dictionary! {
            "Type" => "Pages", "Count" => i64::try_from(kids.len()).unwrap(), "Kids" => kids,
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
        };
        self.file.objects.insert(self.tree, tree.into());
        let mut catalog = dictionary! { "Type" => "Catalog", "Pages" => self.tree };
        if let Some(form) = self.file.trailer.remove(b"Form") {
            catalog.set("AcroForm", form);
        }
        let catalog = self.file.add_object(catalog);
        self.file.trailer.set("Root", catalog);
        self.file
    }

    pub(super) fn bytes(self) -> Vec<u8> {
        written(self.finished())
    }
}

pub(super) fn written(mut file: File) -> Vec<u8> {
    let mut bytes = Vec::new();
    file.save_to(&mut bytes).unwrap();
    bytes
}

/// Codes are characters turned by 0x1111, so that nothing reads by accident.
pub(super) fn codes(text: &str) -> Vec<u8> {
    text.encode_utf16()
        .flat_map(|unit| unit.wrapping_add(0x1111).to_be_bytes())
        .collect()
}

fn to_unicode() -> String {
    let mut table = "/CIDInit /ProcSet findresource begin 1 begincodespacerange <0000> <FFFF> endcodespacerange\n".to_owned();
    let characters: Vec<u16> = "需求确认单合同其他文件客户代表签字甲方：ABC"
        .encode_utf16()
        .collect();
    let (ranged, single) = characters.split_at(8);
    table += "8 beginbfrange\n";
    for unit in ranged {
        let code = unit.wrapping_add(0x1111);
        table += &format!("<{code:04X}> <{code:04X}> <{unit:04X}>\n");
    }
    table += "endbfrange\n3 beginbfchar\n";
    for unit in single {
        table += &format!("<{:04x}> <{unit:04x}>\n", unit.wrapping_add(0x1111));
    }
    table + "endbfchar endcmap"
}

pub(super) fn line(text: &str) -> Vec<Operation> {
    vec![
        Operation::new("BT", vec![]),
        Operation::new("Tf", vec!["F1".into(), 12.into()]),
        Operation::new("Tj", vec![Object::string_literal(codes(text))]),
        Operation::new("ET", vec![]),
    ]
}

pub(super) fn placed(name: &str, width: i64, height: i64) -> Vec<Operation> {
    let matrix = vec![
        width.into(),
        0.into(),
        0.into(),
        height.into(),
        100.into(),
        100.into(),
    ];
    vec![
        Operation::new("q", vec![]),
        Operation::new("cm", matrix),
        Operation::new("Do", vec![name.into()]),
        Operation::new("Q", vec![]),
    ]
}

pub(super) fn signature() -> Dictionary {
    dictionary! {
        "Type" => "Sig", "Filter" => "Adobe.PPKLite", "Contents" => Object::string_literal(vec![0x30, 0x82, 1, 2]),
        "ByteRange" => vec![0.into(), 10.into(), 20.into(), 30.into()],
    }
}

pub(super) fn ink(strokes: Vec<Object>) -> Dictionary {
    dictionary! { "Type" => "Annot", "Subtype" => "Ink", "InkList" => strokes }
}

pub(super) fn stroke() -> Object {
    vec![1.into(), 2.into(), 3.into(), 4.into()].into()
}
