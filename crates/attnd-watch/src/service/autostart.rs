//! How do daemon and watcher start where there is no systemd? With the desktop session, by XDG
//! autostart (Desktop Application Autostart Specification 0.5).

use std::path::{Path, PathBuf};

use attnd_core::Problem;

use super::{Activity, Host, Service, ServiceState, Starter, remove_file, setup_of, write_file};

/// The desktop's own autostart.
pub(super) struct Autostart;

impl Starter for Autostart {
    fn name(&self) -> &'static str {
        "autostart"
    }

    fn install(&self, host: &Host<'_>) -> Result<(), Problem> {
        Service::ALL
            .into_iter()
            .try_for_each(|service| write_file(&path(host, service), &entry(service, &host.program)))
    }

    fn uninstall(&self, host: &Host<'_>) -> Result<(), Problem> {
        Service::ALL.into_iter().try_for_each(|service| remove_file(&path(host, service)))
    }

    fn state(&self, host: &Host<'_>, service: Service) -> ServiceState {
        let path = path(host, service);
        let setup = setup_of(&path);
        ServiceState {
            name: service.name(),
            setup,
            place: path.display().to_string(),
            activity: Activity::Unknown,
        }
    }

    fn notes(&self, _host: &Host<'_>) -> Vec<String> {
        vec![
            "There is no systemd here: both start with your next desktop session. To begin now, run 'attnd serve' \
             and 'attnd watch'. Nothing restarts them should they fail."
                .to_owned(),
        ]
    }
}

fn path(host: &Host<'_>, service: Service) -> PathBuf {
    host.config_home.join("autostart").join(format!("{}.desktop", service.name()))
}

fn entry(service: Service, program: &Path) -> String {
    format!(
        "[Desktop Entry]\nType=Application\nName={}\nComment={}\nExec={} {}\nNoDisplay=true\nTerminal=false\n",
        service.name(),
        service.description(),
        quoted(program),
        service.command(),
    )
}

/// A path as one argument of `Exec=` (Desktop Entry Specification 1.5): quoted, with the special
/// signs of a shell escaped, then escaped once more as a string value; `%` is doubled.
fn quoted(path: &Path) -> String {
    let mut text = String::from("\"");
    for character in path.display().to_string().chars() {
        match character {
            '"' | '`' | '$' => text.extend(['\\', '\\', character]),
            '\\' => text.push_str(r"\\\\"),
            '%' => text.push_str("%%"),
            other => text.push(other),
        }
    }
    text + "\""
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::Setup;
    use crate::service::testing::{fine, on_host};

    #[test]
    fn the_entry_starts_this_program() {
        assert!(
            entry(Service::Watcher, Path::new("/opt/my apps/attnd"))
                .contains("\nExec=\"/opt/my apps/attnd\" watch\n")
        );
        assert_eq!(quoted(Path::new("/50%/$a")), r#""/50%%/\\$a""#);
    }

    #[test]
    fn install_and_uninstall_leave_nothing_behind() {
        let (states, orders) = on_host(fine(""), |host| {
            Autostart.install(host).unwrap();
            let installed = Autostart.state(host, Service::Daemon).setup;
            Autostart.uninstall(host).unwrap();
            Autostart.uninstall(host).unwrap();
            (installed, Autostart.state(host, Service::Daemon).setup)
        });
        assert_eq!(states, (Setup::Installed, Setup::Absent));
        assert!(orders.is_empty());
    }
}
