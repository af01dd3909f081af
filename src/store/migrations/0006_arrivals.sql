-- Rows of the inbox come in by the order of their arrival alone. To put each into the middle of an
-- index by lane cost a platform that waits as much as all the rest of storing it; now a row stands in
-- that index only once it has waited behind many.
alter table inbox add column in_lane boolean not null default false;
drop index inbox_waiting;
create index inbox_arrived on inbox (received_at, position) where done_at is null and failure is null and not in_lane;
create index inbox_in_lane on inbox (lane, received_at, position) where done_at is null and failure is null and in_lane;
