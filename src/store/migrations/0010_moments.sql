-- The next moment at which each deal has to be looked at: computed from its state after each event.
-- Replaces `deadline`, which had a row for each moment and could disagree with the state.
create table moment (
    opportunity_id text   primary key references opportunity (id),
    due_at         bigint not null,
    -- How often it was pushed back since the deal could not be ticked.
    tries          bigint not null default 0
);
create index moment_due on moment (due_at);
insert into moment (opportunity_id, due_at) select opportunity_id, min(due_at) from deadline group by opportunity_id;
