//! How does something large pass through without being held? Bridges between the blocking
//! readers and writers of the engine and the bodies of requests and answers.

use std::io::{self, Read, Write};

use attnd_core::{ErrorCode, Problem};
use axum::body::Body;
use bytes::{Buf, Bytes, BytesMut};
use futures_util::StreamExt;
use futures_util::stream;
use tokio::sync::mpsc;

/// How many pieces may wait between the two sides: the slower side sets the pace.
const PIECES: usize = 4;

/// Size of the pieces an answer is sent in, in bytes.
const PIECE_BYTES: usize = 64 << 10;

type Piece = Result<Bytes, io::Error>;

/// An answer that `write` writes piece by piece on a blocking thread.
///
/// # Errors
/// What `write` fails with before the first piece is full; a later failure breaks the answer off,
/// so that no client takes a part for the whole.
pub(crate) async fn answer(
    write: impl FnOnce(&mut dyn Write) -> Result<(), Problem> + Send + 'static,
) -> Result<Body, Problem> {
    let (sender, mut pieces) = mpsc::channel::<Piece>(PIECES);
    let task = tokio::task::spawn_blocking(move || {
        let mut writer = PieceWriter { buffer: BytesMut::with_capacity(PIECE_BYTES), pieces: sender };
        let outcome = write(&mut writer).and_then(|()| {
            writer.flush().map_err(|error| Problem::new(ErrorCode::FileUnreadable, error.to_string()))
        });
        if let Err(problem) = &outcome {
            let _ = writer.pieces.blocking_send(Err(io::Error::other(problem.to_string())));
        }
        outcome
    });
    match pieces.recv().await {
        Some(Ok(first)) => {
            let rest = stream::poll_fn(move |context| pieces.poll_recv(context));
            Ok(Body::from_stream(stream::once(async { Ok(first) }).chain(rest)))
        }
        Some(Err(_)) | None => match task.await {
            Ok(Ok(())) => Ok(Body::empty()),
            Ok(Err(problem)) => Err(problem),
            Err(_) => Err(Problem::new(ErrorCode::Internal, "writing the answer was cut short")),
        },
    }
}

/// Reads a body on a blocking thread with `read`, as it arrives.
///
/// # Errors
/// What `read` fails with. A body that breaks off fails to read; it does not end.
pub(crate) async fn upload<T: Send + 'static>(
    mut body: impl stream::Stream<Item = Piece> + Unpin,
    read: impl FnOnce(&mut dyn Read) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let (sender, pieces) = mpsc::channel::<Piece>(PIECES);
    let task = tokio::task::spawn_blocking(move || read(&mut PieceReader { current: Bytes::new(), pieces }));
    while let Some(piece) = body.next().await {
        let broken = piece.is_err();
        // The reader has had enough, or nothing more will come.
        if sender.send(piece).await.is_err() || broken {
            break;
        }
    }
    drop(sender);
    task.await.unwrap_or_else(|_| Err(Problem::new(ErrorCode::Internal, "reading the body was cut short")))
}

struct PieceWriter {
    buffer: BytesMut,
    pieces: mpsc::Sender<Piece>,
}

impl Write for PieceWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= PIECE_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let piece = self.buffer.split().freeze();
        self.buffer.reserve(PIECE_BYTES);
        self.pieces.blocking_send(Ok(piece)).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

struct PieceReader {
    current: Bytes,
    pieces: mpsc::Receiver<Piece>,
}

impl Read for PieceReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.current.is_empty() {
            match self.pieces.blocking_recv() {
                Some(piece) => self.current = piece?,
                None => return Ok(0),
            }
        }
        let count = buffer.len().min(self.current.len());
        self.current.copy_to_slice(&mut buffer[..count]);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;

    #[tokio::test]
    async fn a_long_answer_arrives_whole() {
        let body = answer(|writer| {
            (0..100_000_u32).try_for_each(|number| {
                writeln!(writer, "{number}").map_err(|e| Problem::new(ErrorCode::Internal, e.to_string()))
            })
        });
        let bytes = to_bytes(body.await.unwrap(), usize::MAX).await.unwrap();
        assert_eq!(bytes.iter().filter(|byte| **byte == b'\n').count(), 100_000);
        assert!(bytes.ends_with(b"99999\n"));
    }

    #[tokio::test]
    async fn an_early_failure_is_told_and_a_late_one_breaks_off() {
        let fails = |written: usize| {
            answer(move |writer| {
                let _ = writer.write_all(&vec![b' '; written]);
                Err(Problem::new(ErrorCode::NoBucket, "gone"))
            })
        };
        assert_eq!(fails(10).await.unwrap_err().code, ErrorCode::NoBucket);
        assert!(to_bytes(fails(10 * PIECE_BYTES).await.unwrap(), usize::MAX).await.is_err());
    }

    #[tokio::test]
    async fn nobody_reading_stops_the_writer() {
        let (stopped, told) = tokio::sync::oneshot::channel();
        let body = answer(move |writer| {
            let error = loop {
                if let Err(error) = writer.write_all(&[0; 1_000]) {
                    break error;
                }
            };
            let _ = stopped.send(error.kind());
            Ok(())
        });
        drop(body.await.unwrap());
        assert_eq!(told.await.unwrap(), io::ErrorKind::BrokenPipe);
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_is_no_end() {
        let read = |pieces: Vec<Piece>| {
            upload(stream::iter(pieces), |reader| {
                let mut text = String::new();
                match reader.read_to_string(&mut text) {
                    Ok(_) => Ok(text),
                    Err(error) => Err(Problem::new(ErrorCode::InvalidImport, error.to_string())),
                }
            })
        };
        let piece = |text: &'static str| Ok(Bytes::from_static(text.as_bytes()));
        assert_eq!(read(vec![piece("ab"), piece(""), piece("c")]).await.unwrap(), "abc");
        let broken = read(vec![piece("ab"), Err(io::ErrorKind::ConnectionReset.into()), piece("c")]).await;
        assert_eq!(broken.unwrap_err().code, ErrorCode::InvalidImport);
    }
}
