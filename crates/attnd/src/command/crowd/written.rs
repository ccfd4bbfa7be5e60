//! How does a table take its place? Whole: it is written beside its name and takes it when nothing is missing.

use std::fs::File;
use std::io::{self, BufWriter, StdoutLock, Write};
use std::path::{Path, PathBuf};

use attnd_core::{ErrorCode, Problem};

const BUFFER_BYTES: usize = 256 << 10;

/// A comma-separated table (RFC 4180) that is being written.
pub(super) struct Written {
    path: PathBuf,
    /// The name it has until it is whole; none of what is no file.
    part: Option<PathBuf>,
    out: BufWriter<Target>,
}

enum Target {
    File(File),
    Printed(StdoutLock<'static>),
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.write(bytes),
            // That the reader has enough (`attnd … | head`) is no error.
            Self::Printed(out) => match out.write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(bytes.len()),
                written => written,
            },
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::File(file) => file.flush(),
            Self::Printed(out) => match out.flush() {
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                flushed => flushed,
            },
        }
    }
}

impl Written {
    /// Begins a table with that header; `-` is standard output, and what is there but no file (a device, a pipe) is written
    /// to as it is.
    ///
    /// # Errors
    /// [`Problem`] where it cannot be written.
    pub(super) fn begin(path: &Path, header: &str) -> Result<Self, Problem> {
        let failed = |error: &io::Error| failed(path, error);
        let (target, part) = if is_printed(path) {
            (Target::Printed(io::stdout().lock()), None)
        } else if std::fs::metadata(path).is_ok_and(|there| !there.is_file()) {
            let file = File::options().write(true).open(path).map_err(|error| failed(&error))?;
            (Target::File(file), None)
        } else {
            let mut name = path.file_name().unwrap_or_default().to_owned();
            name.push(format!(".{}.part", std::process::id()));
            let part = path.with_file_name(name);
            (Target::File(File::create(&part).map_err(|error| failed(&error))?), Some(part))
        };
        let mut written =
            Self { path: path.to_owned(), part, out: BufWriter::with_capacity(BUFFER_BYTES, target) };
        written.line(format_args!("{header}"))?;
        Ok(written)
    }

    /// Writes a line; cells that may need it are [`Cell`]s.
    ///
    /// # Errors
    /// [`Problem`] where it cannot be written.
    pub(super) fn line(&mut self, line: std::fmt::Arguments<'_>) -> Result<(), Problem> {
        writeln!(self.out, "{line}").map_err(|error| failed(&self.path, &error))
    }

    /// Gives the whole table its name.
    ///
    /// # Errors
    /// [`Problem`] where the last of it cannot be written.
    pub(super) fn keep(mut self) -> Result<(), Problem> {
        self.finish().map_err(|error| failed(&self.path, &error))
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.flush()?;
        if let (Target::File(file), Some(part)) = (self.out.get_ref(), &self.part) {
            file.sync_all()?;
            std::fs::rename(part, &self.path)?;
            self.part = None;
        }
        Ok(())
    }
}

impl Drop for Written {
    /// A table that is not whole is removed; if it cannot be, its name says what it is.
    fn drop(&mut self) {
        if let Some(part) = &self.part {
            let _ = std::fs::remove_file(part);
        }
    }
}

/// A cell, in quotes where it needs them.
pub(super) struct Cell<'a>(pub(super) &'a str);

impl std::fmt::Display for Cell<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self(text) = self;
        if text.contains([',', '"', '\n', '\r']) {
            write!(formatter, "\"{}\"", text.replace('"', "\"\""))
        } else {
            formatter.write_str(text)
        }
    }
}

/// Whether that name is standard output's.
pub(super) fn is_printed(path: &Path) -> bool {
    path == Path::new("-")
}

fn failed(path: &Path, error: &io::Error) -> Problem {
    Problem::new(ErrorCode::FileUnreadable, format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_there_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table.csv");
        let mut table = Written::begin(&path, "task,label").unwrap();
        table.line(format_args!("{},{}", Cell("t,\"1\""), Cell("cat"))).unwrap();
        assert!(!path.exists());
        table.keep().unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "task,label\n\"t,\"\"1\"\"\",cat\n");
        drop(Written::begin(&path, "task,other").unwrap());
        assert!(std::fs::read_to_string(&path).unwrap().starts_with("task,label"));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no part is left");
    }
}
