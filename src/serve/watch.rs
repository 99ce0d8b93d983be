//! Which files changed since the last build.
//!
//! In: the watched paths, existing or not, and the release folder. Out: lists of changed paths, each after a moment of
//! quiet, so that one save makes one build. Reading a file is no change, and neither is an editor's temporary file or
//! what a build writes.
//!
//! The folder above every watched path is watched too: editors save by renaming a new file over the old one, which ends
//! a watch on the file itself, and a folder may be deleted, made again, or made for the first time.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use notify::event::{EventKind, ModifyKind};
use notify::{ErrorKind, Event, RecommendedWatcher, RecursiveMode, Watcher};

/// How long nothing may happen before a change counts as complete. Editors write in several steps, a few milliseconds
/// apart; the author waits for this at every save.
const SETTLE: Duration = Duration::from_millis(20);

/// A build starts after this long even if changes go on, as they do while a large folder is copied.
const LONGEST_WAIT: Duration = Duration::from_millis(500);

/// Folders of outputs, when they stand at the top of the site folder.
const OUTPUT_FOLDERS: [&str; 4] = ["public", "var", "target", "node_modules"];

pub struct Watch {
    roots: Vec<Root>,
    /// Without symbolic links, as the roots are.
    release_dir: PathBuf,
    events: Receiver<notify::Result<Event>>,
    notifier: RecommendedWatcher,
    /// Whether the last batch was only a report of lost events.
    was_rescan: bool,
}

/// A watched path as the caller spelt it, and as the system reports it.
struct Root {
    given: PathBuf,
    real: PathBuf,
}

impl Watch {
    pub fn new(watched: &[PathBuf], release_dir: &Path) -> anyhow::Result<Self> {
        let (sender, events) = mpsc::channel();
        let notifier = notify::recommended_watcher(move |event: notify::Result<Event>| {
            // A build opens every file of the site: those events are dropped here, before they cost anything.
            if !event.as_ref().is_ok_and(|event| is_idle(&event.kind)) {
                // The receiver is gone only when the preview has ended.
                let _ = sender.send(event);
            }
        })
        .context("could not start watching files")?;
        let roots =
            watched.iter().map(|given| Ok(Root { given: given.clone(), real: real_path(given)? })).collect::<anyhow::Result<_>>()?;
        let mut watch = Self { roots, release_dir: real_path(release_dir)?, events, notifier, was_rescan: false };
        watch.attach()?;
        Ok(watch)
    }

    /// Waits for the next change and for the quiet after it. Paths are sorted, each named once, and begin with the
    /// watched path as it was given.
    pub fn changed(&mut self) -> anyhow::Result<Vec<PathBuf>> {
        let mut changed = BTreeSet::new();
        let mut must_attach = false;
        // The first change, and when the quiet after the last one is long enough.
        let mut waiting: Option<(Instant, Instant)> = None;
        loop {
            let event = match waiting {
                None => self.events.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some((first, until)) => self.events.recv_timeout(until.min(first + LONGEST_WAIT).saturating_duration_since(Instant::now())),
            };
            match event {
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => bail!("the system stopped reporting changed files"),
                Ok(event) => {
                    let (paths, moved) = self.paths_of(event);
                    must_attach |= moved;
                    if !paths.is_empty() {
                        changed.extend(paths);
                        let now = Instant::now();
                        let first = waiting.map_or(now, |(first, _)| first);
                        waiting = Some((first, now + SETTLE));
                        if now > first + LONGEST_WAIT {
                            break;
                        }
                    }
                }
            }
        }
        if must_attach {
            self.attach()?;
        }
        Ok(changed.into_iter().collect())
    }

    /// The changed paths of an event, and whether a watched path itself may have come, gone or become another folder.
    fn paths_of(&mut self, event: notify::Result<Event>) -> (Vec<PathBuf>, bool) {
        match event {
            Ok(event) if !event.need_rescan() => {
                let paths: Vec<PathBuf> = event.paths.iter().filter_map(|path| self.name(path)).collect();
                let moved = !paths.is_empty() && event.paths.iter().any(|path| self.holds_root(path));
                self.was_rescan &= paths.is_empty();
                (paths, moved)
            }
            // Events were lost, so anything may have changed. Twice running means that a build's own reading filled
            // the system's queue: another build would fill it again, and so for ever.
            _ if self.was_rescan => (Vec::new(), false),
            _ => {
                self.was_rescan = true;
                (self.roots.iter().map(|root| root.given.clone()).collect(), true)
            }
        }
    }

    /// The name for the caller, if a change of this path calls for a build.
    fn name(&self, path: &Path) -> Option<PathBuf> {
        if path.starts_with(&self.release_dir) {
            return None;
        }
        self.roots.iter().find_map(|root| {
            if root.real.starts_with(path) {
                return Some(root.given.clone());
            }
            let below = path.strip_prefix(&root.real).ok()?;
            let is_site_folder = self.release_dir.starts_with(&root.real);
            (!is_ignored(below, is_site_folder)).then(|| root.given.join(below))
        })
    }

    /// Whether the path is a watched folder or a folder above a watched path. A watched file needs nothing done: the
    /// watch is on its folder.
    fn holds_root(&self, path: &Path) -> bool {
        self.roots.iter().any(|root| root.real.starts_with(path)) && !path.is_file()
    }

    /// Watches what exists. Watching a folder again is how a watch moves to the new folder of that name.
    fn attach(&mut self) -> anyhow::Result<()> {
        let mut attached = BTreeMap::new();
        // A folder may be made between looking and watching, so look until nothing new is seen.
        for _ in 0..8 {
            let plan = plan(self.roots.iter().map(|root| &*root.real));
            if plan == attached {
                break;
            }
            for (folder, is_deep) in &plan {
                let mode = if *is_deep { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
                match self.notifier.watch(folder, mode) {
                    Ok(()) => {}
                    // Gone again: the next look sees it.
                    Err(_) if !folder.is_dir() => {}
                    Err(error) => {
                        let help = match error.kind {
                            ErrorKind::MaxFilesWatch => " (on Linux, raise fs.inotify.max_user_watches)",
                            _ => "",
                        };
                        return Err(error).with_context(|| format!("could not watch {}{help}", folder.display()));
                    }
                }
            }
            attached = plan;
        }
        Ok(())
    }
}

/// The folders to watch, and whether with all folders below: each existing watched folder, and for every watched path
/// the nearest folder above it that exists.
fn plan<'a>(roots: impl Iterator<Item = &'a Path>) -> BTreeMap<PathBuf, bool> {
    let mut plan = BTreeMap::new();
    for root in roots {
        if root.is_dir() {
            plan.insert(root.to_path_buf(), true);
        }
        if let Some(above) = root.ancestors().skip(1).find(|folder| folder.is_dir()) {
            plan.entry(above.to_path_buf()).or_insert(false);
        }
    }
    // A second watch on a folder would replace the first and stop it from following new folders below.
    let deep: Vec<PathBuf> = plan.iter().filter(|(_, is_deep)| **is_deep).map(|(folder, _)| folder.clone()).collect();
    plan.retain(|folder, _| !deep.iter().any(|above| folder != above && folder.starts_with(above)));
    plan
}

/// Whether an event leaves the contents of files as they were. Metadata counts only as a time of writing, which is
/// how some systems report a changed file: on others a hard link to a source would look like a change of it.
fn is_idle(kind: &EventKind) -> bool {
    use notify::event::MetadataKind::WriteTime;
    match kind {
        EventKind::Access(_) => true,
        EventKind::Modify(ModifyKind::Metadata(metadata)) => *metadata != WriteTime,
        _ => false,
    }
}

/// Whether a path below a watched one is an editor's temporary file, hidden, or an output. Hidden files take in
/// `.git`, `.page.md.swp` and `.#page.md`; 4913 is how Vim tries whether it may write.
fn is_ignored(below: &Path, is_site_folder: bool) -> bool {
    let mut names = below.components().filter_map(|component| match component {
        Component::Normal(name) => name.to_str(),
        _ => None,
    });
    let is_output = is_site_folder && names.clone().next().is_some_and(|name| OUTPUT_FOLDERS.contains(&name));
    let is_temporary =
        |name: &str| name.starts_with('.') || name.ends_with('~') || name == "4913" || name.starts_with('#') && name.ends_with('#');
    is_output || names.any(is_temporary)
}

/// The path without symbolic links, as far as it exists, and absolute.
fn real_path(path: &Path) -> anyhow::Result<PathBuf> {
    let absolute = std::path::absolute(path).with_context(|| format!("{} is no path", path.display()))?;
    let existing = absolute.ancestors().find_map(|folder| Some((folder, folder.canonicalize().ok()?)));
    Ok(match existing {
        Some((folder, real)) => real.join(absolute.strip_prefix(folder).expect("a path begins with each of its ancestors")),
        None => absolute,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn temporary_files_and_outputs_are_ignored() {
        let check = |path: &str, in_content: bool, in_site: bool| {
            assert_eq!((is_ignored(Path::new(path), false), is_ignored(Path::new(path), true)), (in_content, in_site), "{path}");
        };
        check("guidance/review.md", false, false);
        check("guidance/review.md~", true, true);
        check("guidance/.review.md.swp", true, true);
        check("guidance/.#review.md", true, true);
        check("guidance/#review.md#", true, true);
        check("guidance/4913", true, true);
        check(".git/index", true, true);
        check("public/index.html", false, true);
        check("var/preview/index.html", false, true);
        check("target/debug", false, true);
        check("guidance/public/index.md", false, false);
        check("", false, false);
    }

    #[test]
    fn reading_is_no_change() {
        use notify::event::{AccessKind, CreateKind, DataChange, MetadataKind, RenameMode};
        assert!(is_idle(&EventKind::Access(AccessKind::Any)));
        assert!(is_idle(&EventKind::Modify(ModifyKind::Metadata(MetadataKind::Any))));
        assert!(!is_idle(&EventKind::Modify(ModifyKind::Metadata(MetadataKind::WriteTime))));
        assert!(!is_idle(&EventKind::Modify(ModifyKind::Data(DataChange::Any))));
        assert!(!is_idle(&EventKind::Modify(ModifyKind::Name(RenameMode::To))));
        assert!(!is_idle(&EventKind::Create(CreateKind::File)));
    }

    #[test]
    fn watches_the_folder_above_what_is_missing() {
        let site = tempfile::tempdir().unwrap();
        let site = site.path().canonicalize().unwrap();
        std::fs::create_dir_all(site.join("content/guidance")).unwrap();
        let check = |watched: &[&str], expected: &[(&str, bool)]| {
            let watched: Vec<PathBuf> = watched.iter().map(|path| site.join(path)).collect();
            let expected = expected.iter().map(|(path, is_deep)| (site.join(path).components().collect(), *is_deep)).collect();
            assert_eq!(plan(watched.iter().map(|path| &**path)), expected);
        };
        check(&["content"], &[("", false), ("content", true)]);
        check(&["site.toml", "themes/plain/css"], &[("", false)]);
        check(&["content/guidance/review.md", "content"], &[("", false), ("content", true)]);
    }

    #[test]
    fn a_change_is_named_from_the_watched_path_as_given() {
        let site = tempfile::tempdir().unwrap();
        let real = site.path().canonicalize().unwrap();
        std::fs::create_dir_all(real.join("content")).unwrap();
        let given = site.path().join("content/../content");
        let watch = Watch::new(&[given.clone(), site.path().join("site.toml")], &site.path().join("var/preview")).unwrap();
        let check = |path: &str, expected: Option<PathBuf>| assert_eq!(watch.name(&real.join(path)), expected, "{path}");
        check("content/a.md", Some(given.join("a.md")));
        check("content", Some(given.clone()));
        check("site.toml", Some(site.path().join("site.toml")));
        check("site.toml~", None);
        check("var/preview/index.html", None);
        check("notes.txt", None);
    }

    #[test]
    fn a_save_by_rename_and_a_new_folder_are_seen() {
        let site = tempfile::tempdir().unwrap();
        let path = |name: &str| site.path().join(name);
        std::fs::create_dir_all(path("content")).unwrap();
        let write = |name: &str| drop(std::fs::File::create(path(name)).unwrap());
        write("site.toml");
        let watched = [path("content"), path("site.toml"), path("themes/plain")];
        let mut watch = Watch::new(&watched, &path("var/preview")).unwrap();
        write("site.toml.new");
        std::fs::rename(path("site.toml.new"), path("site.toml")).unwrap();
        assert_eq!(watch.changed().unwrap(), [path("site.toml")]);
        std::fs::create_dir_all(path("themes/plain/css")).unwrap();
        assert_eq!(watch.changed().unwrap(), [path("themes/plain")]);
        write("themes/plain/css/base.css");
        assert_eq!(watch.changed().unwrap(), [path("themes/plain/css/base.css")]);
        std::fs::remove_dir_all(path("content")).unwrap();
        std::fs::create_dir(path("content")).unwrap();
        assert_eq!(watch.changed().unwrap(), [path("content")]);
        write("content/a.md");
        assert_eq!(watch.changed().unwrap(), [path("content/a.md")]);
    }
}
