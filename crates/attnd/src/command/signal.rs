//! When should a long-running command end? On the signals of the terminal and of the system.

use attnd_core::{ErrorCode, Problem};

/// Threads for asynchronous work.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Problem> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Problem::new(ErrorCode::Internal, format!("no threads to run on: {error}")))
}

/// Makes a write beyond a file-size limit an error the store can report, as a full disk is; by
/// default the system ends the process. Call it within a runtime.
pub(super) fn survive_file_size_limits() -> Result<(), Problem> {
    #[cfg(target_os = "linux")]
    {
        use tokio::signal::unix::{SignalKind, signal};
        const SIGXFSZ: i32 = 25;
        // The handler stays installed for as long as the process runs; what it hears is of no interest.
        let heard = signal(SignalKind::from_raw(SIGXFSZ));
        drop(heard.map_err(|error| Problem::new(ErrorCode::Internal, format!("no signals: {error}")))?);
    }
    Ok(())
}

/// Waits until the person (Ctrl+C) or the system asks the process to end.
pub(super) async fn termination() -> Result<(), Problem> {
    let failed = |error: std::io::Error| Problem::new(ErrorCode::Internal, format!("no signals: {error}"));
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        // A write beyond the limit on file sizes (`ulimit -f`) ends a process unless the signal has a
        // handler; with one the write fails, and the store answers that the disk is full.
        const SIGXFSZ: i32 = 25;
        let _file_too_large = signal(SignalKind::from_raw(SIGXFSZ)).map_err(failed)?;
        let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
        tokio::select! {
            _ = terminate.recv() => Ok(()),
            interrupted = tokio::signal::ctrl_c() => interrupted.map_err(failed),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await.map_err(failed)
}
