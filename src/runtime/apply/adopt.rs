//! Taking over what another folder has left.

use std::path::Path;

use crate::core::{claim::Claim, notice::Notice, report::What};
use crate::runtime::{
    apply::{StepResult, StepRun},
    state_folder,
};

impl StepRun<'_> {
    /// One call, and everything is the project's: there is no half of it.
    pub(super) async fn claim(&self) -> StepResult {
        let Some(claim) = Claim::next(self.project(), &self.application.observed) else {
            return Ok(Some("it is claimed already".to_owned()));
        };
        self.engine().create_volume(&claim.volume(self.project()), &claim.labels(self.project())).await?;
        claim.former.iter().for_each(|root| self.take_state_folder(Path::new(root)));
        Ok(None)
    }

    /// Dumps and the like go along, where there are none of this folder's own yet.
    fn take_state_folder(&self, root: &Path) {
        let (theirs, ours) = (state_folder::of_root(self.project(), root), state_folder::of(self.project()));
        if !theirs.is_dir() || ours.exists() {
            return;
        }
        if let Err(error) = std::fs::rename(&theirs, &ours) {
            let told = Notice::warning(format!("the state folder {} stays where it is", theirs.display()))
                .because(error.to_string())
                .remedy(format!("move it to {} to have its dumps at hand", ours.display()));
            self.report(What::Notice(told));
        }
    }
}
