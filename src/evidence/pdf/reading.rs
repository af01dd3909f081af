//! Reads one page as it would be drawn, without drawing it.

use std::collections::BTreeMap;
use std::rc::Rc;

use lopdf::content::{Content as Operations, Operation};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::Refusal;
use super::bounds::Budget;
use super::font::{Font, Fonts};
use super::matrix::Matrix;
use super::page::{Page, Picture};

/// How deep drawings may hold drawings.
const DEEPEST: usize = 8;
/// How often a drawing may put its pen aside and not take it back.
const MOST_SAVED: usize = 256;
/// For how many letters that nobody read a mistake stands, after which a page can't be read on.
const AFTER_A_MISTAKE: usize = 1_000;
/// The most notes, links and fields on a page.
const MOST_ANNOTATIONS: usize = 5_000;

/// Reads one page.
pub(super) struct Reading<'a> {
    document: &'a Document,
    fonts: &'a mut Fonts,
    budget: &'a mut Budget,
    page: Page,
    area: f32,
    /// What the drawings hold in themselves, inflated once however often they are drawn.
    drawings: BTreeMap<ObjectId, Rc<Vec<u8>>>,
}

impl<'a> Reading<'a> {
    /// # Errors
    /// When reading it is too much.
    pub(super) fn page(
        id: ObjectId,
        document: &'a Document,
        fonts: &'a mut Fonts,
        budget: &'a mut Budget,
    ) -> Result<Page, Refusal> {
        let nothing = Dictionary::new();
        let resources = inherited(document, id, b"Resources");
        let resources = resources
            .and_then(|found| found.as_dict().ok())
            .unwrap_or(&nothing);
        let mut reading = Self {
            document,
            fonts,
            budget,
            page: Page {
                id,
                ..Page::default()
            },
            area: area(document, id),
            drawings: BTreeMap::new(),
        };
        reading.page.is_annotated = is_annotated(document, id)?;
        let content = reading.content(id)?;
        let pen = Pen {
            matrix: Matrix::SAME,
            font: None,
            is_hidden: false,
        };
        reading.draw(&content, resources, pen, 0)?;
        Ok(reading.page)
    }

    /// What is drawn on a page. Without one of its parts nobody knows what stood there.
    fn content(&mut self, page: ObjectId) -> Result<Vec<u8>, Refusal> {
        let mut content = Vec::new();
        for part in self.document.get_page_contents(page) {
            let Ok(Object::Stream(part)) = self.document.get_object(part) else {
                return Err(Refusal::Damaged);
            };
            content.extend(self.budget.inflate(part)?.ok_or(Refusal::Damaged)?);
            content.push(b'\n');
        }
        Ok(content)
    }

    fn draw(
        &mut self,
        content: &[u8],
        resources: &Dictionary,
        mut pen: Pen,
        depth: usize,
    ) -> Result<(), Refusal> {
        let mut saved = Vec::new();
        for operation in Operations::decode_iter(content) {
            let Ok(Operation { operator, operands }) = operation else {
                self.page.unread += AFTER_A_MISTAKE;
                break;
            };
            let first = operands.first();
            match operator.as_str() {
                "q" if saved.len() < MOST_SAVED => saved.push(pen.clone()),
                "Q" => pen = saved.pop().unwrap_or(pen),
                "cm" => pen.turn(&operands),
                "Tf" => pen.font = self.font(resources, first)?,
                "Tr" => pen.is_hidden = first.is_some_and(is_hiding),
                "Tj" | "TJ" | "'" | "\"" => {
                    operands.iter().for_each(|shown| self.show(shown, &pen));
                }
                "BI" => self.picture(None, pen.matrix),
                "Do" => self.thing(resources, first, &pen, depth)?,
                "f" | "F" | "f*" | "B" | "B*" | "b" | "b*" | "S" | "s" | "sh" => {
                    self.page.is_drawn_on = true;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn font(
        &mut self,
        resources: &Dictionary,
        name: Option<&Object>,
    ) -> Result<Option<Rc<Font>>, Refusal> {
        match name {
            Some(Object::Name(name)) => self.fonts.get(resources, name, self.document, self.budget),
            _ => Ok(None),
        }
    }

    fn show(&mut self, shown: &Object, pen: &Pen) {
        match shown {
            Object::Array(parts) => {
                let strings = parts
                    .iter()
                    .filter(|part| matches!(part, Object::String(..)));
                strings.for_each(|part| self.show(part, pen));
            }
            Object::String(codes, _) => {
                let text = if pen.is_hidden {
                    &mut self.page.hidden
                } else {
                    &mut self.page.text
                };
                let font = pen.font.as_deref().unwrap_or(&Font::Unknown(1));
                let unread = font.read(codes, text);
                self.page.unread += if pen.is_hidden { 0 } else { unread };
            }
            _ => {}
        }
    }

    /// A picture, or a drawing of its own.
    fn thing(
        &mut self,
        resources: &Dictionary,
        name: Option<&Object>,
        pen: &Pen,
        depth: usize,
    ) -> Result<(), Refusal> {
        let document = self.document;
        let found = resources
            .get_deref(b"XObject", document)
            .and_then(Object::as_dict)
            .ok()
            .zip(name.and_then(|name| name.as_name().ok()))
            .and_then(|(things, name)| document.dereference(things.get(name).ok()?).ok());
        let Some((Some(id), Object::Stream(thing))) = found else {
            return Ok(());
        };
        match thing
            .dict
            .get_deref(b"Subtype", document)
            .and_then(Object::as_name)
        {
            Ok(b"Image") => self.picture(Some(id), pen.matrix),
            Ok(b"Form") if depth < DEEPEST => {
                let content = self.drawing(id, thing)?;
                let mut pen = pen.clone();
                let matrix = thing.dict.get_deref(b"Matrix", document);
                if let Ok(matrix) = matrix.and_then(Object::as_array) {
                    pen.turn(matrix);
                }
                let own = thing.dict.get_deref(b"Resources", document);
                let own = own.and_then(Object::as_dict).unwrap_or(resources);
                self.draw(&content, own, pen, depth + 1)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// What a drawing holds, which is inflated once and counted each time.
    fn drawing(&mut self, id: ObjectId, drawing: &Stream) -> Result<Rc<Vec<u8>>, Refusal> {
        let content = match self.drawings.get(&id) {
            Some(content) => Rc::clone(content),
            None => {
                let content = self.budget.inflate(drawing)?.ok_or(Refusal::Damaged)?;
                let content = Rc::new(content);
                self.drawings.insert(id, Rc::clone(&content));
                content
            }
        };
        self.budget.draw(&content)?;
        Ok(content)
    }

    fn picture(&mut self, id: Option<ObjectId>, matrix: Matrix) {
        const MOST_PICTURES: usize = 5_000;
        if self.page.pictures.len() < MOST_PICTURES {
            let share = matrix.area() / self.area;
            self.page.pictures.push(Picture { id, share });
        }
    }
}

/// How what comes next will be drawn.
#[derive(Clone)]
struct Pen {
    matrix: Matrix,
    font: Option<Rc<Font>>,
    is_hidden: bool,
}

impl Pen {
    /// From now on everything is drawn by these numbers first.
    fn turn(&mut self, numbers: &[Object]) {
        if let Some(own) = Matrix::of(numbers) {
            self.matrix = own.then(self.matrix);
        }
    }
}

/// Ways to draw letters that leave nothing to be seen (ISO 32000-1, table 106).
fn is_hiding(mode: &Object) -> bool {
    matches!(mode.as_i64(), Ok(3 | 7))
}

/// Of the page or of what it is part of.
fn inherited<'a>(document: &'a Document, page: ObjectId, key: &[u8]) -> Option<&'a Object> {
    let mut node = document.get_dictionary(page).ok()?;
    for _ in 0..32 {
        if let Ok(found) = node.get_deref(key, document) {
            return Some(found);
        }
        node = node.get_deref(b"Parent", document).ok()?.as_dict().ok()?;
    }
    None
}

/// Of the sheet, in the page's coordinates; A4 when it doesn't say.
fn area(document: &Document, page: ObjectId) -> f32 {
    let sides = inherited(document, page, b"MediaBox").and_then(|sheet| {
        let side = |side: &Object| document.dereference(side).ok()?.1.as_float().ok();
        match sheet.as_array().ok()?.as_slice() {
            [left, bottom, right, top] => {
                Some((side(right)? - side(left)?) * (side(top)? - side(bottom)?))
            }
            _ => None,
        }
    });
    let area = sides.map_or(0.0, f32::abs);
    if area > 1.0 { area } else { 595.0 * 842.0 }
}

/// Links are on many pages that are otherwise blank.
fn is_annotated(document: &Document, page: ObjectId) -> Result<bool, Refusal> {
    let annotations = document.get_page_annotations(page).unwrap_or_default();
    if annotations.len() > MOST_ANNOTATIONS {
        return Err(Refusal::TooComplex);
    }
    let is_link = |annotation: &&Dictionary| {
        matches!(
            annotation.get(b"Subtype").and_then(Object::as_name),
            Ok(b"Link" | b"Popup")
        )
    };
    Ok(!annotations.iter().all(is_link))
}
