//! Measures an xlsx or docx, which are zip archives, before anything opens it.
//!
//! calamine unpacks whatever it is given: half a megabyte can become half a gigabyte. So each entry
//! is unpacked here first, into nothing, and counted. Sizes that the archive declares are only
//! believed when they are too large.

use std::io::{Cursor, Read, copy, sink};

use zip::ZipArchive;

use super::Unreadable;

const MOST_ENTRIES: usize = 1_000;
const MOST_UNPACKED: u64 = 64 * 1024 * 1024;
const LARGEST_RATIO: u64 = 100;
/// Below this size an entry of any ratio does no harm.
const HARMLESS: u64 = 1024 * 1024;

/// Begins each entry of the archive's directory (APPNOTE 4.3.12, pkware.com/appnote).
const DIRECTORY_ENTRY: &[u8; 4] = b"PK\x01\x02";

/// Checks that the archive stays within its bounds.
///
/// # Errors
/// Which bound it breaks.
pub(crate) fn measure(archive: &[u8]) -> Result<(), Unreadable> {
    // Counted in the bytes, before the directory is read: reading it takes memory for each entry,
    // and where it begins is a matter of opinion between readers of a hostile archive.
    let entries = archive
        .windows(4)
        .filter(|four| four == DIRECTORY_ENTRY)
        .count();
    if entries > MOST_ENTRIES {
        return Err(Unreadable::TooLarge(format!(
            "the xlsx holds more than {MOST_ENTRIES} parts; save the table alone in a new workbook"
        )));
    }
    let unreadable = || {
        let advice = "the xlsx is damaged: open it in a spreadsheet and save it again";
        Unreadable::Damaged(advice.to_owned())
    };
    let mut zip = ZipArchive::new(Cursor::new(archive)).map_err(|_| unreadable())?;
    let mut left = MOST_UNPACKED;
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).map_err(|_| unreadable())?;
        let too_large = || {
            let most = MOST_UNPACKED / 1024 / 1024;
            Unreadable::TooLarge(format!("the xlsx unpacks to more than {most} MB"))
        };
        if entry.size() > left {
            return Err(too_large());
        }
        let packed = entry.compressed_size().max(1);
        let unpacked =
            copy(&mut entry.by_ref().take(left + 1), &mut sink()).map_err(|_| unreadable())?;
        left = left.checked_sub(unpacked).ok_or_else(too_large)?;
        if unpacked > HARMLESS && unpacked / packed > LARGEST_RATIO {
            return Err(Unreadable::TooLarge(format!(
                "a part of the xlsx unpacks to more than {LARGEST_RATIO} times its size"
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::write::SimpleFileOptions;
    use zip::{CompressionMethod, ZipWriter};

    use super::*;

    fn archive(parts: impl IntoIterator<Item = (String, Vec<u8>)>) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        for (name, bytes) in parts {
            zip.start_file(name, options).unwrap();
            zip.write_all(&bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    /// Bytes that deflate can't make much smaller.
    fn noise(length: usize) -> Vec<u8> {
        let mut state = 1_u32;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state.to_le_bytes()[0]
        };
        (0..length).map(|_| next()).collect()
    }

    #[test]
    fn a_workbook_of_usual_size_passes() {
        assert_eq!(
            measure(&archive([("a.xml".to_owned(), noise(2_000_000))])),
            Ok(())
        );
    }

    #[test]
    fn bombs_are_refused_by_each_bound() {
        let too_many = archive((0..1_001).map(|number| (format!("{number}.xml"), Vec::new())));
        let too_dense = archive([("a.xml".to_owned(), vec![b' '; 4_000_000])]);
        let dense = || vec![b' '; 1_000_000];
        let too_large = archive((0..70).map(|number| (format!("{number}.xml"), dense())));
        let cut_off = {
            let whole = archive([("a.xml".to_owned(), noise(1_000))]);
            whole[..whole.len() - 10].to_vec()
        };

        for (bytes, reason) in [
            (too_many, "more than 1000 parts"),
            (too_dense, "100 times its size"),
            (too_large, "more than 64 MB"),
            (cut_off, "damaged"),
        ] {
            let refusal = measure(&bytes).unwrap_err().to_string();
            assert!(refusal.contains(reason), "{refusal}");
        }
    }

    #[test]
    fn a_size_that_is_declared_too_small_is_counted_all_the_same() {
        let mut bytes = archive([("a.xml".to_owned(), vec![b' '; 4_000_000])]);
        let declared = 4_000_000_u32.to_le_bytes();
        let places: Vec<usize> = (0..bytes.len() - 4)
            .filter(|at| bytes[*at..*at + 4] == declared)
            .collect();
        for at in places {
            bytes[at..at + 4].copy_from_slice(&10_u32.to_le_bytes());
        }

        assert!(measure(&bytes).is_err());
    }
}
