-- When a run should be done: its light is yellow from then on, in lists too. Null of runs whose clock
-- doesn't run, and of runs from before until something happens to them or `dingdan rebuild` is run.
alter table run add column expected_at bigint;
