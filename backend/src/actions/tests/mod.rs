//! What the actions promise, tried on whichever database the tests run on.

mod admin_changes;
mod admin_lists;
mod altering;
mod changes;
mod direct;
mod endings;
mod history;
mod lists;
mod managing;
mod membership;
mod missed;
mod profiles;
mod reactions;
mod reading;
mod recall;
mod search;
mod secrecy;
