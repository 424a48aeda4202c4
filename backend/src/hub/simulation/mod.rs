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

/// What was found once, and is tried for ever.
#[test]
fn what_was_once_found_stays_mended() {
    let left_and_came_back_while_catching_up = vec![
        Op::Send { room: 0, user: 0 },
        Op::Join { room: 0, user: 45 },
        Op::Send { room: 0, user: 0 },
        Op::Connect { client: 20, node: 0, worker: 0 },
        Op::Send { room: 0, user: 0 },
        Op::Lose { node: 19, which: 0 },
        Op::Deliver { node: 1, which: 0 },
        Op::Send { room: 0, user: 0 },
        Op::Deliver { node: 5, which: 0 },
        Op::Step { client: 52 },
        Op::Step { client: 4 },
        Op::Step { client: 28 },
        Op::Connect { client: 19, node: 19, worker: 0 },
        Op::CutOff { client: 12 },
        Op::Deliver { node: 1, which: 0 },
        Op::Join { room: 32, user: 11 },
        Op::Double { node: 0, which: 0 },
        Op::Edit { room: 29, message: 0 },
        Op::Connect { client: 12, node: 7, worker: 8 },
        Op::Step { client: 32 },
        Op::Step { client: 28 },
        Op::Leave { room: 32, user: 9 },
        Op::Join { room: 2, user: 24 },
        Op::Deliver { node: 0, which: 0 },
        Op::Send { room: 0, user: 0 },
        Op::Deliver { node: 47, which: 0 },
        Op::Leave { room: 0, user: 1 },
        Op::Deliver { node: 7, which: 4 },
        Op::Step { client: 4 },
        Op::Send { room: 0, user: 0 },
        Op::Send { room: 0, user: 0 },
        Op::Deliver { node: 19, which: 5 },
        Op::Turn { node: 1, worker: 8 },
        Op::Send { room: 0, user: 0 },
        Op::Deliver { node: 19, which: 5 },
    ];
    let deleted_before_anybody_listened = vec![
        Op::Leave { room: 13, user: 2 },
        Op::Send { room: 0, user: 0 },
        Op::Deliver { node: 0, which: 0 },
        Op::Lose { node: 11, which: 0 },
        Op::Deliver { node: 7, which: 0 },
        Op::Edit { room: 0, message: 0 },
        Op::Send { room: 32, user: 0 },
        Op::Send { room: 0, user: 45 },
        Op::Edit { room: 0, message: 0 },
        Op::Connect { client: 29, node: 11, worker: 0 },
        Op::Reply { room: 0, user: 3, to: 0 },
        Op::Join { room: 0, user: 44 },
        Op::Deliver { node: 29, which: 0 },
        Op::Double { node: 0, which: 0 },
        Op::Reply { room: 19, user: 3, to: 0 },
        Op::Leave { room: 6, user: 24 },
        Op::Deliver { node: 7, which: 0 },
        Op::Join { room: 19, user: 2 },
        Op::Leave { room: 11, user: 29 },
        Op::Delete { room: 5, message: 2 },
        Op::Join { room: 19, user: 16 },
        Op::Lose { node: 29, which: 0 },
        Op::Deliver { node: 11, which: 0 },
        Op::Step { client: 0 },
        Op::Deliver { node: 43, which: 0 },
        Op::Edit { room: 0, message: 0 },
        Op::Send { room: 11, user: 0 },
        Op::Deliver { node: 11, which: 0 },
        Op::Lose { node: 19, which: 0 },
        Op::Deliver { node: 1, which: 0 },
        Op::Send { room: 32, user: 1 },
        Op::Deliver { node: 13, which: 0 },
        Op::Deliver { node: 13, which: 0 },
        Op::Deliver { node: 1, which: 0 },
        Op::Delete { room: 0, message: 11 },
        Op::Reply { room: 29, user: 3, to: 0 },
        Op::Step { client: 21 },
        Op::Deliver { node: 1, which: 0 },
        Op::Step { client: 9 },
        Op::Send { room: 11, user: 0 },
        Op::Reply { room: 14, user: 1, to: 0 },
        Op::Double { node: 0, which: 0 },
        Op::Deliver { node: 1, which: 0 },
        Op::Edit { room: 0, message: 0 },
        Op::Edit { room: 0, message: 0 },
        Op::Leave { room: 2, user: 8 },
        Op::Double { node: 0, which: 0 },
        Op::Reply { room: 6, user: 28, to: 0 },
        Op::Send { room: 5, user: 0 },
        Op::Deliver { node: 7, which: 0 },
        Op::Deliver { node: 19, which: 0 },
        Op::Deliver { node: 1, which: 0 },
        Op::Lose { node: 19, which: 0 },
        Op::Reply { room: 31, user: 0, to: 0 },
        Op::Join { room: 8, user: 9 },
        Op::Leave { room: 5, user: 40 },
        Op::Send { room: 6, user: 0 },
        Op::Reply { room: 13, user: 21, to: 0 },
        Op::Send { room: 19, user: 54 },
        Op::Send { room: 12, user: 0 },
        Op::Deliver { node: 19, which: 12 },
        Op::Delete { room: 20, message: 37 },
        Op::Deliver { node: 43, which: 0 },
        Op::Deliver { node: 44, which: 0 },
        Op::Deliver { node: 1, which: 10 },
        Op::Double { node: 0, which: 0 },
        Op::Deliver { node: 29, which: 0 },
        Op::Deliver { node: 13, which: 9 },
        Op::Deliver { node: 47, which: 8 },
        Op::Deliver { node: 5, which: 7 },
        Op::Deliver { node: 1, which: 6 },
        Op::Leave { room: 0, user: 9 },
        Op::Deliver { node: 19, which: 6 },
        Op::Delete { room: 0, message: 8 },
        Op::Double { node: 31, which: 5 },
    ];
    for ops in [left_and_came_back_while_catching_up, deleted_before_anybody_listened] {
        run(ops, None).unwrap();
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
