//! What must hold on the open internet, where it is not about one noun alone. `rows.tsv` lists every
//! requirement; a test that holds one carries its id (`az_17_…`), here and everywhere else.

mod bounds;
mod copies;
mod hostile;
mod input;
mod matrix;
mod names;
mod pages;
mod process;
mod proxies;
mod rows;
mod running;
mod schemathesis;
mod secrecy;
mod slow;
mod supply;
mod timing;
mod tokens;
mod wire;
