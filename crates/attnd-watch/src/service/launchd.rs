//! How does macOS run daemon and watcher? As two launch agents (launchd.plist(5)). Untested.

use std::path::{Path, PathBuf};

#[cfg(target_os = "macos")]
use attnd_core::Problem;

use super::Service;
#[cfg(target_os = "macos")]
use super::{Activity, Host, ServiceState, Starter, must_run, remove_file, setup_of, write_file};

/// The user's launchd.
#[cfg(target_os = "macos")]
pub(super) struct Launchd;

#[cfg(target_os = "macos")]
impl Starter for Launchd {
    fn name(&self) -> &'static str {
        "launchd"
    }

    fn install(&self, host: &Host<'_>) -> Result<(), Problem> {
        for service in Service::ALL {
            let path = path(&host.config_home, service);
            write_file(&path, &agent(service, &host.program))?;
            let domain = domain();
            // An agent of that name may be loaded from before.
            let _ = (host.run)(&["launchctl", "bootout", &format!("{domain}/{}", label(service))]);
            must_run(host, &["launchctl", "bootstrap", &domain, &path.display().to_string()])?;
        }
        Ok(())
    }

    fn uninstall(&self, host: &Host<'_>) -> Result<(), Problem> {
        for service in Service::ALL {
            let _ = (host.run)(&["launchctl", "bootout", &format!("{}/{}", domain(), label(service))]);
            remove_file(&path(&host.config_home, service))?;
        }
        Ok(())
    }

    fn state(&self, host: &Host<'_>, service: Service) -> ServiceState {
        let path = path(&host.config_home, service);
        let activity = match (host.run)(&["launchctl", "print", &format!("{}/{}", domain(), label(service))])
        {
            Ok(ran) if ran.output.contains("state = running") => Activity::Running,
            Ok(_) => Activity::Stopped,
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
            "macOS asks once for Accessibility and Screen Recording: without them window titles are empty. attnd on \
             macOS is untested."
                .to_owned(),
        ]
    }
}

#[cfg(target_os = "macos")]
fn domain() -> String {
    format!("gui/{}", rustix::process::getuid().as_raw())
}

fn label(service: Service) -> String {
    format!("io.attnd.{}", service.name())
}

fn path(home: &Path, service: Service) -> PathBuf {
    home.join("Library/LaunchAgents").join(format!("{}.plist", label(service)))
}

fn agent(service: Service, program: &Path) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <plist version=\"1.0\"><dict>\n\
         <key>Label</key><string>{label}</string>\n\
         <key>ProgramArguments</key><array><string>{program}</string><string>{command}</string></array>\n\
         <key>RunAtLoad</key><true/>\n\
         <key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>\n\
         <key>ProcessType</key><string>Background</string>\n\
         <key>Umask</key><integer>63</integer>\n\
         </dict></plist>\n",
        label = label(service),
        program = escaped(&program.display().to_string()),
        command = service.command(),
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_agent_starts_this_program() {
        let agent = agent(Service::Daemon, Path::new("/Applications/R&D/attnd"));
        assert!(
            agent.contains(
                "<array><string>/Applications/R&amp;D/attnd</string><string>serve</string></array>"
            )
        );
        let path = path(Path::new("/Users/a"), Service::Watcher);
        assert_eq!(path, Path::new("/Users/a/Library/LaunchAgents/io.attnd.attnd-watch.plist"));
    }
}
