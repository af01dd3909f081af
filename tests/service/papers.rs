//! PDFs as programs and scanners make them.

use lopdf::content::{Content, Operation};
use lopdf::{
    Dictionary, Document, EncryptionState, EncryptionVersion, Object, ObjectId, Permissions,
    Stream, dictionary,
};

/// A document of one page that says this.
pub fn written(text: &str) -> Vec<u8> {
    saved(with_text(text).0)
}

/// And somebody drew on it with a pen.
pub fn signed(text: &str) -> Vec<u8> {
    let (mut file, page) = with_text(text);
    let stroke: Object = vec![1.into(), 2.into(), 3.into(), 4.into()].into();
    let ink = dictionary! { "Type" => "Annot", "Subtype" => "Ink", "InkList" => vec![stroke] };
    let ink = file.add_object(ink);
    let page = file.get_dictionary_mut(page).unwrap();
    page.set("Annots", vec![Object::Reference(ink)]);
    saved(file)
}

/// And a password keeps others from it.
pub fn encrypted(text: &str) -> Vec<u8> {
    let (mut file, _) = with_text(text);
    let id = Object::string_literal(vec![7; 16]);
    file.trailer.set("ID", vec![id.clone(), id]);
    let version = EncryptionVersion::V2 {
        document: &file,
        owner_password: "owner",
        user_password: "secret",
        key_length: 128,
        permissions: Permissions::all(),
    };
    let state = EncryptionState::try_from(version).unwrap();
    file.encrypt(&state).unwrap();
    saved(file)
}

/// A page that is one picture.
pub fn scanned() -> Vec<u8> {
    let mut file = Document::with_version("1.7");
    let picture =
        dictionary! { "Type" => "XObject", "Subtype" => "Image", "Width" => 1, "Height" => 1 };
    let picture = file.add_object(Stream::new(picture, vec![0; 3]));
    let whole_page = [595, 0, 0, 842, 0, 0].map(Object::from).to_vec();
    let operations = vec![
        Operation::new("q", vec![]),
        Operation::new("cm", whole_page),
        Operation::new("Do", vec!["Im1".into()]),
        Operation::new("Q", vec![]),
    ];
    let things = dictionary! { "XObject" => dictionary! { "Im1" => picture } };
    add_page(&mut file, operations, things);
    saved(file)
}

fn with_text(text: &str) -> (Document, ObjectId) {
    let mut file = Document::with_version("1.7");
    let table = file.add_object(Stream::new(dictionary! {}, to_unicode(text).into_bytes()));
    let font = file.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type0", "BaseFont" => "ABCDEF+SimSun",
        "Encoding" => "Identity-H", "ToUnicode" => table,
    });
    let codes: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let operations = vec![
        Operation::new("BT", vec![]),
        Operation::new("Tf", vec!["F1".into(), 12.into()]),
        Operation::new("Tj", vec![Object::string_literal(codes)]),
        Operation::new("ET", vec![]),
    ];
    let things = dictionary! { "Font" => dictionary! { "F1" => font } };
    let page = add_page(&mut file, operations, things);
    (file, page)
}

fn to_unicode(text: &str) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut table = format!(
        "begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange\n{} beginbfchar\n",
        units.len()
    );
    for unit in units {
        table += &format!("<{unit:04X}> <{unit:04X}>\n");
    }
    table + "endbfchar endcmap"
}

fn add_page(file: &mut Document, operations: Vec<Operation>, things: Dictionary) -> ObjectId {
    let content = Content { operations }.encode().unwrap();
    let content = file.add_object(Stream::new(dictionary! {}, content));
    let tree = file.new_object_id();
    let page = file.add_object(dictionary! {
        "Type" => "Page", "Parent" => tree, "Contents" => content, "Resources" => things,
    });
    let pages = dictionary! {
        "Type" => "Pages", "Count" => 1, "Kids" => vec![Object::Reference(page)],
        "MediaBox" => [0, 0, 595, 842].map(Object::from).to_vec(),
    };
    file.objects.insert(tree, pages.into());
    let catalog = file.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    file.trailer.set("Root", catalog);
    page
}

fn saved(mut file: Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    file.save_to(&mut bytes).unwrap();
    bytes
}
