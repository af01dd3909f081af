-- For services that run for years: what is done can be forgotten, and what is tried again knows
-- for how long.

-- How long it was tried: the time between tries, without the time in which nobody tried. It takes
-- the place of `first_tried_at`, which only older versions read.
alter table outbox add column tried_for bigint not null default 0;
-- When it was taken last.
alter table outbox add column taken_at bigint;
-- When it was taken for the first try whose outcome nobody knows.
alter table outbox add column unknown_since bigint;
create index outbox_sent on outbox (finished_at) where status = 'sent';

-- The app whose notices speak of this account, by its configured name: it may pull the messages.
alter table service_account add column app text;
-- The place in the inbox of the last line that was pulled: the next one stands behind it, whichever
-- replica pulls it and whatever its clock says.
alter table service_account add column last_place bigint not null default 0;

-- The delivery ledger as before, but without its bond to `outbox`: a line stays when the order that
-- led to it is forgotten.
create table delivery_ledger (
    id         text   primary key,
    outbox_id  text   not null,
    alert_id   text,
    channel    text   not null,
    -- Who was addressed; also what rate budgets are counted by.
    target     text   not null,
    at         bigint not null,
    -- sent, delivered (the platform said so later), refused, unknown.
    outcome    text   not null,
    why        text   not null default '',
    receipt    text   not null default '',
    -- Until then the platform asked to be left alone with this target.
    blocked_until bigint
);
insert into delivery_ledger (id, outbox_id, alert_id, channel, target, at, outcome, why, receipt, blocked_until)
    select id, outbox_id, alert_id, channel, target, at, outcome, why, receipt, blocked_until from delivery;
drop table delivery;
alter table delivery_ledger rename to delivery;
create index delivery_target on delivery (channel, target, at);
create index delivery_alert on delivery (alert_id);
create index delivery_outbox on delivery (outbox_id);
