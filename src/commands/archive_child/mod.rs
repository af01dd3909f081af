//! `dingdan archive-child`: the process in which the vendor's chat archive library lives. It is known
//! to crash, to hang and to leak, so it does that here, and the service starts it anew.
//!
//! Standard input is a socket to the service, both ways ([`crate::platform::ArchiveRequest`] and
//! answers); standard output belongs to the library, which may print what it likes. When the service
//! ends, the socket does, and with it this process, whatever the library is doing.

mod library;

use std::io::ErrorKind;
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;

use anyhow::Context as _;

use self::library::Library;
use crate::platform::{ArchiveAnswer, ArchiveRequest, frames};

/// The library is known to need a deep stack for big batches.
const STACK: usize = 64 << 20;

/// What to load.
#[derive(clap::Args)]
pub struct ArchiveChildOptions {
    /// The vendor's library
    library: PathBuf,
}

pub(super) fn archive_child(options: &ArchiveChildOptions) -> anyhow::Result<()> {
    let stdin = std::io::stdin();
    let socket = stdin.as_fd().try_clone_to_owned();
    let mut reading = UnixStream::from(socket.context("standard input can't be used")?);
    let writing = reading.try_clone().context(
        "standard input is no socket: this command is started by `dingdan serve` and by nobody else",
    )?;
    let (requests, work) = mpsc::channel();
    let library = options.library.clone();
    let answering = move || {
        let answered = AssertUnwindSafe(|| answer_all(library, &work, writing));
        // Nobody would answer any more: the service has to see it at once.
        std::process::exit(match std::panic::catch_unwind(answered) {
            Ok(Ok(())) => 0,
            Ok(Err(_)) | Err(_) => 1,
        })
    };
    thread::Builder::new()
        .stack_size(STACK)
        .spawn(answering)
        .context("can't start a thread")?;
    loop {
        match frames::read::<ArchiveRequest>(&mut reading) {
            Ok((request, _)) => requests
                .send(request)
                .context("the library's thread is gone")?,
            // The service ended. The library may be in the middle of a call that never returns.
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => std::process::exit(0),
            Err(error) => return Err(error).context("the socket to the service failed"),
        }
    }
}

fn answer_all(
    place: PathBuf,
    work: &mpsc::Receiver<ArchiveRequest>,
    mut writing: UnixStream,
) -> anyhow::Result<()> {
    let mut library = None;
    while let Ok(request) = work.recv() {
        let (answer, bytes) = match request {
            ArchiveRequest::Init { corp_id, secret } => {
                match Library::load(&place, &corp_id, &secret) {
                    Ok((loaded, code)) => {
                        library = Some(loaded);
                        (ArchiveAnswer::code(code), Vec::new())
                    }
                    Err(why) => (ArchiveAnswer::unusable(why), Vec::new()),
                }
            }
            request => match &mut library {
                Some(library) => library.answer(&request),
                None => (
                    ArchiveAnswer::unusable("it was asked before it was begun".to_owned()),
                    Vec::new(),
                ),
            },
        };
        frames::write(&mut writing, &answer, &bytes).context("the socket to the service failed")?;
    }
    Ok(())
}
