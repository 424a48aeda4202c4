//! What was promised, phrase by phrase: `rows.tsv` lists the promises, one file here holds those of
//! one source, and every test that checks a promise carries its number: `at_002_10_…` checks 002-10.
//! So do tests elsewhere whose place is beside others of their kind, and, as `[002-10]` in their
//! titles, those in a browser. `make acceptance` runs them all and prints the table.

mod messenger;
mod pairs;
mod profiles;
mod rows;
mod staff;
mod tutorial;
