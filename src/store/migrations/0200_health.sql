-- Whose a run is: the rep who owns its deal now, so that figures over many runs needn't look at each
-- deal. Null of runs that an older release stored, until something happens to them or `dingdan
-- rebuild` is run.
alter table run add column rep_id text;
update run set rep_id = (select rep_id from opportunity where opportunity.id = run.opportunity_id);
-- What was due of a rep in some days, and how it stands, from the index alone.
create index run_tally on run (rep_id, due_at, node, status, late);
-- How long runs of a rep took.
create index run_lasted on run (rep_id, done_at, node, opened_at) where done_at is not null;
-- What a rep's deals came to.
create index opportunity_closed on opportunity (rep_id, closed_at, stage) where closed_at is not null;
