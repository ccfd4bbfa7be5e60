//! How does systemd run daemon and watcher? As two units of the user's own manager.

use std::path::{Path, PathBuf};

use attnd_core::Problem;

use super::{Activity, Host, Service, ServiceState, Starter, must_run, remove_file, setup_of, write_file};

/// The user's systemd.
pub(super) struct Systemd;

/// What the watcher needs to find the desktop, where the session has not told systemd itself.
const SESSION_VARIABLES: [&str; 4] = ["DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_CURRENT_DESKTOP"];

impl Starter for Systemd {
    fn name(&self) -> &'static str {
        "systemd"
    }

    fn install(&self, host: &Host<'_>) -> Result<(), Problem> {
        for service in Service::ALL {
            write_file(&path(host, service), &unit(service, &host.program))?;
        }
        must_run(host, &["systemctl", "--user", "daemon-reload"])?;
        // Without a desktop there is nothing to import; the watcher then waits for a session.
        let import: Vec<&str> =
            ["systemctl", "--user", "import-environment"].into_iter().chain(SESSION_VARIABLES).collect();
        let _ = (host.run)(&import);
        for service in Service::ALL {
            must_run(host, &["systemctl", "--user", "enable", &unit_name(service)])?;
        }
        for service in Service::ALL {
            must_run(host, &["systemctl", "--user", "restart", &unit_name(service)])?;
        }
        Ok(())
    }

    fn uninstall(&self, host: &Host<'_>) -> Result<(), Problem> {
        for service in Service::ALL.into_iter().rev() {
            if path(host, service).exists() {
                must_run(host, &["systemctl", "--user", "disable", "--now", &unit_name(service)])?;
                remove_file(&path(host, service))?;
            }
        }
        must_run(host, &["systemctl", "--user", "daemon-reload"])
    }

    fn state(&self, host: &Host<'_>, service: Service) -> ServiceState {
        let path = path(host, service);
        let activity = match (host.run)(&["systemctl", "--user", "is-active", &unit_name(service)]) {
            Ok(ran) => match ran.output.as_str() {
                "active" | "activating" | "reloading" => Activity::Running,
                "inactive" | "deactivating" => Activity::Stopped,
                "failed" => Activity::Failed,
                _ => Activity::Unknown,
            },
            Err(_) => Activity::Unknown,
        };
        ServiceState {
            name: service.name(),
            setup: setup_of(&path),
            place: path.display().to_string(),
            activity,
        }
    }

    fn notes(&self, _host: &Host<'_>) -> Vec<String> {
        vec![
            "The watcher starts with graphical-session.target. If your desktop does not reach it (a bare sway or \
             openbox), add to its start-up: systemctl --user import-environment DISPLAY WAYLAND_DISPLAY XAUTHORITY \
             XDG_CURRENT_DESKTOP; systemctl --user start attnd-watch"
                .to_owned(),
            "Messages: journalctl --user -u attnd -u attnd-watch".to_owned(),
        ]
    }
}

fn unit_name(service: Service) -> String {
    format!("{}.service", service.name())
}

fn path(host: &Host<'_>, service: Service) -> PathBuf {
    host.config_home.join("systemd/user").join(unit_name(service))
}

/// The unit file. Of systemd's hardening it uses what needs no privileges: a user's manager cannot
/// give a service a file system of its own on every distribution, and a unit that fails to start
/// protects nobody.
fn unit(service: Service, program: &Path) -> String {
    let (relations, target) = match service {
        Service::Daemon => ("", "default.target"),
        Service::Watcher => (
            "PartOf=graphical-session.target\nAfter=graphical-session.target attnd.service\nWants=attnd.service\n",
            "graphical-session.target",
        ),
    };
    format!(
        "[Unit]\n\
         Description={description}\n\
         StartLimitIntervalSec=0\n\
         {relations}\n\
         [Service]\n\
         ExecStart={program} {command}\n\
         Restart=on-failure\n\
         RestartSec=5\n\
         TimeoutStopSec=15\n\
         UMask=0077\n\
         NoNewPrivileges=yes\n\
         LockPersonality=yes\n\
         MemoryDenyWriteExecute=yes\n\
         RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK\n\
         RestrictNamespaces=yes\n\
         RestrictRealtime=yes\n\
         RestrictSUIDSGID=yes\n\
         SystemCallArchitectures=native\n\
         \n\
         [Install]\n\
         WantedBy={target}\n",
        description = service.description(),
        program = quoted(program),
        command = service.command(),
    )
}

/// A path as one word of `ExecStart=` (systemd.service(5), systemd.unit(5)).
fn quoted(path: &Path) -> String {
    let mut text = String::from("\"");
    for character in path.display().to_string().chars() {
        match character {
            '"' | '\\' => text.extend(['\\', character]),
            '%' | '$' => text.extend([character, character]),
            other => text.push(other),
        }
    }
    text + "\""
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::testing::{fine, on_host};
    use crate::service::{Ran, Setup};

    #[test]
    fn the_units_start_this_program_and_the_watcher_follows_the_desktop() {
        let watcher = unit(Service::Watcher, Path::new("/opt/my apps/attnd"));
        assert!(watcher.contains("\nExecStart=\"/opt/my apps/attnd\" watch\n"));
        assert!(watcher.contains("\nPartOf=graphical-session.target\n"));
        assert!(watcher.ends_with("[Install]\nWantedBy=graphical-session.target\n"));
        let daemon = unit(Service::Daemon, Path::new("/usr/bin/attnd"));
        assert!(daemon.contains("\nExecStart=\"/usr/bin/attnd\" serve\n"));
        assert!(daemon.contains("\nRestart=on-failure\n") && daemon.contains("\nNoNewPrivileges=yes\n"));
        assert!(daemon.ends_with("WantedBy=default.target\n"));
    }

    #[test]
    fn a_path_stays_one_word() {
        assert_eq!(quoted(Path::new(r#"/a b/100%/$x/"q"\r"#)), r#""/a b/100%%/$$x/\"q\"\\r""#);
    }

    #[test]
    fn install_and_uninstall_leave_nothing_behind() {
        let (paths, orders) = on_host(fine("active"), |host| {
            Systemd.install(host).unwrap();
            let state = Systemd.state(host, Service::Watcher);
            assert_eq!((state.setup, state.activity), (Setup::Installed, Activity::Running));
            let unit = std::fs::read_to_string(path(host, Service::Daemon)).unwrap();
            assert!(unit.starts_with("[Unit]\nDescription=attnd, the attention daemon\n"));
            Systemd.uninstall(host).unwrap();
            Service::ALL.map(|service| path(host, service).exists())
        });
        assert_eq!(paths, [false, false]);
        assert_eq!(orders[0], "systemctl --user daemon-reload");
        assert!(orders.contains(&"systemctl --user enable attnd-watch.service".to_owned()));
        assert!(orders.contains(&"systemctl --user disable --now attnd.service".to_owned()));
        assert_eq!(orders.last().unwrap(), "systemctl --user daemon-reload");
    }

    #[test]
    fn a_manager_that_refuses_is_quoted() {
        let refused = Ran { success: false, output: "Failed to connect to bus".to_owned() };
        let (result, _) = on_host(refused, |host| Systemd.install(host));
        let problem = result.unwrap_err();
        assert_eq!(problem.code, attnd_core::ErrorCode::Unavailable);
        assert!(problem.detail.contains("daemon-reload' failed: Failed to connect to bus"));
    }
}
