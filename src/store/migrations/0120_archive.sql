-- The chat archive (会话内容存档).

-- How far it was pulled. One row, 'archive'.
create table archive_cursor (
    id text primary key,
    -- The highest seq that is stored: a number of 64 bits without a sign, as text.
    seq text not null,
    -- The place of the last message in the inbox.
    last_place bigint not null,
    -- When a pull last came to an end without a failure.
    pulled_at bigint not null
);

-- Who agreed to be archived, by chat: with a member (folded userid), or in a group.
create table archive_consent (
    -- "member:" and the folded userid, or "room:" and its id.
    place text not null,
    -- The external_userid.
    contact text not null,
    agreed boolean not null,
    -- When they said so, as far as the platform tells.
    changed_at bigint not null,
    -- When we last heard it.
    checked_at bigint not null,
    primary key (place, contact)
);
create index archive_consent_checked on archive_consent (checked_at);

-- Messages that were taken back, also those that we have not opened yet.
create table archive_recall (
    -- The platform's id with the platform's name before it, as in message.
    platform_id text primary key,
    at bigint not null
);

-- Pictures, voice, videos and files of archived messages.
create table archive_media (
    -- The message, by the platform's id with the platform's name before it.
    platform_id text not null,
    -- Several in one message have each a place.
    place bigint not null,
    message_id text not null references message (id),
    -- The platform's word: image, voice, video, emotion, file or recording.
    kind text not null,
    -- Of files; else empty.
    name text not null,
    -- In bytes, as the platform says; 0 when it doesn't.
    length bigint not null,
    -- Hex, as the platform says; empty when it doesn't.
    md5sum text not null,
    sdkfileid text not null,
    -- What the next piece is asked by, and how much is here already.
    next_index text not null default '',
    received bigint not null default 0,
    pieces bigint not null default 0,
    -- Whether the last piece is here.
    is_whole boolean not null default false,
    -- The depot's digest, once it is whole.
    digest text,
    -- Why it will not come.
    lost text,
    primary key (platform_id, place)
);
create index archive_media_message on archive_media (message_id);

-- Pieces of what is being fetched; gone when it is whole.
create table archive_media_piece (
    platform_id text not null,
    place bigint not null,
    number bigint not null,
    bytes bytea not null,
    primary key (platform_id, place, number)
);
