//! Every row of the matrix × everybody × everything it may name.

use super::{
    people::{Asker, Fate},
    rows::{About, Named, ROWS, Row},
    rules,
    world::{MESSAGES, MISSING, ROOMS, World},
};

/// One question, and what must be answered.
pub(super) struct Cell<'a> {
    pub(super) row: &'static Row,
    pub(super) asker: &'a Asker,
    pub(super) named: Named,
    /// The id that is not a room's, a message's or a person's.
    pub(super) thing: i64,
    /// What it names, in a word.
    pub(super) object: String,
    /// Every answer that will do.
    pub(super) expected: Vec<&'static str>,
}

const PERSONS: [&str; 5] = ["self", "plain", "inactive", "deleted", "missing"];
const SUBJECTS: [&str; 5] = ["plain", "of_staff", "superuser", "self", "missing"];

/// All cells; `need` says what scope the operation of a row takes.
pub(super) fn all<'a>(
    world: &mut World,
    askers: &'a [Asker],
    need: &dyn Fn(&str) -> &'static str,
) -> Vec<Cell<'a>> {
    let mut cells = Vec::new();
    for row in ROWS {
        for asker in askers {
            let from = cells.len();
            add(&mut cells, world, row, asker);
            // Before anything is looked at that it is about.
            let refusal = asker.refused(need(row.0));
            for (at, cell) in cells.iter_mut().enumerate().skip(from) {
                cell.named.unique = at;
                if let Some(code) = refusal {
                    cell.expected = vec![code];
                }
            }
        }
    }
    cells
}

fn add<'a>(cells: &mut Vec<Cell<'a>>, world: &mut World, row: &'static Row, asker: &'a Asker) {
    let others = world.others;
    let mut cell = |object: String, kind, room, message, user, thing, verdict: &'static str| {
        let expected = if verdict == "ok" { row.2.to_vec() } else { vec![verdict] };
        let token = asker.token.clone();
        let named = Named { others, room, kind, message, user, unique: 0, token };
        cells.push(Cell { row, asker, named, thing, object, expected });
    };
    let letter = |letters: &str, at: usize| match letters.as_bytes()[at] {
        b'.' => "ok",
        b'4' => "not_found",
        b'f' => "forbidden",
        other => panic!("{other}"),
    };
    match row.1 {
        About::Nothing => cell(String::new(), "", 0, 0, 0, 1, "ok"),
        About::Room(deeds) => {
            for kind in ROOMS {
                let (room, message) = world.room(asker, kind, "theirs");
                let verdicts = deeds.iter().map(|deed| rules::room(asker.part, kind, deed));
                let mut verdict = verdicts.reduce(|all, next| if all == "ok" { next } else { all });
                if row.0 == "get_room_by_slug" && kind == "direct" {
                    // It has none.
                    verdict = Some("not_found");
                }
                let user = match row.0 {
                    "put_member" if deeds.len() == 1 => others.outsider,
                    _ => others.guest,
                };
                cell(kind.into(), kind, room, message, user, 0, verdict.unwrap());
            }
        }
        About::Message(deed) => {
            for kind in ROOMS {
                let whose = if ROOMS[4..].contains(&kind) { &["tombstone"][..] } else { &MESSAGES };
                for whose in whose {
                    let (room, message) = world.room(asker, kind, whose);
                    let verdict = rules::message(asker.part, kind, whose, deed);
                    let object = format!("{whose} in {kind}");
                    cell(object, kind, room, message, 0, 0, verdict);
                }
            }
        }
        About::Person(letters) => {
            for (at, kind) in PERSONS.iter().enumerate() {
                let user = match *kind {
                    "self" => asker.id,
                    "missing" => MISSING,
                    kind => world.user(kind),
                };
                cell((*kind).into(), "", 0, 0, user, 0, letter(letters, at));
            }
        }
        About::Server => {
            let verdict = if asker.admin == Some("superuser") { "ok" } else { "forbidden" };
            cell("the server".into(), "", 0, 0, 0, 0, verdict);
        }
        About::Belonging(which) => {
            let mine = asker.belongings[which].get(asker.scopes.map_or(0, |_| 1)).copied();
            cell("own".into(), "", 0, 0, 0, mine.unwrap_or(MISSING), "ok");
            let theirs = if which == 0 { world.session("plain") } else { world.token("plain") };
            cell("another's".into(), "", 0, 0, 0, theirs, "not_found");
            cell("missing".into(), "", 0, 0, 0, MISSING, "not_found");
        }
        About::Account(deed) => {
            for whose in SUBJECTS {
                let user = match whose {
                    // Who ends their own sessions asks nothing more.
                    "self" if deed == "sign_out" => continue,
                    "self" => asker.id,
                    "missing" => MISSING,
                    kind => world.user(kind),
                };
                let verdict = rules::account(asker.admin.unwrap_or("staff"), whose, deed);
                cell(whose.into(), "", 0, 0, user, 0, verdict);
            }
        }
        About::Administered(letters) => {
            for kind in ROOMS {
                let (room, message) = world.room(asker, kind, "theirs");
                let verdict = match kind {
                    "direct" => letter(letters, 1),
                    "deleted" | "missing" => letter(letters, 2),
                    _ => letter(letters, 0),
                };
                let new = row.0 == "admin_put_membership";
                let fellow = if kind == "direct" { others.host } else { others.guest };
                let user = if new { others.outsider } else { fellow };
                cell(kind.into(), kind, room, message, user, 0, verdict);
            }
        }
        About::SignIn(deed) => {
            for whose in ["plain", "of_staff", "superuser", "missing"] {
                let thing = match whose {
                    "missing" => MISSING,
                    kind if row.0.ends_with("session") => world.session(kind),
                    kind => world.token(kind),
                };
                let verdict = rules::account(asker.admin.unwrap_or("staff"), whose, deed);
                cell(whose.into(), "", 0, 0, 0, thing, verdict);
            }
        }
    }
}

impl Cell<'_> {
    /// How a failure names it.
    pub(super) fn name(&self) -> String {
        format!("{} as {} of {:?}", self.row.0, self.asker.name, self.object)
    }

    pub(super) fn is_allowed(&self) -> bool {
        self.expected == self.row.2
    }

    /// Whether somebody asks whom the gateway does not even greet.
    pub(super) fn is_shut_out(&self) -> bool {
        let reads = self.asker.scopes.is_none_or(|scopes| scopes.contains(&"read"));
        self.asker.fate != Fate::Fine || !reads
    }
}
