-- The hash of the deal's last journal entry: a journal that was cut off at its end is a whole chain
-- by itself, and only its deal can tell. Empty while nothing has happened.
alter table opportunity add column journal_end text not null default '';
update opportunity set journal_end = coalesce(
    (select hash from journal where opportunity_id = opportunity.id order by position desc limit 1), '');
