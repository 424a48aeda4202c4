//! The hub under every interleaving that can be thought of: commits, announcements that are lost,
//! late or doubled, sockets that come, go, stall and resume on either of two nodes, repairs and
//! pages that are read at one moment and used at another. Strict clients, written by the protocol
//! alone, watch what they get.
//!
//! `world` drives the real hub, `database` is the truth, `client` is the judge. Deliberately broken
//! worlds show that the judge is awake.

mod client;
mod database;
mod world;

use proptest::{
    prelude::*,
    test_runner::{Config, TestCaseError, TestError, TestRunner},
};

use world::{Flaw, Op, World};

fn ops() -> impl Strategy<Value = Vec<Op>> {
    // Taken modulo the number of what there is to choose from.
    let n = || 0_usize..60;
    let op = prop_oneof![
        8 => (n(), n()).prop_map(|(room, user)| Op::Send { room, user }),
        2 => (n(), n(), n()).prop_map(|(room, user, to)| Op::Reply { room, user, to }),
        2 => (n(), n()).prop_map(|(room, message)| Op::Edit { room, message }),
        3 => (n(), n()).prop_map(|(room, message)| Op::Delete { room, message }),
        3 => (n(), n()).prop_map(|(room, user)| Op::Join { room, user }),
        3 => (n(), n()).prop_map(|(room, user)| Op::Leave { room, user }),
        14 => (n(), n()).prop_map(|(node, which)| Op::Deliver { node, which }),
        2 => (n(), n()).prop_map(|(node, which)| Op::Lose { node, which }),
        2 => (n(), n()).prop_map(|(node, which)| Op::Double { node, which }),
        8 => (n(), n()).prop_map(|(node, worker)| Op::Turn { node, worker }),
        4 => (n(), n(), n()).prop_map(|(client, node, worker)| Op::Connect { client, node, worker }),
        16 => n().prop_map(|client| Op::Step { client }),
        1 => n().prop_map(|client| Op::Disconnect { client }),
        1 => n().prop_map(|client| Op::CutOff { client }),
        2 => n().prop_map(|client| Op::Stall { client }),
        3 => n().prop_map(|node| Op::ReadRepair { node }),
        3 => n().prop_map(|node| Op::FinishRepair { node }),
        1 => n().prop_map(|node| Op::FailRepair { node }),
        1 => n().prop_map(|node| Op::Compare { node }),
        1 => Just(Op::Sweep),
    ];
    prop::collection::vec(op, 1..250)
}

fn run(ops: Vec<Op>, flaw: Option<Flaw>) -> Result<(), TestCaseError> {
    let mut world = World::new(flaw);
    for op in ops {
        world.step(op).map_err(TestCaseError::fail)?;
    }
    world.settle().map_err(TestCaseError::fail)
}

fn cases(count: u32) -> TestRunner {
    TestRunner::new(Config { cases: count, failure_persistence: None, ..Config::default() })
}

#[test]
fn every_client_ends_with_exactly_the_rooms_state() {
    let count = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(300);
    match cases(count).run(&ops(), |ops| run(ops, None)) {
        Ok(()) => {}
        Err(TestError::Fail(why, ops)) => panic!("{why}\nafter {ops:?}"),
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
}

/// The property must fail in a world with the flaw.
fn is_caught(flaw: Flaw) {
    let outcome = cases(2_000).run(&ops(), |ops| run(ops, Some(flaw)));
    assert!(matches!(outcome, Err(TestError::Fail(..))), "{flaw:?} was not noticed");
}

#[test]
fn a_gap_that_is_stepped_over_is_caught() {
    is_caught(Flaw::NoGapCheck);
}

#[test]
fn a_removal_that_comes_late_is_caught() {
    is_caught(Flaw::LateRemoval);
}

#[test]
fn a_resume_that_is_off_by_one_is_caught() {
    is_caught(Flaw::ResumeOffByOne);
}

#[test]
fn a_text_that_outlives_its_deletion_is_caught() {
    is_caught(Flaw::DeletionKeepsText);
}
