//! The form that all lists of administration have: a page, how many there are, and on which days.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::model::Timestamp;

/// How far a list is counted; one more means that there are more.
pub const TOTAL_MAX: i64 = 10_000;
/// How many dates come with a list at the most: the newest.
pub const DATES_MAX: i64 = 400;

/// One page of a list of administration.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdminList<T> {
    /// The page.
    pub items: Vec<T>,
    /// Pass it as `cursor` to get the page after; null on the last.
    pub next: Option<String>,
    /// How many there are on all pages; 10001 means more than 10,000. Null on pages after the first.
    pub total: Option<i64>,
    /// How many there are on each date, the newest first, at most 400 of them; null unless `dates`
    /// asks for it.
    pub dates: Option<Vec<DateCount>>,
}

/// How many things there are on one date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DateCount {
    /// The year, month or day in UTC: `2026`, `2026-11` or `2026-11-20`.
    pub date: String,
    /// How many.
    pub count: i64,
}

/// How finely dates are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Dates {
    /// By year.
    Year,
    /// By month.
    Month,
    /// By day.
    Day,
}

/// What every list takes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Paging {
    /// What to look for.
    pub search: Option<String>,
    /// Only what is from this moment or later.
    pub after: Option<Timestamp>,
    /// Only what is from before this moment.
    pub before: Option<Timestamp>,
    /// Whether to count dates.
    pub dates: Option<Dates>,
    /// How many at the most.
    pub limit: Option<i64>,
    /// Where the page before ended.
    pub cursor: Option<String>,
}

/// Declares which things of a kind to list: its own filters, and what every list takes.
macro_rules! which {
    (
        $(#[$doc:meta])* $name:ident,
        search: $search:literal, moment: $moment:literal, ordering: $ordering:ty,
        $($(#[$meta:meta])* $field:ident: $type:ty,)*
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, utoipa::IntoParams)]
        #[serde(deny_unknown_fields)]
        #[into_params(parameter_in = Query)]
        pub struct $name {
            #[doc = $search]
            #[param(max_length = 100)]
            pub search: Option<String>,
            $($(#[$meta])* pub $field: Option<$type>,)*
            #[doc = concat!("Only what ", $moment, " at this moment or later.")]
            pub after: Option<$crate::model::Timestamp>,
            #[doc = concat!("Only what ", $moment, " before this moment.")]
            pub before: Option<$crate::model::Timestamp>,
            #[doc = concat!("Also count how many ", $moment, " in each year, month or day (UTC).")]
            #[param(inline)]
            pub dates: Option<$crate::model::admin::list::Dates>,
            /// The order.
            #[serde(default)]
            #[param(inline)]
            pub ordering: $ordering,
            /// How many at the most.
            #[param(minimum = 1, maximum = 100, default = 50)]
            pub limit: Option<i64>,
            /// `next` of the page before.
            #[param(max_length = 4096)]
            pub cursor: Option<String>,
        }

        impl $name {
            /// What every list takes.
            pub fn paging(&self) -> $crate::model::admin::list::Paging {
                $crate::model::admin::list::Paging {
                    search: self.search.clone(),
                    after: self.after,
                    before: self.before,
                    dates: self.dates,
                    limit: self.limit,
                    cursor: self.cursor.clone(),
                }
            }
        }
    };
}
pub(super) use which;

/// Declares what a list may be ordered by; the first is what it is ordered by otherwise.
macro_rules! ordering {
    ($(#[$doc:meta])* $name:ident, $first:ident $first_name:tt, $($variant:ident $wire:tt,)*) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        pub enum $name {
            #[doc = concat!("`", $first_name, "`")]
            #[default]
            #[serde(rename = $first_name)]
            #[schema(rename = $first_name)]
            $first,
            $(
                #[doc = concat!("`", $wire, "`")]
                #[serde(rename = $wire)]
                #[schema(rename = $wire)]
                $variant,
            )*
        }
    };
}
pub(super) use ordering;
