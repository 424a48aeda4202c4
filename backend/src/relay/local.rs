//! The relay of a node that is alone: what is published is delivered here, at once and in order.

use std::sync::Arc;

use super::Relay;
use crate::{hub::Hub, model::Announcement};

/// Hands every announcement to the hub of this process. Its delivery is exact, not best effort.
pub struct LocalRelay {
    hub: Arc<Hub>,
}

impl LocalRelay {
    /// A relay for one hub.
    pub fn new(hub: Arc<Hub>) -> Self {
        Self { hub }
    }
}

impl Relay for LocalRelay {
    fn publish(&self, announcements: Vec<Announcement>) {
        self.hub.deliver(announcements);
    }
}
