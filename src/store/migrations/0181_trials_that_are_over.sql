-- A rule on trial heard it, and then a person did: since when it is on trial no more.
alter table signal add column off_trial_at bigint;
-- Since when the board counts it among what is on trial, although it isn't any more.
alter table signal add column trial_counted_at bigint;
create index signal_off_trial on signal (off_trial_at) where off_trial_at is not null;
create index signal_trial_counted on signal (message_id) where trial_counted_at is not null;
