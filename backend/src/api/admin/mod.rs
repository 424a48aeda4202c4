//! `/api/admin`: administration, one file per noun. Staff only; what only superusers may do says so.

mod audit;
mod memberships;
mod messages;
mod rooms;
mod server;
mod sessions;
mod tokens;
mod users;

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload};

use super::services::Services;
use crate::{
    actions::Viewer,
    error::{Code, Result},
    model::admin::bulk::BulkOutcome,
};

pub(super) fn configure(service: &mut impl Services) {
    users::configure(service);
    rooms::configure(service);
    memberships::configure(service);
    messages::configure(service);
    sessions::configure(service);
    tokens::configure(service);
    audit::configure(service);
    server::configure(service);
}

/// The outcome for one thing, whose refusal is that of the call.
fn only(outcome: BulkOutcome) -> Result<BulkOutcome> {
    let refused = outcome.items.iter().find_map(|item| item.refused.clone());
    let code = refused.and_then(|name| Code::ALL.iter().find(|code| code.name() == name));
    code.map_or(Ok(outcome), |code| Err((*code).into()))
}

/// A viewer who was of staff when the call came in: others are refused before anything else of the
/// call is looked at. The action decides.
struct Staff(Viewer);

impl FromRequest for Staff {
    type Error = crate::error::Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let viewer = Viewer::from_request(request, payload).into_inner();
        ready(viewer.and_then(|viewer| {
            if viewer.is_staff || viewer.is_superuser {
                return Ok(Self(viewer));
            }
            Err(Code::Forbidden.into())
        }))
    }
}
