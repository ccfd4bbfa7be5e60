//! What is in front on an X11 display, and how long has nobody touched it?
//!
//! The window manager says which window is active (`_NET_ACTIVE_WINDOW`, EWMH 1.5); without one
//! the input focus does. Changes arrive as events, so nothing is polled but the idle time.

use std::time::{Duration, Instant};

use attnd_core::{ErrorCode, Problem};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use x11rb::connection::{Connection, RequestConnection};
use x11rb::errors::{ConnectionError, ReplyError};
use x11rb::protocol::screensaver::ConnectionExt as _;
use x11rb::protocol::xinput::{self, ConnectionExt as _};
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ChangeWindowAttributesAux, ConnectionExt as _, EventMask, GetPropertyReply,
    PROPERTY_NOTIFY_EVENT, PropertyNotifyEvent, Window as WindowId,
};
use x11rb::rust_connection::RustConnection;
use x11rb::x11_utils::TryParse;

use super::session::LockHint;
use super::text::{Encoding, decode};
use super::x11_input::{self, RawWhat, ServerClock};
use super::{Backend, Desktop, Environment, Lock, Lost, Missing, Sense, Window};
use crate::rhythm::{Input, InputCounts, Rhythm};

/// X.Org, Xvfb, Xephyr, VNC: every X11 display.
pub(super) const BACKEND: Backend =
    Backend { name: "x11", fits: |environment| environment.x11_display.is_some(), open };

x11rb::atom_manager! {
    /// The properties asked for, by name.
    Atoms: AtomsCookie {
        _NET_ACTIVE_WINDOW,
        _NET_WM_NAME,
        _NET_WM_PID,
        COMPOUND_TEXT,
    }
}

/// A connection to one X11 display.
struct X11 {
    connection: RustConnection,
    root: WindowId,
    atoms: Atoms,
    saver: Offered,
    /// The input extension's major opcode, where its raw events are to be had.
    input_opcode: Option<u8>,
    lock: LockHint,
    /// The window whose title is followed.
    followed: Option<WindowId>,
    front: Front,
    rhythm: Rhythm,
    clock: ServerClock,
    pointer: Option<(i16, i16)>,
    last_input: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Offered {
    Yes,
    No,
}

/// What is known of the window in front.
enum Front {
    Known(Option<Window>),
    /// Something changed: ask at once.
    Stale,
    /// Nothing tells when it changes: ask at every look.
    Silent,
}

/// What a batch of events was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum News {
    Window,
    Nothing,
}

fn open(environment: &Environment) -> Result<Box<dyn Desktop>, Problem> {
    let problem = |error: String| Problem::new(ErrorCode::NoDesktop, error);
    let (connection, screen) = RustConnection::connect(environment.x11_display.as_deref())
        .map_err(|error| problem(format!("the X11 display cannot be opened: {error}")))?;
    let root = connection.setup().roots[screen].root;
    X11::new(connection, root)
        .map(|x11| Box::new(x11) as Box<dyn Desktop>)
        .map_err(|lost| problem(lost.reason))
}

impl X11 {
    /// Longer titles are cut: nobody reads them, and a program may set megabytes.
    const MOST_TEXT_BYTES: u32 = 4_096;
    /// How long to gather pointer events before looking at them: the device sends up to a
    /// thousand a second, and a count does not need each.
    const GATHER: Duration = Duration::from_millis(40);
    /// `InputFocus` values that are no window: none, and the root under the pointer.
    const LAST_PSEUDO_WINDOW: WindowId = 1;

    fn new(connection: RustConnection, root: WindowId) -> Result<Self, Lost> {
        let atoms = Atoms::new(&connection).map_err(Lost::because)?.reply().map_err(Lost::because)?;
        let mask = ChangeWindowAttributesAux::new().event_mask(EventMask::PROPERTY_CHANGE);
        connection.change_window_attributes(root, &mask).map_err(Lost::because)?;
        let saver = if has_saver(&connection)? { Offered::Yes } else { Offered::No };
        let input_opcode = select_raw_input(&connection, root)?;
        connection.flush().map_err(Lost::because)?;
        let mut x11 = Self {
            connection,
            root,
            atoms,
            saver,
            input_opcode,
            lock: LockHint::follow(),
            followed: None,
            front: Front::Stale,
            rhythm: Rhythm::default(),
            clock: ServerClock::default(),
            pointer: None,
            last_input: Instant::now(),
        };
        x11.motion(Duration::ZERO)?;
        Ok(x11)
    }

    /// Takes in every event that has arrived.
    fn drain(&mut self) -> Result<News, Lost> {
        let mut news = News::Nothing;
        let mut moved = None;
        while let Some(event) = self.connection.poll_for_raw_event().map_err(Lost::because)? {
            if let Some(raw) = self.input_opcode.and_then(|opcode| x11_input::read(&event, opcode)) {
                self.last_input = Instant::now();
                let at = self.clock.at(raw.at_ms);
                match raw.what {
                    RawWhat::Key => self.rhythm.add(at, Input::Key),
                    RawWhat::Button(input) => self.rhythm.add(at, input),
                    RawWhat::Motion => moved = Some(at),
                }
            } else if self.concerns_front(&event) {
                self.front = Front::Stale;
                news = News::Window;
            }
        }
        if let Some(at) = moved {
            self.motion(at)?;
        }
        Ok(news)
    }

    /// Whether an event may mean another window in front, or another title of it.
    fn concerns_front(&self, event: &[u8]) -> bool {
        const SENT_BY_CLIENT: u8 = 0x80;
        let Some(&kind) = event.first() else { return false };
        if kind & !SENT_BY_CLIENT != PROPERTY_NOTIFY_EVENT {
            // The followed window was destroyed, unmapped or reparented.
            return kind != 0 && kind & !SENT_BY_CLIENT != x11rb::protocol::xproto::GE_GENERIC_EVENT;
        }
        let Ok((change, _)) = PropertyNotifyEvent::try_parse(event) else { return false };
        if change.window == self.root {
            return change.atom == self.atoms._NET_ACTIVE_WINDOW;
        }
        let named = [self.atoms._NET_WM_NAME, AtomEnum::WM_NAME.into(), AtomEnum::WM_CLASS.into()];
        self.followed == Some(change.window) && named.contains(&change.atom)
    }

    /// How far the pointer went since it was last asked for. Only the distance is kept.
    fn motion(&mut self, at: Duration) -> Result<(), Lost> {
        let Some(reply) =
            self.answer(self.connection.query_pointer(self.root).map(|cookie| cookie.reply()))?
        else {
            return Ok(());
        };
        let here = (reply.root_x, reply.root_y);
        if let Some(before) = self.pointer.replace(here) {
            let x = u32::from(before.0.abs_diff(here.0));
            let y = u32::from(before.1.abs_diff(here.1));
            if x + y > 0 {
                self.rhythm.add(at, Input::Motion { x, y });
            }
        }
        Ok(())
    }

    fn find_front(&mut self) -> Result<Option<Window>, Lost> {
        let Some(window) = self.active_id()? else {
            self.followed = None;
            return Ok(None);
        };
        if self.followed != Some(window) {
            self.follow(window)?;
        }
        let class = self.class(window)?;
        let process = self.cardinal(window, self.atoms._NET_WM_PID)?;
        let title = self.title(window)?;
        let application = class.or_else(|| process.and_then(program_of));
        // A window without a class, title and process was closed between two questions.
        match (application, title) {
            (None, None) => Ok(None),
            (application, title) => Ok(Some(Window {
                application: application.unwrap_or_else(|| "unknown".into()),
                title: title.unwrap_or_default(),
                process,
            })),
        }
    }

    /// The window in front as the window manager says, or else the one with the input focus.
    fn active_id(&self) -> Result<Option<WindowId>, Lost> {
        if let Some(window) =
            self.cardinal_of(self.root, self.atoms._NET_ACTIVE_WINDOW, AtomEnum::WINDOW.into())?
        {
            return Ok((window != x11rb::NONE).then_some(window));
        }
        let Some(focus) = self.answer(self.connection.get_input_focus().map(|cookie| cookie.reply()))? else {
            return Ok(None);
        };
        self.top_level(focus.focus)
    }

    /// The nearest window upwards that names its program: the focus may lie on a part of it.
    fn top_level(&self, mut window: WindowId) -> Result<Option<WindowId>, Lost> {
        while window > Self::LAST_PSEUDO_WINDOW && window != self.root {
            if self.class(window)?.is_some() {
                return Ok(Some(window));
            }
            match self.answer(self.connection.query_tree(window).map(|cookie| cookie.reply()))? {
                Some(tree) => window = tree.parent,
                None => return Ok(None),
            }
        }
        Ok(None)
    }

    /// Asks for the title changes of `window` and no longer for those of the one before. The
    /// events are asked for before the title is read, so that no change falls between.
    fn follow(&mut self, window: WindowId) -> Result<(), Lost> {
        let attributes = |mask| ChangeWindowAttributesAux::new().event_mask(mask);
        if let Some(before) = self.followed.replace(window) {
            self.change(before, &attributes(EventMask::NO_EVENT))?;
        }
        self.change(window, &attributes(EventMask::PROPERTY_CHANGE | EventMask::STRUCTURE_NOTIFY))
    }

    /// Changes a window's attributes; that it is gone already is no failure.
    fn change(&self, window: WindowId, attributes: &ChangeWindowAttributesAux) -> Result<(), Lost> {
        let cookie = self.connection.change_window_attributes(window, attributes).map_err(Lost::because)?;
        match cookie.check() {
            Err(ReplyError::ConnectionError(error)) => Err(Lost::because(error)),
            Err(ReplyError::X11Error(_)) | Ok(()) => Ok(()),
        }
    }

    /// `WM_CLASS` is two strings, instance and class; the class names the program.
    fn class(&self, window: WindowId) -> Result<Option<String>, Lost> {
        let Some(reply) = self.property(window, AtomEnum::WM_CLASS.into(), AtomEnum::ANY.into())? else {
            return Ok(None);
        };
        let mut parts = reply.value.split(|&byte| byte == 0);
        let mut part = || {
            parts.next().map(|bytes| decode(bytes, Encoding::Utf8OrLatin1)).filter(|text| !text.is_empty())
        };
        let (instance, class) = (part(), part());
        Ok(class.or(instance))
    }

    fn title(&self, window: WindowId) -> Result<Option<String>, Lost> {
        for name in [self.atoms._NET_WM_NAME, AtomEnum::WM_NAME.into()] {
            if let Some(reply) = self.property(window, name, AtomEnum::ANY.into())? {
                let compound = reply.type_ == self.atoms.COMPOUND_TEXT;
                let encoding = if compound { Encoding::Compound } else { Encoding::Utf8OrLatin1 };
                return Ok(Some(decode(&reply.value, encoding)));
            }
        }
        Ok(None)
    }

    fn cardinal(&self, window: WindowId, name: Atom) -> Result<Option<u32>, Lost> {
        self.cardinal_of(window, name, AtomEnum::CARDINAL.into())
    }

    fn cardinal_of(&self, window: WindowId, name: Atom, kind: Atom) -> Result<Option<u32>, Lost> {
        let reply = self.property(window, name, kind)?;
        Ok(reply.and_then(|reply| reply.value32().and_then(|mut values| values.next())))
    }

    /// A property that is there and not empty.
    fn property(&self, window: WindowId, name: Atom, kind: Atom) -> Result<Option<GetPropertyReply>, Lost> {
        let words = Self::MOST_TEXT_BYTES / 4;
        let cookie = self.connection.get_property(false, window, name, kind, 0, words);
        Ok(self.answer(cookie.map(|cookie| cookie.reply()))?.filter(|reply| !reply.value.is_empty()))
    }

    /// The reply, or `None` where the server refused: the window is gone, as windows do.
    fn answer<R>(&self, reply: Result<Result<R, ReplyError>, ConnectionError>) -> Result<Option<R>, Lost> {
        match reply.map_err(Lost::because)? {
            Ok(reply) => Ok(Some(reply)),
            Err(ReplyError::X11Error(_)) => Ok(None),
            Err(ReplyError::ConnectionError(error)) => Err(Lost::because(error)),
        }
    }

    /// Waits until the server has something to say; [`News::Nothing`] when the time is up.
    fn poll(&self, longest: Duration) -> Result<(), Lost> {
        let mut descriptors = [PollFd::new(self.connection.stream(), PollFlags::IN)];
        let timeout = Timespec::try_from(longest).map_err(Lost::because)?;
        match poll(&mut descriptors, Some(&timeout)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
            Err(error) => Err(Lost::because(error)),
        }
    }
}

impl Desktop for X11 {
    fn wait(&mut self, longest: Duration) -> Result<(), Lost> {
        let until = Instant::now() + longest;
        loop {
            if self.drain()? == News::Window || matches!(self.front, Front::Stale) {
                return Ok(());
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            self.poll(left)?;
            let left = until.saturating_duration_since(Instant::now());
            std::thread::sleep(Self::GATHER.min(left));
        }
    }

    fn active_window(&mut self) -> Result<Option<Window>, Lost> {
        self.drain()?;
        if let Front::Known(window) = &self.front {
            return Ok(window.clone());
        }
        let window = self.find_front()?;
        // Without a window manager the focus moves without a word: ask again next time.
        self.front = if self.managed()? { Front::Known(window.clone()) } else { Front::Silent };
        Ok(window)
    }

    fn idle(&mut self) -> Result<Option<Duration>, Lost> {
        self.drain()?;
        if self.saver == Offered::Yes {
            let reply =
                self.answer(self.connection.screensaver_query_info(self.root).map(|cookie| cookie.reply()))?;
            return Ok(reply.map(|info| Duration::from_millis(info.ms_since_user_input.into())));
        }
        Ok(self.input_opcode.map(|_| self.last_input.elapsed()))
    }

    fn lock(&mut self) -> Lock {
        self.lock.get()
    }

    fn input(&mut self) -> Result<Option<InputCounts>, Lost> {
        self.drain()?;
        Ok(self.input_opcode.map(|_| self.rhythm.take()))
    }

    fn missing(&self) -> Vec<Missing> {
        let mut missing = Vec::new();
        if self.input_opcode.is_none() {
            let why = "the X11 server has no X Input Extension 2.1 or newer".to_owned();
            missing.push(Missing { what: Sense::Input, why });
            if self.saver == Offered::No {
                let why = "the X11 server has no MIT-SCREEN-SAVER extension either".to_owned();
                missing.push(Missing { what: Sense::Idle, why });
            }
        }
        missing
    }
}

impl X11 {
    fn managed(&self) -> Result<bool, Lost> {
        let active = self.atoms._NET_ACTIVE_WINDOW;
        Ok(self.cardinal_of(self.root, active, AtomEnum::WINDOW.into())?.is_some())
    }
}

fn has_saver(connection: &RustConnection) -> Result<bool, Lost> {
    use x11rb::protocol::screensaver::X11_EXTENSION_NAME;
    Ok(connection.extension_information(X11_EXTENSION_NAME).map_err(Lost::because)?.is_some())
}

/// Asks for the raw events of all devices at once; `None` where the server is too old to give
/// them to more than one program.
fn select_raw_input(connection: &RustConnection, root: WindowId) -> Result<Option<u8>, Lost> {
    let extension = connection.extension_information(xinput::X11_EXTENSION_NAME).map_err(Lost::because)?;
    let Some(extension) = extension else { return Ok(None) };
    let version = connection.xinput_xi_query_version(2, 2).map_err(Lost::because)?;
    match version.reply() {
        Ok(version) if (version.major_version, version.minor_version) >= (2, 1) => {}
        Ok(_) | Err(ReplyError::X11Error(_)) => return Ok(None),
        Err(error) => return Err(Lost::because(error)),
    }
    let mask = xinput::XIEventMask::RAW_KEY_PRESS
        | xinput::XIEventMask::RAW_BUTTON_PRESS
        | xinput::XIEventMask::RAW_MOTION;
    let masks = [xinput::EventMask { deviceid: xinput::Device::ALL_MASTER.into(), mask: vec![mask] }];
    connection.xinput_xi_select_events(root, &masks).map_err(Lost::because)?;
    Ok(Some(extension.major_opcode))
}

/// The name of a process, for windows that do not say what they are.
fn program_of(process: u32) -> Option<String> {
    let name = std::fs::read_to_string(format!("/proc/{process}/comm")).ok()?;
    Some(name.trim_end().to_owned()).filter(|name| !name.is_empty())
}
