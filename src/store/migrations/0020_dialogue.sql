-- One question at a time is said to a rep; the others wait, the oldest first. A row without
-- `said_at` waits, and `words` is what will be said, under the order's key.
alter table asking add column said_at bigint;
alter table asking add column words text not null default '';
alter table asking add column order_key text not null default '';
update asking set said_at = asked_at;

-- The runs as a rep was last told them, numbered from 1, so that 继续 2 means what they saw.
create table told_list (
    person_id text   primary key references person (id),
    -- Run ids, as a list in JSON.
    runs      text   not null,
    told_at   bigint not null
);

-- Voice messages, pictures and places of which a rep has to say what they answer, the oldest first.
create table held_media (
    -- The inbox row's key.
    key        text   primary key,
    person_id  text   not null references person (id),
    -- What was sent, and the questions that take it, as JSON.
    media      text   not null,
    candidates text   not null,
    held_at    bigint not null
);
create index held_media_person on held_media (person_id, held_at);
