//! What things cost as the work grows tenfold, and tenfold again: sockets, rooms, members, history. The
//! exponent says how the cost of one thing follows the number of all: 0 not at all, 1 in step with it.
//!
//! Rows that there have to be are put into the file while nobody serves it; the texts among them are
//! taken to be in the search index already, so that writing it is not measured.

use std::{path::Path, time::Duration};

use diesel::{Connection, SqliteConnection, connection::SimpleConnection};
use tokio::{task::JoinSet, time::sleep};

use super::{
    Result,
    ask::Asker,
    crowd::{Crowd, GONE_AFTER, Pace},
    large, nanos,
    people::{self, Person},
    server::Server,
    socket::Socket,
    us, work,
};

/// How long each figure of a crowd is taken.
const SPAN: Duration = Duration::from_secs(4);
/// How often a thing is done whose processor time is read.
const TIMES: i64 = 1_000;
/// How many people write where rooms are many; every room has two of them.
const WRITERS: usize = 20;

/// All tables; `messages` is how long the longest history is.
pub(crate) async fn measure(binary: &Path, messages: i64) -> Result<()> {
    sockets(binary).await?;
    rooms(binary).await?;
    members(binary).await?;
    history(binary, messages).await
}

/// A line of a table, and the exponent from its first figure to its last.
fn line(what: &str, counts: &[i64], costs: &[u64]) {
    let cells: Vec<_> = costs.iter().map(|cost| format!("{:>11}", us(cost))).collect();
    let growth = |first: u64, last: u64| {
        let number = |it: u64| f64::from(u32::try_from(it).unwrap_or(u32::MAX));
        (number(last) / number(first)).ln()
    };
    let exponent = match (counts, costs) {
        ([few, .., many], [cheap, .., dear]) if *cheap > 0 => {
            let counts = growth(few.unsigned_abs(), many.unsigned_abs());
            format!("{:.2}", growth(*cheap, *dear) / counts)
        }
        _ => String::new(),
    };
    println!("{what:<36} {}  {exponent:>6}", cells.join(" "));
}

fn head(what: &str, counts: &[i64]) {
    let cells: Vec<_> = counts.iter().map(|count| format!("{count:>11}")).collect();
    println!("{what:<36} {}  exponent", cells.join(" "));
}

/// Does something so often, and says what one time has cost the server.
async fn each<F>(server: &Server, mut deed: F) -> Result<u64>
where
    F: AsyncFnMut(i64) -> Result<()>,
{
    let before = server.cpu()?;
    for number in 0..TIMES {
        deed(number).await?;
    }
    Ok(nanos(server.cpu()?.saturating_sub(before)) / TIMES.unsigned_abs())
}

async fn sockets(binary: &Path) -> Result<()> {
    let counts = [1_000, 2_000, 5_000, 10_000];
    let server = Server::start(binary).await?;
    let people = people::sign_up(&server, 500, 500, "scale").await?;
    let (mut deliveries, mut arrivals) = (Vec::new(), Vec::new());
    for count in counts {
        let some = people.get(..usize::try_from(count)? / 20).ok_or("too few people")?;
        let before = server.cpu()?;
        let mut crowd = Crowd::gather(&server, some).await?;
        arrivals.push(nanos(server.cpu()?.saturating_sub(before)) / crowd.len().max(1));
        let told = crowd.tell(&server, Pace::Closed, SPAN).await?;
        deliveries.push(nanos(told.cpu) / told.deliveries.max(1));
        drop(crowd);
        sleep(GONE_AFTER).await;
    }
    head("sockets in one room", &counts);
    line("CPU a delivery, four under way", &counts, &deliveries);
    line("CPU a connect and hello", &counts, &arrivals);
    server.stop().await
}

async fn rooms(binary: &Path) -> Result<()> {
    let counts = [10, 100, 1_000, 10_000];
    let (mut sends, mut hellos) = (Vec::new(), Vec::new());
    for count in counts {
        let mut server = Server::start(binary).await?;
        let people = people::sign_up(&server, WRITERS, WRITERS, "scale").await?;
        server.pause().await?;
        fill(
            server.folder(),
            &format!(
                "with recursive n(i) as (values (1) union all select i + 1 from n where i < {count})
                 insert into rooms (id, kind, name, name_key, slug, created_at)
                 select 1000 + i, 'group', 'Room ' || i, 'room ' || i, 'room-' || i, 0 from n;
                 insert into members (room_id, user_id, joined_at)
                 select rooms.id, users.id, 0 from rooms cross join users
                 where rooms.id > 1000 and users.id % {half} = rooms.id % {half};",
                half = WRITERS / 2
            ),
        )?;
        server.resume().await?;
        let mut sockets = Vec::new();
        for person in &people {
            sockets.push(Socket::connect(&server, person).await?);
        }
        let one = people.first().ok_or("nobody has signed up")?;
        hellos.push(each(&server, async |_| Socket::connect(&server, one).await.map(drop)).await?);
        sends.push(talk(&server, &people, sockets, count).await?);
        server.stop().await?;
    }
    head("rooms, two people online in each", &counts);
    line("CPU a message, 20 write at once", &counts, &sends);
    line("CPU a connect and hello", &counts, &hellos);
    Ok(())
}

/// Everybody writes in one of their rooms after the other.
async fn talk(server: &Server, people: &[Person], sockets: Vec<Socket>, rooms: i64) -> Result<u64> {
    let half = i64::try_from(WRITERS / 2)?;
    let first =
        large::id_of(&server.url("/api/profiles/me"), people.first().ok_or("nobody")?).await?;
    let before = server.cpu()?;
    let mut writing = JoinSet::new();
    for (number, mut socket) in (0_i64..).zip(sockets) {
        writing.spawn(async move {
            let own = (1_001..=1_000 + rooms).filter(|room| (room - first - number) % half == 0);
            let own: Vec<_> = own.collect();
            for (count, room) in (0..usize::try_from(TIMES)?).zip(own.iter().cycle()) {
                socket.say(&work::send(*room, count, &format!("scale-{number}"))).await?;
                while !work::is_reply(socket.hear().await?) {}
            }
            Result::Ok(())
        });
    }
    while let Some(done) = writing.join_next().await {
        done??;
    }
    let messages = TIMES * i64::try_from(WRITERS)?;
    Ok(nanos(server.cpu()?.saturating_sub(before)) / messages.unsigned_abs())
}

async fn members(binary: &Path) -> Result<()> {
    let counts = [10, 100, 1_000, 10_000];
    let mut server = Server::start(binary).await?;
    let people = people::sign_up(&server, 1, 1, "scale").await?;
    let one = people.first().ok_or("nobody has signed up")?;
    server.pause().await?;
    let mut rows = String::from(
        "with recursive n(i) as (values (1) union all select i + 1 from n where i < 10000)
         insert into users (username, username_key, display_name, search_key, password_hash, created_at)
         select 'p' || i, 'p' || i, 'Person ' || i, 'person ' || i, '', 0 from n;",
    );
    for (room, count) in (1_001..).zip(counts) {
        rows.push_str(&format!(
            "insert into rooms (id, kind, name, name_key, slug, created_at)
             values ({room}, 'group', 'Room {room}', 'room {room}', 'room-{room}', 0);
             insert into members (room_id, user_id, joined_at)
             select {room}, id, 0 from users where username like 'p%' and created_at = 0 limit {count};",
        ));
    }
    fill(server.folder(), &rows)?;
    server.resume().await?;
    let mut asker = Asker::connect(server.address, &one.token).await?;
    let (mut joins, mut sends, mut lists) = (Vec::new(), Vec::new(), Vec::new());
    for (room, _) in (1_001..).zip(counts) {
        let path = format!("/api/rooms/{room}");
        joins.push(
            each(&server, async |_| {
                asker.post(&format!("{path}/join"), None).await?;
                asker.post(&format!("{path}/leave"), None).await.map(drop)
            })
            .await?,
        );
        asker.post(&format!("{path}/join"), None).await?;
        sends.push(each(&server, async |number| say(&mut asker, room, number).await).await?);
        let list = format!("{path}/members?limit=50");
        lists.push(each(&server, async |_| asker.get(&list).await.map(drop)).await?);
    }
    head("members of a room", &counts);
    line("CPU a join and a leave, by REST", &counts, &joins);
    line("CPU a send, by REST", &counts, &sends);
    line("CPU a page of 50 members", &counts, &lists);
    server.stop().await
}

async fn history(binary: &Path, messages: i64) -> Result<()> {
    let counts: Vec<i64> =
        [10_000, 100_000, 1_000_000, 10_000_000].into_iter().filter(|it| *it <= messages).collect();
    let (mut pages, mut sends, mut changes) = (Vec::new(), Vec::new(), Vec::new());
    for count in &counts {
        let mut server = Server::start(binary).await?;
        let people = people::sign_up(&server, 1, 1, "scale").await?;
        let one = people.first().ok_or("nobody has signed up")?;
        let me = large::id_of(&server.url("/api/profiles/me"), one).await?;
        server.pause().await?;
        let text = "One hundred bytes of text, as people write them to each other all day long: short, dense, plain.";
        fill(
            server.folder(),
            &format!(
                "insert into rooms (id, kind, name, name_key, slug, created_at)
                 values (1001, 'group', 'Room', 'room', 'room-1001', 0);
                 insert into members (room_id, user_id, joined_at) values (1001, {me}, 0);
                 with recursive n(i) as (values (1) union all select i + 1 from n where i < {count})
                 insert into messages (room_id, seq, rev, kind, author_id, body, created_at)
                 select 1001, i, i, 'text', {me}, '{text}', 1700000000000000 + i from n;"
            ),
        )?;
        server.resume().await?;
        let mut asker = Asker::connect(server.address, &one.token).await?;
        let mut dice = large::Dice::new(3);
        let sides = count.unsigned_abs();
        let mut anywhere = || dice.roll(sides) + 1;
        pages.push(
            each(&server, async |_| {
                let path = format!("/api/rooms/1001/messages?before={}", anywhere());
                asker.get(&path).await.map(drop)
            })
            .await?,
        );
        changes.push(
            each(&server, async |_| {
                let path = format!("/api/rooms/1001/changes?after={}&limit=50", anywhere());
                asker.get(&path).await.map(drop)
            })
            .await?,
        );
        sends.push(each(&server, async |number| say(&mut asker, 1_001, number).await).await?);
        server.stop().await?;
    }
    head("messages in a room", &counts);
    line("CPU a page of 50 anywhere in it", &counts, &pages);
    line("CPU 50 changes after any number", &counts, &changes);
    line("CPU a send, by REST", &counts, &sends);
    Ok(())
}

async fn say(asker: &mut Asker, room: i64, number: i64) -> Result<()> {
    let body = format!(r#"{{"body":"to a room","nonce":"{room}-{number}"}}"#);
    asker.post(&format!("/api/rooms/{room}/messages"), Some(&body)).await.map(drop)
}

/// Puts rows into the file of a server that does not run, and counts what it counts.
pub(crate) fn fill(folder: &Path, rows: &str) -> Result<()> {
    let mut conn = SqliteConnection::establish(&large::database(folder)?)?;
    conn.batch_execute(&format!(
        "pragma foreign_keys = off; pragma synchronous = off; begin; {rows}
         update rooms set
           head = coalesce((select max(seq) from messages where messages.room_id = rooms.id), 0),
           members_count = (select count(*) from members where members.room_id = rooms.id);
         insert or replace into meta (key, value)
           select 'search_mark', cast(coalesce(max(id), 0) as text) from messages;
         commit; pragma wal_checkpoint(truncate)"
    ))?;
    Ok(())
}
