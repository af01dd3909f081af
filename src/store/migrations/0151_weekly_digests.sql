-- Whom the week's objections were told, once each, whatever restarts or runs beside.
create table weekly_digest (
    -- The first day of the week that is told.
    period     text   not null,
    -- `person:ID` or `robot:NAME`.
    receiver   text   not null,
    -- `ordered`; `nothing` when the week had nothing to tell; `no way` when they can't be reached.
    outcome    text   not null,
    decided_at bigint not null,
    primary key (period, receiver)
);
