//! The table of faults, row by row: what becomes of sends, of live delivery, and how soon all is well
//! after. `rows.tsv` names the test of every promise and of every fault; `rows` holds it to that.
//! Faults of nodes and of a whole Redis are in `cluster/`, a killed SQLite node is in `durability`.

mod alone;
mod crowd;
mod disk;
mod half_open;
mod locked;
mod lost_commits;
mod one_way;
mod rows;
