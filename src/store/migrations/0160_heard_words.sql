-- Which bytes of a line's text are heard: the rest is quoted, forwarded, or said without consent.
-- null: all of it.
alter table message add column heard_first bigint;
alter table message add column heard_end bigint;
