//! What the store promises, tried on whichever database the tests run on.

mod counting;
mod credentials;
mod journal;
mod parity;
mod plans;
mod two_nodes;
