-- What reps are reminded of when work goes on again.
create table held_reminder (
    -- Names the effect for ever: it is ordered once.
    order_key      text   primary key,
    opportunity_id text   not null references opportunity (id),
    -- Null when the deal itself is meant.
    run_id         text,
    words          text   not null,
    raised_at      bigint not null,
    due_at         bigint not null
);
create index held_reminder_due on held_reminder (due_at);
create index held_reminder_deal on held_reminder (opportunity_id);
