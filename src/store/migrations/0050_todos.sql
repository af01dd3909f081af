-- To-dos that supervisors were given in DingTalk.
create table todo (
    -- Names it for ever; DingTalk's sourceId.
    key            text   primary key,
    opportunity_id text   not null references opportunity (id),
    -- The rule that made it.
    rule           text   not null,
    -- Who has to do it; null when nobody stands above the rep.
    person_id      text   references person (id),
    subject        text   not null,
    -- DingTalk's id of it, once it is there.
    task_id        text,
    created_at     bigint not null,
    done_at        bigint,
    -- ordered, open, done (ticked off in DingTalk), closed (by us), removed (in DingTalk), refused.
    status         text   not null,
    -- Why it was refused.
    why            text   not null default ''
);
create index todo_opportunity on todo (opportunity_id, created_at);
create index todo_task on todo (task_id);
