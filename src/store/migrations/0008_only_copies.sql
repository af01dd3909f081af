-- A row of the inbox that was worked on is kept for one of two reasons: its key fences off repeats
-- for a while, or no other table holds what it says. The latter are not forgotten with the former.
alter table inbox add column is_only_copy boolean not null default false;
update inbox set is_only_copy = true
 where done_at is not null and (
    (source = 'wecom' and lane not like 'kf:%' and lane not like 'sealed:%')
    or (source = 'kf' and not exists (select 1 from message where message.platform_id = inbox.key)));
drop index inbox_done;
create index inbox_done on inbox (done_at) where done_at is not null and not is_only_copy;
