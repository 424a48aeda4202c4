with
-- What is to be stored, in order.
draft as materialized (
    select * from unnest($1, $2, $3, $4, $5, $6, $7) with ordinality
        as draft (room_id, author_id, body, nonce, reply_to_id, grams_from, grams_to, place)
),
-- The rooms to which members write, locked in the order of their ids and as they are then, however long
-- that took. Whatever must not be older than a room's lock is locked after it, which shows its newest
-- state as well.
locked as materialized (
    select id, kind, staff_only, invite_only, head
    from rooms
    where id = any ($1) and exists (
        select from draft join members using (room_id)
        where draft.room_id = rooms.id and members.user_id = draft.author_id
    )
    order by id
    for no key update
),
-- Other rooms are only looked at: a lock is written to the disk, and whoever is refused must not tell by
-- the time of that a room that is there from one that is not (SECURITY, AZ-1).
room as materialized (
    select * from locked
    union all
    select id, kind, staff_only, invite_only, head
    from rooms
    where id = any ($1) and id not in (select id from locked)
),
sender as materialized (
    select
        room.id as room_id, users.id, users.username, users.display_name, users.avatar,
        users.is_staff, member.role,
        case
            when room.kind <> 'direct' then 'none'
            when exists (
                select from blocks where blocks.user_id = users.id and blocks.blocked_id in
                    (select user_id from members where members.room_id = room.id)
            ) then 'own'
            when exists (
                select from blocks where blocks.blocked_id = users.id and blocks.user_id in
                    (select user_id from members where members.room_id = room.id)
            ) then 'theirs'
            else 'none'
        end as barrier
    from (select distinct room_id, author_id from draft) as pair
    join room on room.id = pair.room_id
    join users on users.id = pair.author_id and users.is_active
    left join lateral (
        select role from members
        where members.room_id = room.id and members.user_id = pair.author_id
        for key share
    ) as member on true
),
seen as materialized (
    select
        draft.*, room.head, room.kind, room.staff_only, room.invite_only,
        sender.id as sender_id, sender.username, sender.display_name, sender.avatar,
        sender.is_staff, sender.role, sender.barrier,
        target.seq as target_seq, target.beginning, target.author as target_author,
        target.author_username, target.author_display_name, target.author_avatar,
        known.id as known_id,
        concat_ws(
            ' ', room.kind, room.staff_only, room.invite_only,
            sender.is_staff, coalesce(sender.role, 'none'), sender.barrier
        ) = any ($9)
        and (draft.reply_to_id is null or target.seq is not null)
        and locked.id is not null
        and known.id is null as is_fit
    from draft
    left join room on room.id = draft.room_id
    left join locked on locked.id = draft.room_id
    left join sender on sender.room_id = draft.room_id and sender.id = draft.author_id
    left join lateral (
        select
            messages.seq, coalesce(
                nullif(substr(messages.body, 1, 120), ''),
                -- Files are read as they were when the statement began; whether the message was deleted while
                -- this waited for it says its row.
                case when messages.deleted_at is null then (
                    select files.name from files where files.message_id = messages.id
                    order by position limit 1
                ) end
            ) as beginning, users.id as author,
            users.username as author_username, users.display_name as author_display_name,
            users.avatar as author_avatar
        from messages join users on users.id = messages.author_id
        where messages.id = draft.reply_to_id and messages.room_id = room.id
        for share of messages
    ) as target on true
    left join lateral (
        select messages.id from messages
        where messages.author_id = draft.author_id and messages.nonce = draft.nonce
        limit 1
    ) as known on true
),
-- Of several with the same nonce the first.
single as materialized (
    select *, row_number() over (partition by author_id, nonce order by place) as turn
    from seen where is_fit
),
accepted as materialized (
    select *, head + row_number() over (partition by room_id order by place) as seq
    from single where nonce is null or turn = 1
),
raised as (
    update rooms set head = newest.seq
    from (select room_id, max(seq) as seq from accepted group by room_id) as newest
    where rooms.id = newest.room_id
),
stored as (
    insert into messages
        (room_id, seq, rev, kind, author_id, body, reply_to_id, nonce, created_at)
    select room_id, seq, seq, 'text', author_id, body, reply_to_id, nonce, $12
    from accepted
    order by place
    returning id, room_id, seq
),
findable as (
    insert into message_search (message_id, room_id, grams)
    select stored.id, stored.room_id, ($8)[accepted.grams_from:accepted.grams_to]
    from stored join accepted using (room_id, seq)
),
mentioned as (
    insert into mentions (room_id, user_id, seq)
    select accepted.room_id, users.id, accepted.seq
    from unnest($10, $11) as mention (place, name)
    join accepted using (place)
    join users on users.username_key = mention.name and users.id <> accepted.author_id
    join members on members.room_id = accepted.room_id and members.user_id = users.id
)
select
    seen.kind, seen.staff_only, seen.invite_only,
    seen.sender_id, seen.username, seen.display_name, seen.avatar,
    seen.is_staff, seen.role, seen.barrier,
    seen.target_seq, seen.beginning,
    seen.target_author, seen.author_username, seen.author_display_name, seen.author_avatar,
    seen.known_id, stored.id, stored.seq
from seen
left join accepted using (place)
left join stored on stored.room_id = accepted.room_id and stored.seq = accepted.seq
order by place
