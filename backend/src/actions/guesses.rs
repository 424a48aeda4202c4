//! Guesses at a password: how many an account takes, by whichever of its names and on whichever node, and
//! how many come from an address (SECURITY, AU-6 and AU-7).
//!
//! A guess is taken from this node's meters before it is compared, so that many at once count, and given
//! back if it was right. One that was wrong is also counted in the database, where the other nodes look
//! and what starts anew.

use std::fmt::Debug;

use sha2::{Digest, Sha256};

use super::{Caller, Context};
use crate::{
    error::Result,
    limits::{Cell, Guessed, Net, Quota},
    model::Timestamp,
    store::{Conn, Tx, failures},
};

/// A guess at somebody's password.
pub(super) struct Guess {
    account: (Guessed, Option<Net>),
    net: Net,
    at: Timestamp,
}

impl Guess {
    /// `is_known` says whether the person has a session from the caller's address.
    pub(super) fn new(ctx: &Context, whose: Guessed, caller: &Caller, is_known: bool) -> Self {
        let net = Net::from(caller.ip);
        Self { account: (whose, is_known.then_some(net)), net, at: ctx.db.clock().now() }
    }

    /// What of the limits is counted in the database: the key, and how many.
    fn counted(&self, ctx: &Context) -> Vec<(String, Quota)> {
        let by_account = ctx.limits.failures_by_account.quota();
        let by_address = ctx.limits.failures_by_address.quota();
        let by_account = by_account.map(|quota| (key(&self.account), quota));
        by_account.into_iter().chain(by_address.map(|quota| (key(&self.net), quota))).collect()
    }

    /// Allows it, or says when to come back.
    ///
    /// # Errors
    /// `rate_limited`; those of the store.
    pub(super) async fn begin(&self, ctx: &Context) -> Result<()> {
        let (counted, now) = (self.counted(ctx), self.at);
        if !counted.is_empty() {
            let read = move |conn: &mut Conn| {
                let mut stand = |(key, quota): &(String, Quota)| -> Result<()> {
                    Cell::free_at(failures::find(conn, key)?).allowance(*quota, now).check()
                };
                counted.iter().try_for_each(&mut stand)
            };
            ctx.db.read(read).await?;
        }
        let Self { account, net, at } = self;
        if account.1.is_none() {
            ctx.limits.failures.take(&(), *at).check()?;
        }
        ctx.limits.failures_by_address.take(net, *at).check()?;
        ctx.limits.failures_by_account.take(account, *at).check()
    }

    /// It was the password: nothing is held against anybody.
    pub(super) fn was_right(self, ctx: &Context) {
        let Self { account, net, at } = self;
        if account.1.is_none() {
            ctx.limits.failures.give_back(&(), at);
        }
        ctx.limits.failures_by_address.give_back(&net, at);
        ctx.limits.failures_by_account.give_back(&account, at);
    }

    /// It was not: every node is to know.
    ///
    /// # Errors
    /// Those of the store.
    pub(super) async fn was_wrong(self, ctx: &Context) -> Result<()> {
        let counted = self.counted(ctx);
        if counted.is_empty() {
            return Ok(());
        }
        let write = move |tx: &mut Tx<'_>| {
            for (key, quota) in &counted {
                let now = tx.now;
                failures::alter(tx, key, |free_at| {
                    let mut cell = Cell::free_at(free_at);
                    // One more than is allowed makes nothing worse.
                    cell.take(*quota, now);
                    cell.when_free()
                })?;
            }
            Ok(())
        };
        ctx.db.write(write).await
    }
}

/// Under what something is counted: a hash, as what was typed for a name may be anything.
fn key(of: &impl Debug) -> String {
    let hash = Sha256::digest(format!("{of:?}"));
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
