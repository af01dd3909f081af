-- Which of a customer's open deals a chat is about: asked of the rep, one open question a chat.
create table deal_question (
    id               text   primary key,
    chat_id          text   not null references chat (id),
    -- Whom the card went to.
    person_id        text   not null references person (id),
    -- The deals that were open then, newest first, as a list of ids.
    offered          text   not null,
    -- How many cards asked it; only the newest may answer.
    cards            bigint not null,
    asked_at         bigint not null,
    -- Unanswered by then, the newest deal is taken.
    due_at           bigint not null,
    -- null while what was heard waits.
    settled_at       bigint,
    -- The deal that was told what had waited.
    went_to          text   references opportunity (id),
    -- The deal that the rep chose, in time or late.
    chosen           text   references opportunity (id),
    -- So long the chat is not asked about again.
    remembered_until bigint not null default 0
);
create unique index deal_question_open on deal_question (chat_id) where settled_at is null;
create index deal_question_chat on deal_question (chat_id, asked_at);
create index deal_question_due on deal_question (due_at) where settled_at is null;

-- What was heard and waits for the answer; gone as soon as a deal is told.
create table held_signal (
    question_id text   not null references deal_question (id),
    -- Of the message, in its chat.
    position    bigint not null,
    -- Which message led to it.
    cause       text   not null,
    -- The engine's events as JSON.
    events      text   not null,
    primary key (question_id, cause)
);
