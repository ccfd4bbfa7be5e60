//! `attnd service`: daemon and watcher start by themselves when the person logs in.

use attnd_core::Problem;
use attnd_watch::service;

use crate::cli::{Global, ServiceAction};
use crate::output::Output;

pub(super) fn run(_global: &Global, action: ServiceAction, output: &Output) -> Result<(), Problem> {
    let report = match action {
        ServiceAction::Install => service::install()?,
        ServiceAction::Uninstall => service::uninstall()?,
        ServiceAction::Status => service::status()?,
    };
    output.answer(&report, ToString::to_string)
}
