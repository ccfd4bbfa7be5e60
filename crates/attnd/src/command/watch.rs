//! `attnd watch`: senses this desktop until it is stopped.

use attnd_core::{Duration, Problem};
use attnd_watch::{StopSignal, WatchConfig, WatchToken};

use crate::cli::{Global, Watch};
use crate::client::Client;
use crate::config::Config;

pub(super) fn run(global: &Global, options: &Watch) -> Result<(), Problem> {
    super::log::start(options.verbose);
    let (_, paths) = Config::load(global)?;
    let config = WatchConfig {
        server: Client::new(global)?.base().to_owned(),
        token: global.token.clone().map(WatchToken),
        afk_timeout: Duration::from_s(options.afk_timeout_s),
        exclude_titles: options.exclude_title.clone(),
        time_only: options.time_only.clone(),
        ..WatchConfig::new(paths.data_dir)
    };
    attnd_watch::run(config, StopSignal::of_process()?)
}
