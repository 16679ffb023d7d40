//! Holds what uses the database while a snapshot is taken: its connections wait, none is
//! refused.

use crate::core::{observed::Phase, spec::service};
use crate::runtime::apply::StepRun;

impl StepRun<'_> {
    /// Pauses the services that run the project's code. One that cannot be paused goes on:
    /// its sessions are ended all the same.
    pub(super) async fn hold(&self) {
        let users = self.project().wanted().filter(|it| service::runs_project_code(self.project(), it));
        for user in users {
            let Some(container) = self.application.observed.service(&user.name) else { continue };
            if container.phase == Phase::Running && self.engine().pause(&container.id).await.is_ok() {
                self.held.send_modify(|held| held.push(container.id.clone()));
            }
        }
    }

    /// Lets them go on, however the step has ended.
    pub(super) async fn let_go(&self) {
        for id in self.held.send_replace(Vec::new()) {
            // One that was removed meanwhile needs nothing.
            let _ = self.engine().unpause(&id).await;
        }
    }
}
