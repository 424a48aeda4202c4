//! What is told of who is here adds up to who is here, whoever comes and goes how often.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::model::presence::Attendance;

const ROOM: RoomId = RoomId(1);
const OTHER: RoomId = RoomId(2);
const ANN: UserId = UserId(1);
const BOB: UserId = UserId(2);

fn at(ms: u64) -> Timestamp {
    Timestamp(0).after(Duration::from_millis(ms))
}

/// A socket of a person opens, hears a room and is greeted.
fn connect(presences: &mut Presences, user_id: UserId, room_id: RoomId) {
    presences.hold(user_id);
    presences.come(room_id, user_id);
    presences.choose(user_id, Presence::Online, false);
}

fn disconnect(presences: &mut Presences, user_id: UserId, room_id: RoomId, now: Timestamp) {
    presences.go(room_id, user_id, true);
    presences.release(user_id, now);
}

fn shown(told: Option<Ambient>) -> Vec<(UserId, Presence)> {
    told.into_iter().flat_map(|it| it.people).map(|it| (it.user_id, it.presence)).collect()
}

#[test]
fn a_reconnect_within_three_seconds_is_hidden() {
    let mut presences = Presences::default();
    connect(&mut presences, ANN, ROOM);
    assert_eq!(shown(presences.tick(at(0))), [(ANN, Presence::Online)]);
    disconnect(&mut presences, ANN, ROOM, at(1_000));
    assert!(presences.tick(at(3_900)).is_none());
    assert!(presences.is_here(ANN) && presences.online_count(ROOM) == 1);
    connect(&mut presences, ANN, ROOM);
    assert!(presences.tick(at(9_000)).is_none());
    disconnect(&mut presences, ANN, ROOM, at(10_000));
    assert!(presences.tick(at(12_999)).is_none());
    let told = presences.tick(at(13_000)).unwrap();
    assert_eq!(told.rooms[0].what.left, [ANN]);
    assert_eq!(shown(Some(told)), [(ANN, Presence::Offline)]);
    assert!(!presences.is_here(ANN) && presences.online_count(ROOM) == 0);
    assert!(presences.rooms.is_empty() && presences.people.is_empty());
}

/// A whisper goes out to the other nodes meanwhile, and is not refused to somebody who is shown to be here.
#[test]
fn who_is_still_shown_without_a_socket_may_be_elsewhere() {
    let mut presences = Presences::default();
    assert!(!presences.may_be_afar(ANN));
    connect(&mut presences, ANN, ROOM);
    assert!(presences.tick(at(0)).is_some() && !presences.may_be_afar(ANN));
    disconnect(&mut presences, ANN, ROOM, at(1_000));
    assert!(presences.is_here(ANN) && presences.may_be_afar(ANN));
    assert!(presences.tick(at(4_000)).is_some());
    assert!(!presences.is_here(ANN) && !presences.may_be_afar(ANN));
    // Another node says that it has them before it says in which rooms.
    let attendance = Attendance { user_id: ANN, presence: None, rooms: Vec::new() };
    presences.put_afar(NodeId(7), attendance);
    assert!(presences.may_be_afar(ANN) && !presences.may_be_afar(BOB));
}

#[test]
fn closing_one_of_several_tabs_changes_nothing() {
    let mut presences = Presences::default();
    connect(&mut presences, ANN, ROOM);
    connect(&mut presences, ANN, ROOM);
    assert!(presences.tick(at(0)).is_some());
    disconnect(&mut presences, ANN, ROOM, at(1_000));
    assert!(presences.tick(at(60_000)).is_none());
    assert_eq!(presences.online_in(ROOM).collect::<Vec<_>>(), [ANN]);
}

#[test]
fn who_leaves_a_room_is_out_of_it_at_once_even_within_the_grace() {
    let mut presences = Presences::default();
    connect(&mut presences, ANN, ROOM);
    connect(&mut presences, BOB, ROOM);
    assert!(presences.tick(at(0)).is_some());
    presences.go(ROOM, ANN, false);
    let told = presences.tick(at(250)).unwrap();
    assert_eq!((&told.rooms[0].what.left, told.rooms[0].what.online_count), (&vec![ANN], 1));
    disconnect(&mut presences, BOB, ROOM, at(300));
    presences.leave(BOB, |room_id| room_id == ROOM);
    assert_eq!(presences.tick(at(500)).unwrap().rooms[0].what.left, [BOB]);
}

#[test]
fn it_is_told_every_250_ms_at_the_most_and_what_cancels_out_is_not_told() {
    let mut presences = Presences::default();
    connect(&mut presences, ANN, ROOM);
    assert!(presences.tick(at(0)).is_some());
    connect(&mut presences, BOB, ROOM);
    assert!(presences.tick(at(249)).is_none());
    presences.go(ROOM, BOB, false);
    let told = presences.tick(at(250)).unwrap();
    assert!(told.rooms.is_empty() && told.counts.is_empty());
    connect(&mut presences, UserId(3), ROOM);
    assert!(presences.tick(at(100)).is_some(), "the clock was set back");
}

#[test]
fn what_was_chosen_before_does_not_undo_what_is_chosen_now() {
    let mut presences = Presences::default();
    presences.hold(ANN);
    presences.choose(ANN, Presence::Busy, true);
    presences.choose(ANN, Presence::Online, false);
    assert_eq!(shown(presences.tick(at(0))), [(ANN, Presence::Busy)]);
    presences.choose(BOB, Presence::Away, true);
    assert!(presences.tick(at(1_000)).is_none(), "who is not here shows nothing");
}

/// Who hides hears as before, and is told to nobody, neither when they come nor when they go.
#[test]
fn at_000_13_who_shows_to_be_offline_is_here_and_told_to_nobody() {
    let mut presences = Presences::default();
    presences.hold(ANN);
    presences.come(ROOM, ANN);
    assert!(presences.tick(at(0)).is_none() && presences.online_count(ROOM) == 0, "not known yet");
    presences.choose(ANN, Presence::Offline, false);
    connect(&mut presences, BOB, ROOM);
    let told = presences.tick(at(1_000)).unwrap();
    assert_eq!((&told.rooms[0].what.joined, told.rooms[0].what.online_count), (&vec![BOB], 1));
    assert_eq!(shown(Some(told)), [(BOB, Presence::Online)]);
    assert!(presences.is_here(ANN) && presences.hides(ANN) && presences.hears(ROOM, ANN));
    assert_eq!(presences.hearers(ROOM).collect::<Vec<_>>(), [BOB, ANN]);
    assert_eq!(presences.online().collect::<Vec<_>>(), [BOB]);

    presences.choose(ANN, Presence::Busy, true);
    let told = presences.tick(at(2_000)).unwrap();
    assert_eq!((&told.rooms[0].what.joined, told.rooms[0].what.online_count), (&vec![ANN], 2));
    assert_eq!(shown(Some(told)), [(ANN, Presence::Busy)]);
    presences.choose(ANN, Presence::Offline, true);
    let told = presences.tick(at(3_000)).unwrap();
    assert_eq!((&told.rooms[0].what.left, told.rooms[0].what.online_count), (&vec![ANN], 1));
    assert_eq!(shown(Some(told)), [(ANN, Presence::Offline)]);

    disconnect(&mut presences, ANN, ROOM, at(3_000));
    assert!(presences.tick(at(7_000)).is_none() && !presences.is_here(ANN));
    disconnect(&mut presences, BOB, ROOM, at(7_000));
    assert!(presences.tick(at(11_000)).is_some());
    assert!(presences.rooms.is_empty() && presences.people.is_empty());
}

/// Another node knows of who hides, to pass on what they hear, and shows them to nobody.
#[test]
fn who_shows_to_be_offline_is_hidden_on_every_node() {
    let (mut here, mut there) = (Presences::default(), Presences::default());
    here.share();
    connect(&mut here, ANN, ROOM);
    let pass = |here: &mut Presences, there: &mut Presences| {
        for attendance in here.take_stirred().0 {
            there.put_afar(NodeId(7), attendance);
        }
    };
    pass(&mut here, &mut there);
    assert_eq!(shown(there.tick(at(0))), [(ANN, Presence::Online)]);
    here.choose(ANN, Presence::Offline, true);
    pass(&mut here, &mut there);
    let told = there.tick(at(1_000)).unwrap();
    assert_eq!(told.rooms[0].what.left, [ANN]);
    assert_eq!(shown(Some(told)), [(ANN, Presence::Offline)]);
    assert!(there.hides(ANN) && there.may_be_afar(ANN) && there.hears(ROOM, ANN));
}

/// Somebody leaves a room after a node was killed on which they were in it too.
#[test]
fn g12_who_has_left_a_room_is_out_of_it_also_where_a_dead_node_had_them() {
    let mut presences = Presences::default();
    let attendance = Attendance {
        user_id: ANN,
        presence: Some(Presence::Online),
        rooms: vec![(ROOM, true), (OTHER, true)],
    };
    presences.put_afar(NodeId(7), attendance);
    connect(&mut presences, ANN, ROOM);
    presences.come(OTHER, ANN);
    assert!(presences.tick(at(0)).is_some());
    presences.go(OTHER, ANN, false);
    presences.leave(ANN, |left| left == OTHER);
    assert!(presences.hears(OTHER, ANN), "the other node has not said so");
    presences.drop_afar(NodeId(7), ANN, at(1_000));
    assert!(presences.tick(at(1_000)).is_none());
    assert!(presences.tick(at(3_900)).is_none());
    let told = presences.tick(at(4_000)).unwrap();
    assert_eq!((told.rooms[0].room_id(), &told.rooms[0].what.left), (OTHER, &vec![ANN]));
    assert!(!presences.hears(OTHER, ANN) && presences.hears(ROOM, ANN));
    assert!(presences.is_here(ANN) && presences.silent.is_empty());
}

#[test]
fn a_crowd_is_told_in_numbers_and_not_one_by_one() {
    let mut presences = Presences::default();
    for user in 0..=i64::try_from(CROWD_MIN).unwrap() {
        connect(&mut presences, UserId(user), ROOM);
    }
    connect(&mut presences, ANN, OTHER);
    let told = presences.tick(at(0)).unwrap();
    assert_eq!(told.people.len(), CROWD_MIN + 1);
    let ann = told.people.iter().find(|it| it.user_id == ANN).unwrap();
    assert_eq!(ann.rooms, [OTHER]);
    assert!(told.people.iter().all(|it| it.user_id == ANN || it.rooms.is_empty()));
    let room = told.rooms.iter().find(|it| it.room_id() == ROOM).unwrap();
    assert_eq!(room.what.joined.len(), CROWD_MIN + 1);
}

#[test]
fn g12_ten_thousand_people_of_a_dead_node_are_told_off_within_five_seconds() {
    let mut presences = Presences::default();
    let node = NodeId(7);
    for user in 1..=10_000 {
        let presence = Some(Presence::Online);
        let attendance =
            Attendance { user_id: UserId(user), presence, rooms: vec![(RoomId(user / 10), true)] };
        presences.put_afar(node, attendance);
    }
    for ms in (0..5_000).step_by(250) {
        presences.tick(at(ms));
    }
    // It dies at five seconds, which is noticed when its lease has ended.
    let mut told = BTreeSet::new();
    for ms in (6_750..=10_000).step_by(250) {
        for user_id in presences.people_of(node) {
            presences.drop_afar(node, user_id, at(5_000));
        }
        let now = shown(presences.tick(at(ms)));
        assert!(now.len() <= PEOPLE_MAX, "{} at once", now.len());
        for (user_id, presence) in now {
            assert_eq!(presence, Presence::Offline);
            told.insert(user_id);
        }
    }
    assert_eq!(told.len(), 10_000);
}

#[derive(Clone, Debug)]
enum Op {
    Connect(i64, i64),
    Disconnect(i64, i64),
    Choose(i64, Presence),
    Leave(i64, i64),
    Wait(u64),
}

fn choice() -> impl Strategy<Value = Presence> {
    prop::sample::select(vec![Presence::Online, Presence::Away, Presence::Offline])
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        (1..4_i64, 1..3_i64).prop_map(|(user, room)| Op::Connect(user, room)),
        (1..4_i64, 1..3_i64).prop_map(|(user, room)| Op::Disconnect(user, room)),
        (1..4_i64, choice()).prop_map(|(user, presence)| Op::Choose(user, presence)),
        (1..4_i64, 1..3_i64).prop_map(|(user, room)| Op::Leave(user, room)),
        (1..4_000_u64).prop_map(Op::Wait),
    ]
}

/// What somebody knows who hears everything that is told.
#[derive(Default)]
struct Told {
    people: BTreeMap<UserId, Presence>,
    rooms: BTreeMap<RoomId, BTreeSet<UserId>>,
    counts: BTreeMap<RoomId, i64>,
}

impl Told {
    fn hear(&mut self, told: Option<Ambient>) {
        let Some(told) = told else { return };
        for shown in &told.people {
            let before = self.people.insert(shown.user_id, shown.presence);
            assert_ne!(before, Some(shown.presence), "nothing is told twice");
        }
        for moved in &told.rooms {
            let here = self.rooms.entry(moved.room_id()).or_default();
            assert!(moved.what.left.iter().all(|user_id| here.remove(user_id)));
            assert!(moved.what.joined.iter().all(|user_id| here.insert(*user_id)));
            assert_eq!(i64::try_from(here.len()), Ok(moved.what.online_count));
        }
        self.counts.extend(told.counts.iter().map(|it| (it.room_id, it.online_count)));
    }
}

proptest! {
    #[test]
    fn what_is_told_adds_up_to_what_is_so(ops in prop::collection::vec(op(), 1..200)) {
        let mut presences = Presences::default();
        let mut told = Told::default();
        let mut now = at(0);
        // The sockets, each with the rooms that it hears.
        let mut sockets: Vec<(UserId, BTreeSet<RoomId>)> = Vec::new();
        let mut chosen: BTreeMap<UserId, Presence> = BTreeMap::new();
        for op in ops {
            match op {
                Op::Connect(user, room) => {
                    let (user, room) = (UserId(user), RoomId(room));
                    connect(&mut presences, user, room);
                    sockets.push((user, BTreeSet::from([room])));
                    chosen.entry(user).or_insert(Presence::Online);
                }
                Op::Disconnect(user, room) => {
                    let is_it = |it: &(UserId, BTreeSet<RoomId>)| {
                        it.0 == UserId(user) && (it.1.contains(&RoomId(room)) || it.1.is_empty())
                    };
                    if let Some(index) = sockets.iter().position(is_it) {
                        let (user, rooms) = sockets.remove(index);
                        rooms.iter().for_each(|room| presences.go(*room, user, true));
                        presences.release(user, now);
                    }
                }
                Op::Choose(user, presence) => {
                    let user = UserId(user);
                    presences.choose(user, presence, true);
                    if presences.is_here(user) {
                        chosen.insert(user, presence);
                    }
                }
                Op::Leave(user, room) => {
                    let (user, room) = (UserId(user), RoomId(room));
                    for (_, rooms) in sockets.iter_mut().filter(|it| it.0 == user) {
                        if rooms.remove(&room) {
                            presences.go(room, user, false);
                        }
                    }
                    presences.leave(user, |left| left == room);
                }
                Op::Wait(ms) => {
                    now = now.after(Duration::from_millis(ms));
                    told.hear(presences.tick(now));
                    chosen.retain(|user, _| presences.is_here(*user));
                }
            }
            for (user, rooms) in &sockets {
                prop_assert!(presences.is_here(*user));
                let shows = chosen[user] != Presence::Offline;
                prop_assert_eq!(presences.hides(*user), !shows);
                for room in rooms {
                    prop_assert!(presences.hears(*room, *user));
                    prop_assert!(presences.hearers(*room).any(|it| it == *user));
                    prop_assert_eq!(presences.online_in(*room).any(|it| it == *user), shows);
                }
            }
        }
        for _ in 0..3 {
            now = now.after(GRACE);
            told.hear(presences.tick(now));
        }
        let here: BTreeSet<_> = sockets.iter().map(|it| it.0).collect();
        prop_assert_eq!(presences.count(), here.len());
        let online: BTreeSet<_> =
            here.iter().copied().filter(|user| chosen[user] != Presence::Offline).collect();
        prop_assert_eq!(presences.online().collect::<BTreeSet<_>>(), online.clone());
        for (user, presence) in &told.people {
            let expected = here.contains(user).then(|| chosen[user]);
            prop_assert_eq!(*presence, expected.unwrap_or(Presence::Offline));
        }
        prop_assert!(online.iter().all(|user| told.people.contains_key(user)));
        for (room, known) in &told.rooms {
            let truth: BTreeSet<_> = presences.online_in(*room).collect();
            prop_assert_eq!(known, &truth);
            let counted = told.counts.get(room).copied().unwrap_or(0);
            prop_assert_eq!(Ok(counted), i64::try_from(truth.len()));
        }
    }
}

#[test]
fn az_8_az_16_another_node_hears_when_a_count_is_a_secret_and_when_it_is_none() {
    let (mut here, mut there) = (Presences::default(), Presences::default());
    here.share();
    connect(&mut here, ANN, ROOM);
    for is_public in [true, false, true] {
        here.describe(ROOM, is_public);
        let (told, _) = here.take_stirred();
        assert_eq!(told.len(), 1, "{is_public}");
        for attendance in told {
            there.put_afar(NodeId(7), attendance);
        }
        assert_eq!(there.rooms[&ROOM].is_public, is_public);
    }
    // The same again is no news.
    here.describe(ROOM, true);
    assert!(here.take_stirred().0.is_empty());
}
