-- Where the words were shown: chat, board or alerts.
alter table chat_view add column place text not null default 'chat';

-- What a script read through the API. A token is no person, so it is kept by the token's name.
create table token_view (
    id         text   primary key,
    token      text   not null,
    chat_id    text   not null references chat (id),
    message_id text,
    at         bigint not null,
    address    text   not null,
    -- The list it came in: messages, signals or alerts.
    place      text   not null
);
create index token_view_chat on token_view (chat_id, at);

-- What they who gave the last answer were called then.
alter table run add column done_by text;
