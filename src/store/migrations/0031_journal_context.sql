-- What the engine was told of the deal beside the event, so that a replay decides as the first time.
-- null in entries of earlier releases, whose hash doesn't cover it.
alter table journal add column context text;
