-- In which session somebody looked: what a page shows later belongs to a view of the same session.
-- Derived from the session's cookie; nobody gets back to it.
alter table chat_view add column session text not null default '';

-- A script asks the same list again and again: one row for each hour, with the last time in it and
-- how often. Rows from before know no hour and stand for themselves.
alter table token_view add column hour bigint;
alter table token_view add column times bigint not null default 1;
create unique index token_view_hour
    on token_view (token, chat_id, place, hour, coalesce(message_id, ''));
