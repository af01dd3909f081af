//! Standard output, which may be a pipe that nobody reads any more or a file on a full disk.

use std::io::{self, Write};

/// Standard output. Unlike `println!` it tells a failure instead of panicking.
pub(super) struct Output;

/// Why standard output can't be written.
#[derive(Debug, thiserror::Error)]
#[error("can't write to standard output: {0}")]
struct Unwritten(io::Error);

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        io::stdout().write(bytes).map_err(unwritten)
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stdout().flush().map_err(unwritten)
    }
}

fn unwritten(error: io::Error) -> io::Error {
    io::Error::new(error.kind(), Unwritten(error))
}

/// Whether the reader of our output has seen enough, as `head` does: that is no failure.
pub(super) fn nobody_reads(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|error| {
            error.kind() == io::ErrorKind::BrokenPipe
                && error.get_ref().is_some_and(|cause| cause.is::<Unwritten>())
        })
}
