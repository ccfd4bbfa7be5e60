//! `attnd serve`: opens the store, starts the engine and its jobs, answers until it is stopped.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use attnd_core::store::Maintenance;
use attnd_core::{Clock, ErrorCode, Problem, Timestamp};
use attnd_engine::access::NewToken;
use attnd_engine::{Access, Actor, Engine, EngineConfig, LocalProcesses, Scope, recordings};
use attnd_server::ServerConfig;
use attnd_server::config::Reach;
use attnd_store::{ParquetRecordings, SqliteConfig, SqliteStore};
use serde_json::json;
use tokio::sync::watch;

use super::{demo, period, private, signal};
use crate::cli::{Global, Serve};
use crate::client::Running;
use crate::config::{Config, DEFAULT_PORT, Paths};
use crate::output::Output;
use crate::words::Language;

/// The clock of this machine.
struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        period::here().0
    }
}

pub(super) fn run(global: &Global, options: &Serve, output: &Output) -> Result<(), Problem> {
    super::log::start(options.verbose);
    let (config, paths) = Config::load(global)?;
    let paths = if options.demo { paths.demo() } else { paths };
    let trust = if options.require_token { LocalProcesses::NeedToken } else { trust(&config) };
    let weeks = options.demo.then(|| Arc::new(demo::WeeksClock::default()));
    let engine = match &weeks {
        Some(weeks) => open_engine_by(&paths, trust, Arc::<demo::WeeksClock>::clone(weeks))?,
        None => open_engine(&paths, trust)?,
    };
    engine.keep_recordings(Arc::new(open_recordings(&paths)?));
    let server = server_config(options, &config);
    signal::runtime()?.block_on(async {
        if let Some(weeks) = &weeks {
            demo::load(&engine, weeks, output).await?;
        }
        serve(engine, server, &paths, options, output).await
    })
}

/// How the person's own programs are met, as the configuration says.
pub(super) fn trust(config: &Config) -> LocalProcesses {
    if config.require_token || config.behind_proxy {
        LocalProcesses::NeedToken
    } else {
        LocalProcesses::Trusted
    }
}

/// The engine over the database of a data directory.
///
/// # Errors
/// [`Problem`] of the store: [`ErrorCode::DataDirInUse`] while another process has it.
pub(super) fn open_engine(paths: &Paths, local_processes: LocalProcesses) -> Result<Arc<Engine>, Problem> {
    open_engine_by(paths, local_processes, Arc::new(SystemClock))
}

/// The same, by a clock.
fn open_engine_by(
    paths: &Paths,
    local_processes: LocalProcesses,
    clock: Arc<dyn Clock>,
) -> Result<Arc<Engine>, Problem> {
    let store = SqliteStore::open(SqliteConfig {
        backups: Some(paths.backups()),
        ..SqliteConfig::in_directory(&paths.data_dir)
    })?;
    if let Some(repair) = &store.open_report().repair {
        tracing::warn!(?repair, "the database was damaged and is repaired");
    }
    let config = EngineConfig {
        hostname: attnd_watch::hostname(),
        backup_dir: Some(paths.backups()),
        local_processes,
    };
    Engine::open(Arc::new(store), clock, config)
}

/// The recordings of a data directory, which several processes may have open.
///
/// # Errors
/// [`Problem`] of the disk.
pub(super) fn open_recordings(paths: &Paths) -> Result<ParquetRecordings, Problem> {
    ParquetRecordings::open(&paths.recordings()).map_err(recordings::kept)
}

fn server_config(options: &Serve, config: &Config) -> ServerConfig {
    let defaults = ServerConfig::default();
    ServerConfig {
        addresses: options.address.or(config.address).map_or(defaults.addresses, |address| vec![address]),
        port: options.port.or(config.port).unwrap_or(DEFAULT_PORT),
        hosts: config.hosts.clone(),
        origins: config.origins.clone(),
        reach: if config.behind_proxy { Reach::BehindProxy } else { Reach::Loopback },
        metrics: config.metrics_port.map(|port| SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)),
        ..defaults
    }
}

async fn serve(
    engine: Arc<Engine>,
    server: ServerConfig,
    paths: &Paths,
    options: &Serve,
    output: &Output,
) -> Result<(), Problem> {
    signal::survive_file_size_limits()?;
    let admin = first_admin_token(&engine, &paths.data_dir).await?;
    let (stop, stopped) = watch::channel(());
    let bound = attnd_server::serve(Arc::clone(&engine), server, changed(stopped.clone())).await?;
    let first = bound.addresses.first().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), SocketAddr::ip);
    let address = format!("http://{}", SocketAddr::new(first, bound.port));
    let running = Running { address: address.clone(), pid: std::process::id() };
    write_private(&paths.running(), &json!(running).to_string())?;
    announce(&engine, &address, admin.as_deref(), paths, options, output).await?;
    let jobs = tokio::spawn(Arc::clone(&engine).run(stopped));
    signal::termination().await?;
    tracing::info!("stopping");
    // Everybody who listens may be gone already.
    let _ = stop.send(());
    bound.stopped().await;
    // The jobs end with the same signal; a job that broke has said so in the log.
    let _ = jobs.await;
    let _ = std::fs::remove_file(paths.running());
    engine.maintain(Maintenance::Checkpoint).await
}

async fn changed(mut stopped: watch::Receiver<()>) {
    // A sender that is gone means the same as its signal.
    let _ = stopped.changed().await;
}

/// The first start makes an admin token, into a file only its owner can read. Answers it that once.
async fn first_admin_token(engine: &Engine, data_dir: &Path) -> Result<Option<String>, Problem> {
    let path = data_dir.join("admin-token");
    if path.exists() {
        return Ok(None);
    }
    let access = Access::new(engine.local_person(), Actor::Daemon, vec![Scope::Admin]);
    let new = NewToken { name: "admin".to_owned(), scopes: vec![Scope::Admin], origin: None, lifetime: None };
    let issued = engine.create_token(&access, new).await?;
    write_private(&path, &issued.secret)?;
    Ok(Some(issued.secret))
}

/// Says where it is, how to sign in, and what the day was like.
async fn announce(
    engine: &Arc<Engine>,
    address: &str,
    admin: Option<&str>,
    paths: &Paths,
    options: &Serve,
    output: &Output,
) -> Result<(), Problem> {
    let link = format!("{address}/sign-in?code={}", engine.sign_in_code()?);
    if output.is_json() {
        let document = json!({
            "address": address, "data_dir": paths.data_dir, "sign_in": link, "admin_token": admin,
            "simulated": options.demo,
        });
        return output.line(&document.to_string());
    }
    let language = output.language;
    let mut text = format!("attnd {} — {address}\n", env!("CARGO_PKG_VERSION"));
    text += &match language {
        Language::English => format!(
            "  Open    {link}\n          (signs one browser in, within five minutes; 'attnd open' makes another)\n"
        ),
        Language::Chinese => {
            format!("  打开    {link}\n          （五分钟内可登录一个浏览器；用 attnd open 可再生成）\n")
        }
    };
    text += &format!("  {}    {}\n", language.pick("Data", "数据"), paths.data_dir.display());
    if let Some(token) = admin {
        let once = language.pick(
            "shown this once; also in the file admin-token there",
            "仅显示这一次；也保存在该目录的 admin-token 文件中",
        );
        text += &format!("  {}   {token}\n          ({once})\n", language.pick("Token", "令牌"));
    }
    output.line(&text)?;
    output.line(&demo::day_in_words(engine, language).await?)
}

/// Writes a file only its owner can read, whole or not at all.
fn write_private(path: &Path, text: &str) -> Result<(), Problem> {
    let failed = |error: std::io::Error| {
        Problem::new(ErrorCode::FileUnreadable, format!("{}: {error}", path.display()))
    };
    let part = path.with_extension("part");
    let mut file = private::create(&part).map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
    std::fs::rename(&part, path).map_err(failed)
}
