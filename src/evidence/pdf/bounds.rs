//! Opens a PDF within bounds that no file can widen.
//!
//! A PDF can be small and unpack to gigabytes in three ways: streams that inflate, one list of a
//! million numbers (each takes fifty times its two bytes in memory), and objects that hold others.
//! So tokens are counted before anything is parsed, and streams of objects are inflated and counted
//! by our own rule before the library takes them apart.

use std::cell::Cell;

use lopdf::{DecompressError, Document, Error, LoadOptions, Object, ObjectId, Stream};

use super::Refusal;

/// The most pages.
const MOST_PAGES: usize = 500;
/// The most objects, which is hundreds a page.
const MOST_OBJECTS: usize = 100_000;
/// The most words, numbers and marks, in the file and in what it inflates to.
const MOST_TOKENS: usize = 2_000_000;
/// What all streams that are read may inflate to. Pictures are not read.
const MOST_INFLATED: usize = 24 * 1024 * 1024;
/// What one of them may.
const LARGEST_STREAM: usize = 6 * 1024 * 1024;
/// What drawings within drawings may come to, each counted as often as it is drawn.
const MOST_DRAWN: usize = 24 * 1024 * 1024;
/// The most directories, of which each change of a document adds one.
const MOST_DIRECTORIES: usize = 200;
/// Where a whole file has its last mark.
const LENGTH_OF_END: usize = 2_048;

/// What may still be done for a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    objects: usize,
    tokens: usize,
    inflated: usize,
    drawn: usize,
}

impl Budget {
    pub(super) const fn new() -> Self {
        Self {
            objects: MOST_OBJECTS,
            tokens: MOST_TOKENS,
            inflated: MOST_INFLATED,
            drawn: MOST_DRAWN,
        }
    }

    /// A stream's content; `None` when it can't be decoded.
    ///
    /// # Errors
    /// When it is too much.
    pub(super) fn inflate(&mut self, stream: &Stream) -> Result<Option<Vec<u8>>, Refusal> {
        let most = self.inflated.min(LARGEST_STREAM);
        let content = match stream.get_plain_content_with_limit(most) {
            Ok(content) => content,
            Err(Error::Decompress(DecompressError::MemoryLimitExceeded { .. })) => {
                return Err(Refusal::TooComplex);
            }
            Err(_) => return Ok(None),
        };
        self.inflated -= content.len();
        self.take_tokens(&content)?;
        Ok(Some(content))
    }

    /// Counts a drawing that is drawn once more. An empty one costs a little too.
    ///
    /// # Errors
    /// When it is too much.
    pub(super) fn draw(&mut self, content: &[u8]) -> Result<(), Refusal> {
        let cost = content.len() + 1_024;
        self.drawn = self.drawn.checked_sub(cost).ok_or(Refusal::TooComplex)?;
        Ok(())
    }

    fn take_tokens(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        self.tokens = self
            .tokens
            .checked_sub(tokens(bytes))
            .ok_or(Refusal::TooComplex)?;
        Ok(())
    }

    fn take_object(&mut self, object: &Object) -> Result<(), Refusal> {
        self.objects = self.objects.checked_sub(1).ok_or(Refusal::TooComplex)?;
        match object {
            Object::Stream(stream) if stream.dict.has_type(b"ObjStm") => {
                self.inflate(stream).map(drop)
            }
            _ => Ok(()),
        }
    }
}

thread_local! {
    /// The budget of the file that this thread is opening. The library takes a plain function to
    /// look at each object, which has no other way to it.
    static OPENING: Cell<Result<Budget, Refusal>> = const { Cell::new(Err(Refusal::TooComplex)) };
}

/// # Errors
/// When it can't be opened, or only by more work than the budget allows.
pub(super) fn open(bytes: &[u8], budget: &mut Budget) -> Result<Document, Refusal> {
    before_opening(bytes)?;
    budget.take_tokens(bytes)?;
    OPENING.set(Ok(*budget));
    let options = LoadOptions {
        filter: Some(taken),
        max_decompressed_size: Some(LARGEST_STREAM),
        ..LoadOptions::default()
    };
    let document = Document::load_mem_with_options(bytes, options);
    *budget = OPENING.replace(Err(Refusal::TooComplex))?;
    let document = document.map_err(|error| refusal(&error))?;
    if document.is_encrypted() || document.was_encrypted() {
        return Err(Refusal::Encrypted);
    }
    Ok(document)
}

/// The pages, in their order.
///
/// # Errors
/// When there are none, too many, or fewer than the file says: then it lost some.
pub(super) fn pages(document: &Document) -> Result<Vec<ObjectId>, Refusal> {
    let pages: Vec<ObjectId> = document.page_iter().take(MOST_PAGES + 1).collect();
    if pages.len() > MOST_PAGES {
        return Err(Refusal::TooManyPages);
    }
    let declared = document
        .catalog()
        .and_then(|catalog| catalog.get_deref(b"Pages", document))
        .and_then(Object::as_dict)
        .and_then(|root| root.get_deref(b"Count", document))
        .and_then(Object::as_i64);
    match declared {
        Ok(0) if pages.is_empty() => Err(Refusal::Empty),
        Ok(count) if usize::try_from(count) == Ok(pages.len()) => Ok(pages),
        _ => Err(Refusal::Damaged),
    }
}

/// What the bytes tell without being parsed.
fn before_opening(bytes: &[u8]) -> Result<(), Refusal> {
    let end = bytes.get(bytes.len().saturating_sub(LENGTH_OF_END)..);
    if !end.unwrap_or(bytes).windows(5).any(|five| five == b"%%EOF") {
        return Err(Refusal::Damaged);
    }
    let mut directories = 0;
    for (at, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == b'/') {
        let rest = &bytes[at + 1..];
        if let Some(value) = after_name(rest, b"Encrypt") {
            let value = value.trim_ascii_start().first();
            if value.is_some_and(|byte| byte.is_ascii_digit() || *byte == b'<') {
                return Err(Refusal::Encrypted);
            }
        }
        directories += usize::from(after_name(rest, b"XRef").is_some());
    }
    if directories > MOST_DIRECTORIES {
        return Err(Refusal::TooComplex);
    }
    Ok(())
}

/// Whether a name begins the bytes, and what follows it. `#45` in a name stands for `E`.
fn after_name<'a>(bytes: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let mut rest = bytes;
    for wanted in name {
        let (first, after) = rest.split_first()?;
        let (found, after) = match (first, after) {
            (b'#', [high, low, after @ ..]) => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16);
                (u8::try_from(digit(high)? * 16 + digit(low)?).ok()?, after)
            }
            _ => (*first, after),
        };
        (found == *wanted).then_some(())?;
        rest = after;
    }
    let goes_on = rest
        .first()
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'#');
    (!goes_on).then_some(rest)
}

/// Looks at each object while the file is opened. What it answers is kept, if it answers.
fn taken(id: ObjectId, object: &mut Object) -> Option<(ObjectId, Object)> {
    let mut budget = OPENING.get().ok()?;
    let taken = budget.take_object(object);
    OPENING.set(taken.map(|()| budget));
    taken.ok()?;
    // Of an object of the file itself only whether it was answered counts, and streams are such.
    let kept = match object {
        Object::Stream(_) => Object::Null,
        other => other.clone(),
    };
    Some((id, kept))
}

fn refusal(error: &Error) -> Refusal {
    match error {
        Error::Decompress(DecompressError::MemoryLimitExceeded { .. }) => Refusal::TooComplex,
        Error::Decryption(_) | Error::InvalidPassword | Error::UnsupportedSecurityHandler(_) => {
            Refusal::Encrypted
        }
        _ => Refusal::Damaged,
    }
}

/// At least as many as there are: where a blank ends, and at each mark that begins something.
fn tokens(bytes: &[u8]) -> usize {
    let mut count = 0;
    let mut is_after_blank = true;
    for byte in bytes {
        let is_blank = matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | 0 | 0x0C);
        let begins = matches!(byte, b'/' | b'(' | b'[' | b'<');
        count += usize::from(begins || (is_after_blank && !is_blank));
        is_after_blank = is_blank;
    }
    count
}
