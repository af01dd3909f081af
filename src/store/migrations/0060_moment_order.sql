-- Deals are looked at in the order of their moments and, within one moment, of their ids. By the
-- moment alone, each look at ten thousand deals of one second sorted all of them.
create index moment_next on moment (due_at, opportunity_id);
drop index moment_due;
