-- Every process definition that was in use, as it was written: open runs finish under the version
-- they began with, after a restart and on another replica too.
create table process_version (
    version     text   primary key,
    text        text   not null,
    first_used  bigint not null
);
