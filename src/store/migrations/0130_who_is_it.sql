-- Who a contact is: what WeCom says of them, whose word it is, and what waits until it is known.

-- What WeCom said last of them: what they call themselves, and the companies that it names, as a
-- list in JSON.
alter table contact add column profile_name text not null default '';
alter table contact add column companies text not null default '[]';
-- When WeCom was last asked and answered; and when it was last asked at all.
alter table contact add column looked_up_at bigint;
alter table contact add column tried_at bigint;
-- Why they are no customer's: private, supplier or other; empty while they may be one's.
alter table contact add column outsider text not null default '';
-- Whose word it is that they belong where they belong: wecom, a person's id, or a token's name.
alter table contact add column told_by text not null default '';
alter table contact add column told_at bigint;
-- What they said while nobody knew who they are: how many lines, when, and where last.
alter table contact add column lines bigint not null default 0;
alter table contact add column first_said_at bigint;
alter table contact add column last_said_at bigint;
alter table contact add column last_chat_id text references chat (id);

update contact set
    lines = (select count(*) from chat join message on message.chat_id = chat.id
              where chat.contact_id = contact.id and message.speaker = 'customer'),
    first_said_at = (select min(message.sent_at) from chat join message on message.chat_id = chat.id
              where chat.contact_id = contact.id and message.speaker = 'customer'),
    last_said_at = (select max(message.sent_at) from chat join message on message.chat_id = chat.id
              where chat.contact_id = contact.id and message.speaker = 'customer'),
    last_chat_id = (select max(chat.id) from chat where chat.contact_id = contact.id)
 where customer_id is null;
create index contact_unknown on contact (last_said_at, id) where customer_id is null and outsider = '';
create index message_contact on message (contact_id) where contact_id is not null;

-- Asked of the rep, one question a contact: whose they are.
create table contact_question (
    id          text   primary key,
    contact_id  text   not null unique references contact (id),
    -- Where the words were said that made it worth asking.
    chat_id     text   not null references chat (id),
    -- Whom the card went to.
    person_id   text   not null references person (id),
    -- The customers on the newest card, in its order, as a list of ids.
    offered     text   not null,
    -- How many cards asked it; only the newest may answer.
    cards       bigint not null,
    -- When the newest was sent.
    asked_at    bigint not null,
    -- null while it is open.
    answered_at bigint,
    -- Since when the rep's next text is the new customer's name.
    wants_name  bigint
);
create index contact_question_name on contact_question (person_id) where wants_name is not null;

-- Contacts that an import made known, until what they said before is judged.
create table known_contact (
    contact_id text primary key references contact (id)
);

-- Said by somebody who turned out to be no customer's: it stays on record, and counts nowhere.
alter table signal add column off_board boolean not null default false;
create index signal_unknown on signal (chat_id, at) where customer_id is null;

-- Signals that the board has counted were changed: it has to be made again.
create table board_mark (
    id text primary key
);

-- Of whom in the chat the question is: groups have several people in them.
alter table deal_question add column contact_id text references contact (id);
