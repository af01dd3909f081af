-- What people say of signals: that one is a false alarm, or that one was missed.

-- Since when the signal means nothing any more; null while it does. The board counts it no more.
alter table signal add column dismissed_at bigint;
-- Why: the correction's id, or 'burst' when the customer went on to say otherwise within seconds.
alter table signal add column dismissed_by text not null default '';
create index signal_dismissed on signal (dismissed_at) where dismissed_at is not null;

-- Each correction stays, whatever becomes of it: together with its message it is a labelled line.
create table signal_correction (
    id          text   primary key,
    message_id  text   not null references message (id),
    chat_id     text   not null references chat (id),
    label       text   not null,
    -- false_alarm: the line doesn't mean this. missed: it does, and nothing heard it.
    kind        text   not null,
    -- The words of what was missed, in the message's text.
    first_byte  bigint not null default 0,
    end_byte    bigint not null default 0,
    -- Who said it, and as what: a rep's word waits for a director's.
    person_id   text   not null references person (id),
    role        text   not null,
    -- Where: page, card or api.
    origin      text   not null,
    said_at     bigint not null,
    -- pending, confirmed, refused; replaced by a later one that says the opposite.
    state       text   not null,
    decided_by  text   references person (id),
    decided_at  bigint
);
create index signal_correction_message on signal_correction (message_id, label);
create index signal_correction_chat on signal_correction (chat_id, said_at);
create index signal_correction_at on signal_correction (said_at, id);
