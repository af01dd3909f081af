//! What goes over the socket between the service and the process that holds the library: a head in
//! JSON and bytes as they are, each behind its length.

use std::io::{self, Error, ErrorKind, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A page of a thousand messages of 50 KB each, with room to spare; more is no answer of the library.
const LONGEST: u32 = 256 << 20;

/// The frame as bytes.
pub(crate) fn bytes(head: &impl Serialize, body: &[u8]) -> io::Result<Vec<u8>> {
    let head = serde_json::to_vec(head)?;
    let mut frame = Vec::with_capacity(8 + head.len() + body.len());
    for part in [head.as_slice(), body] {
        let length = u32::try_from(part.len()).map_err(|_| too_long())?;
        if length > LONGEST {
            return Err(too_long());
        }
        frame.extend_from_slice(&length.to_be_bytes());
        frame.extend_from_slice(part);
    }
    Ok(frame)
}

/// Writes a frame.
pub(crate) fn write(to: &mut impl Write, head: &impl Serialize, body: &[u8]) -> io::Result<()> {
    to.write_all(&bytes(head, body)?)?;
    to.flush()
}

/// Reads a frame. [`ErrorKind::UnexpectedEof`] when the other side is gone.
pub(crate) fn read<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<(T, Vec<u8>)> {
    let head = part(from)?;
    let body = part(from)?;
    Ok((serde_json::from_slice(&head)?, body))
}

fn part(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let mut part = vec![0; length_of(length)?];
    from.read_exact(&mut part)?;
    Ok(part)
}

/// The length that stands before a part.
pub(super) fn length_of(bytes: [u8; 4]) -> io::Result<usize> {
    match u32::from_be_bytes(bytes) {
        length @ 0..=LONGEST => usize::try_from(length).map_err(|_| too_long()),
        _ => Err(too_long()),
    }
}

fn too_long() -> Error {
    Error::new(ErrorKind::InvalidData, "a frame is longer than any answer")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again_and_no_length_makes_us_reserve_the_machine() {
        let mut frame = Vec::new();
        write(&mut frame, &("head", 7), b"\0body\xff").expect("memory takes it");

        let (head, body): ((String, u8), _) = read(&mut frame.as_slice()).expect("it is whole");
        let cut = read::<(String, u8)>(&mut &frame[..frame.len() - 1]);
        let huge = read::<(String, u8)>(&mut [0xff; 64].as_slice());

        assert_eq!(
            (head, body.as_slice()),
            (("head".to_owned(), 7), b"\0body\xff".as_slice())
        );
        assert_eq!(cut.expect_err("it is cut").kind(), ErrorKind::UnexpectedEof);
        assert_eq!(
            huge.expect_err("nobody says so much").kind(),
            ErrorKind::InvalidData
        );
    }
}
