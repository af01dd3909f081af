-- Who opened a file that a rep gave as an answer, and when. On record before it is handed out.
create table file_view (
    id        text   primary key,
    person_id text   not null references person (id),
    run_id    text   not null references run (id),
    -- Which file.
    sha256    text   not null,
    at        bigint not null,
    -- From where; empty when unknown.
    address   text   not null,
    -- In which session, derived from its cookie; nobody gets back to it.
    session   text   not null
);
create index file_view_run on file_view (run_id, at);
