//! How do daemon and watcher start on Windows? By the Run key of the person's registry. Untested.

use std::path::Path;

#[cfg(target_os = "windows")]
use attnd_core::Problem;

use super::Service;
#[cfg(target_os = "windows")]
use super::{Activity, Host, ServiceState, Setup, Starter, must_run};

const KEY: &str = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run";

/// The Run key: what it names starts when the person logs in.
#[cfg(target_os = "windows")]
pub(super) struct RunKey;

#[cfg(target_os = "windows")]
impl Starter for RunKey {
    fn name(&self) -> &'static str {
        "run_key"
    }

    fn install(&self, host: &Host<'_>) -> Result<(), Problem> {
        for service in Service::ALL {
            let command = addition(service, &host.program);
            must_run(host, &command.iter().map(String::as_str).collect::<Vec<_>>())?;
        }
        Ok(())
    }

    fn uninstall(&self, host: &Host<'_>) -> Result<(), Problem> {
        for service in Service::ALL {
            if self.state(host, service).setup == Setup::Installed {
                must_run(host, &["reg", "delete", KEY, "/v", service.name(), "/f"])?;
            }
        }
        Ok(())
    }

    fn state(&self, host: &Host<'_>, service: Service) -> ServiceState {
        let found = (host.run)(&["reg", "query", KEY, "/v", service.name()]).is_ok_and(|ran| ran.success);
        let setup = if found { Setup::Installed } else { Setup::Absent };
        let place = format!(r"{KEY}\{}", service.name());
        ServiceState { name: service.name(), setup, place, activity: Activity::Unknown }
    }

    fn notes(&self, _host: &Host<'_>) -> Vec<String> {
        vec![
            "Both start when you next log in. To begin now, run 'attnd serve' and 'attnd watch'. attnd on Windows is \
             untested."
                .to_owned(),
        ]
    }
}

/// The command that sets a service up.
fn addition(service: Service, program: &Path) -> [String; 10] {
    let value = format!("\"{}\" {}", program.display(), service.command());
    ["reg", "add", KEY, "/v", service.name(), "/t", "REG_SZ", "/d", &value, "/f"].map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_starts_this_program() {
        let command = addition(Service::Watcher, Path::new(r"C:\Program Files\attnd.exe"));
        assert_eq!(command[4], "attnd-watch");
        assert_eq!(command[8], r#""C:\Program Files\attnd.exe" watch"#);
    }
}
