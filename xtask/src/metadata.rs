//! Room: what cargo knows of the workspace and its dependencies.
//!
//! Only the parts of `cargo metadata` that the gates ask about.

use crate::fault::{Fault, Outcome};
use crate::programs::cargo;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// Every package that the lock file names, and which of them are ours.
#[derive(Deserialize)]
pub(crate) struct Metadata {
    pub(crate) packages: Vec<Package>,
    pub(crate) target_directory: PathBuf,
    workspace_members: Vec<String>,
}

#[derive(Deserialize)]
pub(crate) struct Package {
    id: String,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) license: Option<String>,
    pub(crate) source: Option<String>,
    pub(crate) dependencies: Vec<Dependency>,
}

/// A dependency as the manifest declares it.
#[derive(Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    kind: Option<String>,
}

impl Metadata {
    pub(crate) fn read(root: &Path) -> Outcome<Self> {
        let mut command = cargo(root);
        command.args(["metadata", "--format-version", "1", "--locked"]);
        let answer = command
            .output()
            .map_err(Fault::while_doing("cannot run cargo metadata"))?;
        if !answer.status.success() {
            let said = String::from_utf8_lossy(&answer.stderr).into_owned();
            return Err(Fault::new(format!("cargo metadata failed:\n{said}")));
        }
        serde_json::from_slice(&answer.stdout).map_err(Fault::while_doing("cannot read cargo metadata"))
    }

    pub(crate) fn is_ours(&self, package: &Package) -> bool {
        self.workspace_members.contains(&package.id)
    }

    pub(crate) fn ours(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| self.is_ours(package))
    }
}

impl Dependency {
    /// Whether only tests and benches use it.
    pub(crate) fn is_dev(&self) -> bool {
        self.kind.as_deref() == Some("dev")
    }
}
