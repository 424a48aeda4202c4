//! Lists of anything: what to select, filters, an order, a page, how many there are and on which
//! dates. It knows no table.
//!
//! Statements are put together from constants of this folder; whatever comes from outside is bound.
//! A list costs one statement for the page and, on the first page, one or two for the counts,
//! however long the page is.

use diesel::{
    QueryableByName, RunQueryDsl,
    pg::Pg,
    prelude::QueryResult,
    sql_query,
    sql_types::{BigInt, Nullable, Text},
    sqlite::Sqlite,
};

use super::super::{
    conn::Conn,
    page::{Key, Page, Position, Wanted, anywhere, cut},
};
use crate::model::{
    Timestamp,
    admin::list::{DATES_MAX, DateCount, Dates, TOTAL_MAX},
};

/// What a list shows: constants that become part of its statements.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source {
    /// The columns of a row, each with a name.
    pub(super) columns: &'static str,
    /// The tables.
    pub(super) from: &'static str,
    /// What is true of everything that is listed.
    pub(super) always: &'static str,
    /// The column that says when it happened.
    pub(super) moment: &'static str,
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Order {
    /// The column of the key; an index has it, then `more`, then `id`.
    pub(super) key: &'static str,
    /// Whether the key is a text.
    pub(super) is_text: bool,
    /// Another key, a number, that settles ties of the first.
    pub(super) more: Option<&'static str>,
    /// What settles the ties that are left.
    pub(super) id: &'static str,
    /// The greatest first.
    pub(super) down: bool,
}

impl Order {
    /// By a text.
    pub(super) fn text(key: &'static str, id: &'static str, down: bool) -> Self {
        Self { key, is_text: true, more: None, id, down }
    }

    /// By a number.
    pub(super) fn number(key: &'static str, id: &'static str, down: bool) -> Self {
        Self { key, is_text: false, more: None, id, down }
    }
}

#[derive(Clone, Debug)]
enum Bind {
    Text(String),
    Number(i64),
}

/// A part of a statement, with a `?` for each value that is bound.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    text: String,
    binds: Vec<Bind>,
}

impl Part {
    fn add(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn bind(&mut self, bind: Bind) {
        self.binds.push(bind);
    }

    fn append(&mut self, other: &Self) {
        self.add(&other.text);
        self.binds.extend_from_slice(&other.binds);
    }
}

/// A list to be read.
#[derive(Clone, Debug)]
pub struct Query {
    source: Source,
    order: Order,
    filter: Part,
    dates: Option<Dates>,
}

impl Query {
    pub(super) fn new(source: Source, order: Order) -> Self {
        let filter = Part { text: source.always.to_owned(), binds: Vec::new() };
        Self { source, order, filter, dates: None }
    }

    /// Only what a condition without values is, or is not, true of.
    pub(super) fn flag(&mut self, condition: &str, wanted: Option<bool>) {
        if let Some(wanted) = wanted {
            let not = if wanted { "" } else { "not " };
            self.filter.add(&format!(" and {not}({condition})"));
        }
    }

    /// Only where a column has this number.
    pub(super) fn number(&mut self, column: &str, wanted: Option<i64>) {
        if let Some(wanted) = wanted {
            self.filter.add(&format!(" and {column} = ?"));
            self.filter.bind(Bind::Number(wanted));
        }
    }

    /// Only where a column has this text.
    pub(super) fn text(&mut self, column: &str, wanted: Option<&str>) {
        if let Some(wanted) = wanted {
            self.filter.add(&format!(" and {column} = ?"));
            self.filter.bind(Bind::Text(wanted.to_owned()));
        }
    }

    /// Only where one of these columns, which hold folded texts, has this in it.
    pub(super) fn search(&mut self, columns: &[&str], wanted: Option<&str>) {
        let Some(wanted) = wanted else { return };
        let one = |column: &&str| format!("{column} like ? escape '\\'");
        let any: Vec<String> = columns.iter().map(one).collect();
        self.filter.add(&format!(" and ({})", any.join(" or ")));
        for _ in columns {
            self.filter.bind(Bind::Text(anywhere(wanted)));
        }
    }

    /// Only what happened in this time, and whether to count dates.
    pub(super) fn when(
        &mut self,
        after: Option<Timestamp>,
        before: Option<Timestamp>,
        dates: Option<Dates>,
    ) {
        for (sign, moment) in [(">=", after), ("<", before)] {
            if let Some(moment) = moment {
                self.filter.add(&format!(" and {} {sign} ?", self.source.moment));
                self.filter.bind(Bind::Number(moment.0));
            }
        }
        self.dates = dates;
    }
}

/// The present moment for rows in which it plays no part.
pub(super) const TIMELESS: Timestamp = Timestamp(0);

/// A row of a list, and what it becomes.
pub trait Listed: QueryableByName<Sqlite> + QueryableByName<Pg> + 'static {
    /// What it becomes.
    type Item;
    /// Becomes it; `now` is the present moment.
    fn item(self, now: Timestamp) -> Self::Item;
}

/// A page of a list and its counts.
pub struct Listing<T> {
    /// The page.
    pub page: Page<T>,
    /// How many there are, counted to 10,001; only with the first page.
    pub total: Option<i64>,
    /// How many there are on each date, if that was asked for.
    pub dates: Option<Vec<DateCount>>,
}

#[derive(QueryableByName)]
struct Placed<R> {
    #[diesel(embed)]
    own: R,
    #[diesel(sql_type = Nullable<Text>)]
    order_text: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    order_number: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    order_more: Option<i64>,
    #[diesel(sql_type = BigInt)]
    order_id: i64,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct Dated {
    #[diesel(sql_type = Text)]
    date: String,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Reads a page, and with the first one how many there are.
pub fn read<R: Listed>(
    conn: &mut Conn,
    query: &Query,
    wanted: &Wanted,
    now: Timestamp,
) -> QueryResult<Listing<R::Item>> {
    let page = page::<R>(conn, query, wanted, now)?;
    let total = match &wanted.after {
        None => Some(total(conn, query)?),
        Some(_) => None,
    };
    let dates = query.dates.map(|by| dates(conn, query, by)).transpose()?;
    Ok(Listing { page, total, dates })
}

/// Reads the one row whose id, and second id, these are.
pub(super) fn find<R: Listed>(
    conn: &mut Conn,
    source: Source,
    ids: &[(&str, i64)],
    now: Timestamp,
) -> QueryResult<Option<R::Item>> {
    let Source { columns, from, always, .. } = source;
    let mut part = Part::default();
    part.add(&format!("select {columns} from {from} where {always}"));
    for (column, id) in ids {
        part.add(&format!(" and {column} = ?"));
        part.bind(Bind::Number(*id));
    }
    Ok(load::<R>(conn, &part)?.pop().map(|row| row.item(now)))
}

/// Reads the rows with these ids, in the order of ids.
pub(super) fn find_all<R: Listed>(
    conn: &mut Conn,
    source: Source,
    id: &str,
    ids: &[i64],
    down: bool,
    now: Timestamp,
) -> QueryResult<Vec<R::Item>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let Source { columns, from, always, .. } = source;
    let mut part = Part::default();
    let marks = vec!["?"; ids.len()].join(", ");
    let direction = if down { " desc" } else { "" };
    part.add(&format!(
        "select {columns} from {from} where {always} and {id} in ({marks})
         order by {id}{direction}"
    ));
    ids.iter().for_each(|id| part.bind(Bind::Number(*id)));
    Ok(load::<R>(conn, &part)?.into_iter().map(|row| row.item(now)).collect())
}

/// Counts what a condition is true of.
pub(super) fn count(conn: &mut Conn, from_where: &str, ids: &[i64]) -> QueryResult<i64> {
    let mut part = Part::default();
    part.add(&format!("select count(*) as count from {from_where}"));
    ids.iter().for_each(|id| part.bind(Bind::Number(*id)));
    Ok(load::<Count>(conn, &part)?.pop().map_or(0, |row| row.count))
}

fn page<R: Listed>(
    conn: &mut Conn,
    query: &Query,
    wanted: &Wanted,
    now: Timestamp,
) -> QueryResult<Page<R::Item>> {
    let Order { key, is_text, more, id, down } = query.order;
    let (text, number) =
        if is_text { (key, "cast(null as bigint)") } else { ("cast(null as text)", key) };
    let mut part = Part::default();
    part.add(&format!(
        "select {columns}, {text} as order_text, {number} as order_number,
         {second} as order_more, {id} as order_id from {from} where ",
        columns = query.source.columns,
        second = more.unwrap_or("cast(null as bigint)"),
        from = query.source.from,
    ));
    part.append(&query.filter);
    let keys: Vec<&str> = [Some(key), more, Some(id)].into_iter().flatten().collect();
    if let Some(after) = &wanted.after {
        let sign = if down { "<" } else { ">" };
        let marks = vec!["?"; keys.len()].join(", ");
        part.add(&format!(" and ({}) {sign} ({marks})", keys.join(", ")));
        for bind in binds_of(after, query.order) {
            part.bind(bind);
        }
    }
    let direction = if down { " desc" } else { "" };
    let order: Vec<String> = keys.iter().map(|key| format!("{key}{direction}")).collect();
    part.add(&format!(" order by {} limit ?", order.join(", ")));
    part.bind(Bind::Number(wanted.limit + 1));

    let mut rows = load::<Placed<R>>(conn, &part)?;
    let next = cut(&mut rows, wanted.limit, position_of);
    Ok(Page { items: rows.into_iter().map(|placed| placed.own.item(now)).collect(), next })
}

fn position_of<R>(placed: &Placed<R>) -> Position {
    let number = placed.order_number.unwrap_or_default();
    let key = match (&placed.order_text, placed.order_more) {
        (Some(text), _) => Key::Text(text.clone()),
        (None, Some(more)) => Key::Numbers(number, more),
        (None, None) => Key::Number(number),
    };
    Position { key, id: placed.order_id }
}

fn binds_of(after: &Position, order: Order) -> Vec<Bind> {
    let mut binds = Vec::new();
    if order.is_text {
        binds.push(Bind::Text(after.key.text().to_owned()));
    } else {
        binds.push(Bind::Number(after.key.number()));
    }
    if order.more.is_some() {
        binds.push(Bind::Number(after.key.second()));
    }
    binds.push(Bind::Number(after.id));
    binds
}

fn total(conn: &mut Conn, query: &Query) -> QueryResult<i64> {
    let mut part = Part::default();
    part.add(&format!(
        "select count(*) as count from (select 1 as one from {} where ",
        query.source.from
    ));
    part.append(&query.filter);
    part.add(" limit ?) as counted");
    part.bind(Bind::Number(TOTAL_MAX + 1));
    Ok(load::<Count>(conn, &part)?.pop().map_or(0, |row| row.count))
}

fn dates(conn: &mut Conn, query: &Query, by: Dates) -> QueryResult<Vec<DateCount>> {
    let moment = query.source.moment;
    let (sqlite, postgres) = match by {
        Dates::Year => ("%Y", "YYYY"),
        Dates::Month => ("%Y-%m", "YYYY-MM"),
        Dates::Day => ("%Y-%m-%d", "YYYY-MM-DD"),
    };
    let date = match conn {
        Conn::Sqlite(_) => format!("strftime('{sqlite}', {moment} / 1000000, 'unixepoch')"),
        Conn::Postgres(_) => {
            format!("to_char(to_timestamp({moment} / 1000000) at time zone 'UTC', '{postgres}')")
        }
    };
    let mut part = Part::default();
    part.add(&format!(
        "select {date} as date, count(*) as count from {} where ",
        query.source.from
    ));
    part.append(&query.filter);
    part.add(" group by 1 order by 1 desc limit ?");
    part.bind(Bind::Number(DATES_MAX));
    let dated = |Dated { date, count }| DateCount { date, count };
    Ok(load::<Dated>(conn, &part)?.into_iter().map(dated).collect())
}

fn load<R>(conn: &mut Conn, part: &Part) -> QueryResult<Vec<R>>
where
    R: QueryableByName<Sqlite> + QueryableByName<Pg> + 'static,
{
    match conn {
        Conn::Sqlite(conn) => {
            let mut query = sql_query(&part.text).into_boxed::<Sqlite>();
            for bind in &part.binds {
                query = match bind {
                    Bind::Text(text) => query.bind::<Text, _>(text),
                    Bind::Number(number) => query.bind::<BigInt, _>(number),
                };
            }
            query.load(conn)
        }
        Conn::Postgres(conn) => {
            let mut query = sql_query(numbered(&part.text)).into_boxed::<Pg>();
            for bind in &part.binds {
                query = match bind {
                    Bind::Text(text) => query.bind::<Text, _>(text),
                    Bind::Number(number) => query.bind::<BigInt, _>(number),
                };
            }
            query.load(conn)
        }
    }
}

/// Postgres wants a number behind each mark.
fn numbered(text: &str) -> String {
    let mut parts = text.split('?');
    let mut numbered = parts.next().unwrap_or_default().to_owned();
    for (at, part) in parts.enumerate() {
        numbered.push_str(&format!("${}{part}", at + 1));
    }
    numbered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_numbered_for_postgres() {
        assert_eq!(numbered("a = ? and (b, c) > (?, ?)"), "a = $1 and (b, c) > ($2, $3)");
        assert_eq!(numbered("nothing"), "nothing");
    }
}
