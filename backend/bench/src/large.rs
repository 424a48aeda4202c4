//! A server on which a great deal has been said: a million messages in ten thousand rooms, one of them
//! with ten thousand members, and somebody who is in a thousand of them. Rows are put into the file while
//! nobody serves it, since saying it all would take an hour; the index of texts the server writes itself.

use std::{fs, path::Path, time::Duration};

use diesel::{
    Connection, RunQueryDsl, SqliteConnection,
    connection::SimpleConnection,
    sql_query,
    sql_types::{BigInt, Text},
};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::{Result, people::Person};

/// How many rooms there are, …
pub(crate) const ROOMS: i64 = 10_000;
/// … how many people, all of them in the first room, …
pub(crate) const PEOPLE: i64 = 10_000;
/// … and in how many rooms somebody is who is in many.
pub(crate) const ROOMS_OF_ONE: i64 = 1_000;
/// In how many rooms everybody else is, the first among them.
const ROOMS_OF_EACH: i64 = 10;
/// How many rows one statement writes.
const AT_ONCE: i64 = 1_000;
/// How long the index may take for all of it.
const INDEX_MAX: Duration = Duration::from_secs(600);

/// Words as people use them: the first ones often, the last ones hardly ever.
const WORDS: [&[&str]; 3] = [
    &[
        "the",
        "and",
        "that",
        "have",
        "with",
        "this",
        "from",
        "they",
        "would",
        "there",
        "what",
        "about",
        "which",
        "when",
        "people",
        "other",
        "deploy",
        "server",
        "review",
        "meeting",
        "tomorrow",
        "database",
        "release",
        "customer",
        "schedule",
        "invoice",
        "kubernetes",
        "quarterly",
        "documentation",
        "synchronisation",
        "hippopotamus",
        "zeitgeist",
    ],
    &[
        "это",
        "что",
        "как",
        "для",
        "или",
        "когда",
        "если",
        "только",
        "будет",
        "можно",
        "сегодня",
        "завтра",
        "сообщение",
        "сервер",
        "встреча",
        "документ",
        "проверка",
        "обновление",
        "заказчик",
        "расписание",
        "договор",
        "совещание",
        "производительность",
        "синхронизация",
        "бегемот",
        "достопримечательность",
    ],
    &[
        "我们",
        "你好",
        "今天",
        "明天",
        "会议",
        "服务器",
        "数据库",
        "更新",
        "客户",
        "文件",
        "测试",
        "开发",
        "发布",
        "项目",
        "时间",
        "问题",
        "谢谢",
        "部署",
        "文档",
        "季度报告",
        "性能",
        "同步",
        "河马",
        "名胜古迹",
    ],
];

/// A dice that falls the same way in every run.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `sides`.
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides.max(1)
    }

    /// One of so many, small ones far more often than large ones.
    fn skewed(&mut self, sides: usize) -> usize {
        let sides = u64::try_from(sides).unwrap_or(1);
        let below = self.roll(sides) + 1;
        usize::try_from(self.roll(below)).unwrap_or(0)
    }

    fn word(&mut self) -> &'static str {
        let language = if self.roll(2) == 0 { 0 } else { 1 + usize::from(self.roll(2) == 1) };
        let words = WORDS.get(language).copied().unwrap_or_default();
        words.get(self.skewed(words.len())).copied().unwrap_or("the")
    }

    /// A hundred bytes, more or less, with a number that is rare.
    fn text(&mut self) -> String {
        let mut text = String::with_capacity(120);
        while text.len() < 90 {
            text.push_str(self.word());
            text.push(' ');
        }
        text.push_str(&self.roll(1_000_000).to_string());
        text
    }

    /// What somebody looks for: a word, a part of one, a rare number, or what hardly anybody says.
    pub(crate) fn sought(&mut self) -> String {
        let word = self.word();
        let chars: Vec<char> = word.chars().collect();
        match self.roll(4) {
            0 => word.to_owned(),
            1 => {
                let from = usize::try_from(self.roll(2)).unwrap_or(0);
                chars.iter().skip(from).take(4).collect()
            }
            2 => format!("{word} {}", self.word()),
            _ => self.roll(1_000_000).to_string(),
        }
    }
}

/// Fills the file of a server that does not run. The first two of `people` have signed up: one will be in
/// many rooms, the other in a few.
pub(crate) fn fill(folder: &Path, messages: i64, many: i64, few: i64) -> Result<()> {
    let file = database(folder)?;
    let mut conn = SqliteConnection::establish(&file)?;
    conn.batch_execute(
        "pragma foreign_keys = off; pragma synchronous = off; pragma cache_size = -262144; begin",
    )?;
    sql_query(
        "with recursive n(i) as (values (1) union all select i + 1 from n where i < ?)
         insert into users (username, username_key, display_name, search_key, password_hash, created_at)
         select 'p' || i, 'p' || i, 'Person ' || i, 'person ' || i, '', 0 from n",
    )
    .bind::<BigInt, _>(PEOPLE)
    .execute(&mut conn)?;
    sql_query(
        "with recursive n(i) as (values (1) union all select i + 1 from n where i < ?)
         insert into rooms (id, kind, name, name_key, slug, created_at)
         select 1000 + i, 'group', 'Room ' || i, 'room ' || i, 'room-' || i, 0 from n",
    )
    .bind::<BigInt, _>(ROOMS)
    .execute(&mut conn)?;
    // Everybody is in the first room and in a few others; the two are in as many as they are to be.
    for (whose, rooms) in [
        ("(select id from users where username like 'p%' and created_at = 0)".to_owned(), 1),
        (format!("({many})"), ROOMS_OF_ONE),
        (format!("({few})"), ROOMS_OF_EACH),
    ] {
        sql_query(format!(
            "insert or ignore into members (room_id, user_id, joined_at)
             select rooms.id, users.id, 0 from users cross join rooms
             where users.id in {whose} and rooms.id between 1001 and 1000 + ?",
        ))
        .bind::<BigInt, _>(rooms)
        .execute(&mut conn)?;
    }
    sql_query(
        "insert or ignore into members (room_id, user_id, joined_at)
         with recursive n(i) as (values (1) union all select i + 1 from n where i < ?)
         select 1001 + (users.id * 7919 + n.i * 104729) % ?, users.id, 0 from users cross join n
         where users.username like 'p%' and users.created_at = 0",
    )
    .bind::<BigInt, _>(ROOMS_OF_EACH - 1)
    .bind::<BigInt, _>(ROOMS)
    .execute(&mut conn)?;
    say(&mut conn, messages)?;
    conn.batch_execute(
        "update rooms set
           head = coalesce((select max(seq) from messages where messages.room_id = rooms.id), 0),
           members_count = (select count(*) from members where members.room_id = rooms.id);
         commit; pragma wal_checkpoint(truncate)",
    )?;
    Ok(())
}

/// Says so much: half of it in the rooms of whoever is in many, some of that in those of whoever is in
/// few.
fn say(conn: &mut SqliteConnection, messages: i64) -> Result<()> {
    let (mut dice, mut heads) = (Dice::new(7), vec![0_i64; usize::try_from(ROOMS)? + 1]);
    let mut said = 0;
    while said < messages {
        let mut rows = Vec::new();
        for _ in 0..AT_ONCE.min(messages - said) {
            let among = if dice.roll(2) == 0 { ROOMS_OF_ONE } else { ROOMS };
            let room = 1 + dice.skewed(usize::try_from(among)?);
            let head = heads.get_mut(room).ok_or("no such room")?;
            *head += 1;
            let author = i64::try_from(dice.roll(u64::try_from(PEOPLE)?))?;
            rows.push(json!([1_000 + i64::try_from(room)?, *head, author, dice.text(), said]));
            said += 1;
        }
        sql_query(
            "insert into messages (room_id, seq, rev, kind, author_id, body, created_at)
             select value ->> 0, value ->> 1, value ->> 1, 'text',
               (select min(id) from users where username = 'p1') + (value ->> 2), value ->> 3,
               1700000000000000 + (value ->> 4) * 1000000
             from json_each(?)",
        )
        .bind::<Text, _>(serde_json::to_string(&rows)?)
        .execute(conn)?;
    }
    Ok(())
}

#[derive(diesel::QueryableByName)]
struct Standing {
    #[diesel(sql_type = BigInt)]
    left: i64,
}

/// Waits until the server has written its index of all of it.
pub(crate) async fn indexed(folder: &Path) -> Result<Duration> {
    let began = Instant::now();
    let file = database(folder)?;
    while began.elapsed() < INDEX_MAX {
        let mut conn = SqliteConnection::establish(&file)?;
        let standing: Standing = sql_query(
            "select (select max(id) from messages) - cast(coalesce(
               (select value from meta where key = 'search_mark'), '0') as bigint) as left",
        )
        .get_result(&mut conn)?;
        if standing.left == 0 {
            return Ok(began.elapsed());
        }
        drop(conn);
        sleep(Duration::from_millis(500)).await;
    }
    Err("the index was not written in time".into())
}

/// The file in which a server keeps everything.
pub(crate) fn database(folder: &Path) -> Result<String> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == "db" || it == "sqlite3" || it == "sqlite") {
            return Ok(path.to_string_lossy().into_owned());
        }
    }
    Err("the server keeps no file there".into())
}

/// Who somebody is.
pub(crate) async fn id_of(url: &str, person: &Person) -> Result<i64> {
    let me = reqwest::Client::new().get(url).bearer_auth(&person.token).send().await?;
    let me: Value = serde_json::from_str(&me.text().await?)?;
    Ok(me.get("id").and_then(Value::as_i64).ok_or("no id")?)
}
