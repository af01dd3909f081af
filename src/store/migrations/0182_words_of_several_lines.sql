-- The words that were heard and all that was said with them, where they stand in several lines; empty
-- where the message's own text says it. For deals that are told later.
alter table signal add column words text not null default '';
alter table signal add column quote text not null default '';
