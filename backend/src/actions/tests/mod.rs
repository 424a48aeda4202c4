//! What the actions promise, tried on whichever database the tests run on.

mod changes;
mod history;
mod lists;
mod membership;
mod profiles;
mod reading;
mod secrecy;
