//! `attnd completions SHELL`: what should the shell suggest?

use attnd_core::Problem;
use clap::CommandFactory;
use clap_complete::Shell;

use crate::cli::Arguments;

pub(super) fn run(shell: Shell) -> Result<(), Problem> {
    clap_complete::generate(shell, &mut Arguments::command(), "attnd", &mut std::io::stdout());
    Ok(())
}
