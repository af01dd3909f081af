-- How often the file could not be fetched for a reason that may be its own; after some it is lost.
alter table archive_media add column tries bigint not null default 0;
