//! What is left of a file after a power cut? A disk in memory that keeps what was synced, and
//! of the rest whatever chance lets it.
//!
//! ```text
//! write a, sync, write b, write c, power cut  →  a, and any of: nothing, b, c, b and c, or the
//!                                                first half of either ("torn")
//! ```

use std::collections::BTreeMap;
use std::ffi::CString;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use sqlite_plugin::flags::{AccessFlags, LockLevel, OpenOpts};
use sqlite_plugin::vars;
use sqlite_plugin::vfs::{RegisterOpts, Vfs, VfsHandle, VfsResult, register_static};

use crate::random::Random;

/// The name SQLite knows it by.
pub(crate) const NAME: &str = "simulated";

/// A disk; its name is the directory of its files' paths.
#[derive(Clone)]
pub(crate) struct Disk {
    name: String,
    state: Arc<Mutex<Platter>>,
}

/// What goes wrong, and when, counted in writes, syncs, truncations and deletes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    Never,
    /// The power goes with this operation: it and everything after it fails.
    PowerCutAt(u64),
    /// This one operation fails.
    FailAt(u64),
    /// Every operation from this one on fails, until the disk is well again.
    FailFrom(u64),
}

struct Platter {
    files: BTreeMap<String, Contents>,
    trouble: Trouble,
    operations: u64,
    failure: i32,
}

#[derive(Clone, Default)]
struct Contents {
    /// What a power cut leaves for sure.
    synced: Vec<u8>,
    /// What the system shows.
    current: Vec<u8>,
    /// How `current` came from `synced`.
    pending: Vec<Change>,
}

#[derive(Clone)]
enum Change {
    Write { offset: usize, bytes: Vec<u8> },
    Truncate(usize),
}

/// What is on a disk while nobody uses it, by file name.
#[derive(Clone)]
pub(crate) struct Image(BTreeMap<String, Vec<u8>>);

impl Disk {
    /// A disk with these files.
    pub(crate) fn with(name: &str, image: &Image) -> Self {
        let whole =
            |bytes: &Vec<u8>| Contents { synced: bytes.clone(), current: bytes.clone(), pending: Vec::new() };
        let state = Platter {
            files: image.0.iter().map(|(file, bytes)| (format!("{name}/{file}"), whole(bytes))).collect(),
            trouble: Trouble::Never,
            operations: 0,
            failure: vars::SQLITE_IOERR_WRITE,
        };
        let disk = Self { name: name.to_owned(), state: Arc::new(Mutex::new(state)) };
        lock(registry()).insert(name.to_owned(), disk.clone());
        disk
    }

    /// The path of its database.
    pub(crate) fn path(&self) -> String {
        format!("{}/attnd.db", self.name)
    }

    /// Makes trouble from now on; the count of operations starts anew.
    pub(crate) fn trouble(&self, trouble: Trouble, failure: i32) {
        let mut state = lock(&self.state);
        state.trouble = trouble;
        state.failure = failure;
        state.operations = 0;
    }

    /// Operations since the count started.
    pub(crate) fn operations(&self) -> u64 {
        lock(&self.state).operations
    }

    /// What is left after a power cut.
    pub(crate) fn after_power_cut(&self, random: &mut Random) -> Image {
        let state = lock(&self.state);
        Image(state.files.iter().map(|(path, file)| (file_name(path), file.survivors(random))).collect())
    }

    /// What is there now.
    pub(crate) fn image(&self) -> Image {
        let state = lock(&self.state);
        Image(state.files.iter().map(|(path, file)| (file_name(path), file.current.clone())).collect())
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // The registry's own handle and this one.
        if Arc::strong_count(&self.state) == 2
            && let Ok(mut disks) = registry().try_lock()
        {
            let removed = disks.remove(&self.name);
            drop(disks);
            drop(removed);
        }
    }
}

impl Image {
    /// Nothing.
    pub(crate) fn blank() -> Self {
        Self(BTreeMap::new())
    }
}

impl Contents {
    fn change(&mut self, change: Change) {
        change.apply(&mut self.current, usize::MAX);
        self.pending.push(change);
    }

    fn sync(&mut self) {
        for change in self.pending.drain(..) {
            change.apply(&mut self.synced, usize::MAX);
        }
    }

    fn survivors(&self, random: &mut Random) -> Vec<u8> {
        let mut left = self.synced.clone();
        for change in &self.pending {
            if random.one_in(2) {
                continue;
            }
            let most = if random.one_in(4) { random.below(4_096) as usize } else { usize::MAX };
            change.apply(&mut left, most);
        }
        left
    }
}

impl Change {
    /// Applies at most the first `most` bytes of it.
    fn apply(&self, file: &mut Vec<u8>, most: usize) {
        match self {
            Self::Write { offset, bytes } => {
                let bytes = &bytes[..bytes.len().min(most)];
                let end = offset + bytes.len();
                if file.len() < end {
                    file.resize(end, 0);
                }
                file[*offset..end].copy_from_slice(bytes);
            }
            Self::Truncate(length) => file.truncate(*length),
        }
    }
}

impl Platter {
    /// Counts an operation that changes the disk; fails it if it is its turn.
    fn operate(&mut self) -> VfsResult<()> {
        self.operations += 1;
        let fails = match self.trouble {
            Trouble::Never => false,
            Trouble::PowerCutAt(at) | Trouble::FailFrom(at) => self.operations >= at,
            Trouble::FailAt(at) => self.operations == at,
        };
        if fails { Err(self.failure) } else { Ok(()) }
    }

    /// Without power nothing answers.
    fn powered(&self) -> VfsResult<()> {
        match self.trouble {
            Trouble::PowerCutAt(at) if self.operations >= at => Err(vars::SQLITE_IOERR),
            _ => Ok(()),
        }
    }
}

/// An open file.
pub(crate) struct Handle {
    state: Arc<Mutex<Platter>>,
    path: String,
}

impl VfsHandle for Handle {
    fn readonly(&self) -> bool {
        false
    }

    fn in_memory(&self) -> bool {
        false
    }
}

impl Handle {
    fn with<T>(&self, act: impl FnOnce(&mut Contents) -> T) -> VfsResult<T> {
        let mut state = lock(&self.state);
        state.powered()?;
        Ok(act(state.files.entry(self.path.clone()).or_default()))
    }

    fn change(&self, change: Change) -> VfsResult<()> {
        let mut state = lock(&self.state);
        let outcome = state.operate();
        let file = state.files.entry(self.path.clone()).or_default();
        match outcome {
            Ok(()) => file.change(change),
            // With the power going, the last write may still have reached the platter.
            Err(_) => file.pending.push(change),
        }
        outcome
    }
}

/// SQLite's view of all simulated disks.
struct FileSystem;

impl FileSystem {
    fn disk(path: &str) -> VfsResult<Disk> {
        let name = path.split_once('/').map_or("", |(name, _)| name);
        lock(registry()).get(name).cloned().ok_or(vars::SQLITE_CANTOPEN)
    }
}

impl Vfs for FileSystem {
    type Handle = Handle;

    fn open(&self, path: Option<&str>, _: OpenOpts) -> VfsResult<Handle> {
        let path = path.ok_or(vars::SQLITE_CANTOPEN)?.to_owned();
        let disk = Self::disk(&path)?;
        let handle = Handle { state: Arc::clone(&disk.state), path };
        handle.with(|_| ())?;
        Ok(handle)
    }

    fn delete(&self, path: &str) -> VfsResult<()> {
        let disk = Self::disk(path)?;
        let mut state = lock(&disk.state);
        state.operate()?;
        state.files.remove(path);
        Ok(())
    }

    fn access(&self, path: &str, _: AccessFlags) -> VfsResult<bool> {
        let disk = Self::disk(path)?;
        let state = lock(&disk.state);
        state.powered()?;
        Ok(state.files.contains_key(path))
    }

    fn file_size(&self, handle: &mut Handle) -> VfsResult<usize> {
        handle.with(|file| file.current.len())
    }

    fn truncate(&self, handle: &mut Handle, size: usize) -> VfsResult<()> {
        handle.change(Change::Truncate(size))
    }

    fn write(&self, handle: &mut Handle, offset: usize, data: &[u8]) -> VfsResult<usize> {
        handle.change(Change::Write { offset, bytes: data.to_vec() })?;
        Ok(data.len())
    }

    fn read(&self, handle: &mut Handle, offset: usize, data: &mut [u8]) -> VfsResult<usize> {
        handle.with(|file| {
            let rest = file.current.get(offset..).unwrap_or_default();
            let length = rest.len().min(data.len());
            data[..length].copy_from_slice(&rest[..length]);
            length
        })
    }

    fn lock(&self, _: &mut Handle, _: LockLevel) -> VfsResult<()> {
        Ok(())
    }

    fn unlock(&self, _: &mut Handle, _: LockLevel) -> VfsResult<()> {
        Ok(())
    }

    fn check_reserved_lock(&self, _: &mut Handle) -> VfsResult<bool> {
        Ok(false)
    }

    fn sync(&self, handle: &mut Handle) -> VfsResult<()> {
        let mut state = lock(&handle.state);
        state.operate()?;
        state.files.entry(handle.path.clone()).or_default().sync();
        Ok(())
    }

    fn close(&self, _: Handle) -> VfsResult<()> {
        Ok(())
    }

    /// As Unix file systems promise: bytes beside a write are not changed by it. Nothing more.
    fn device_characteristics(&self, _: &mut Handle) -> VfsResult<i32> {
        Ok(vars::SQLITE_IOCAP_POWERSAFE_OVERWRITE)
    }
}

/// Every disk by name; registers the file system with SQLite on first use.
fn registry() -> &'static Mutex<BTreeMap<String, Disk>> {
    static DISKS: OnceLock<Mutex<BTreeMap<String, Disk>>> = OnceLock::new();
    DISKS.get_or_init(|| {
        let name = CString::new(NAME).unwrap();
        register_static(name, FileSystem, RegisterOpts { make_default: false }).unwrap();
        Mutex::default()
    })
}

fn file_name(path: &str) -> String {
    path.split_once('/').map_or(path, |(_, file)| file).to_owned()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn a_power_cut_leaves_what_was_synced_and_chance_decides_the_rest() {
    let disk = Disk::with("chance", &Image::blank());
    let mut file = FileSystem.open(Some("chance/file"), OpenOpts::new(0)).unwrap();
    FileSystem.write(&mut file, 0, &[1; 8]).unwrap();
    FileSystem.sync(&mut file).unwrap();
    FileSystem.write(&mut file, 8, &[2; 8]).unwrap();
    FileSystem.write(&mut file, 0, &[3; 8]).unwrap();
    let mut left = std::collections::BTreeSet::new();
    for seed in 0..100 {
        let Image(files) = disk.after_power_cut(&mut Random::from_seed(seed));
        let bytes = files["file"].clone();
        assert!(bytes[..8] == [1; 8] || bytes[..8] == [3; 8], "synced bytes stay until overwritten");
        left.insert(bytes);
    }
    assert_eq!(left.len(), 4, "both, either or neither of the unsynced writes");
}
