//! What the store promises, tried on whichever database the tests run on.

mod journal;
mod parity;
mod plans;
