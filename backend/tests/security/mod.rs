//! What must hold on the open internet, where it is not about one noun alone. `rows.tsv` lists every
//! requirement; a test that holds one carries its id (`az_17_…`), here and everywhere else.

mod bounds;
mod copies;
mod hostile;
mod input;
mod matrix;
mod pages;
mod process;
mod rows;
mod running;
mod secrecy;
mod supply;
mod wire;
