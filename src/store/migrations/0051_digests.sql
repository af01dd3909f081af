-- What a person wants of alerts; what is null is as the configuration has it.
create table person_setting (
    person_id  text   primary key references person (id),
    -- The most interruptions a day.
    most_a_day bigint,
    -- Such as 20:00-08:00; none for no quiet hours.
    quiet_hours text
);

-- Alerts that wait to be told, together with others of the same person.
create table held_alert (
    alert_id  text    primary key references alert (id),
    person_id text    not null references person (id),
    -- Whether something is late; those come first.
    red       boolean not null,
    -- Since when it is late; the longest comes first.
    since     bigint  not null,
    raised_at bigint  not null,
    due_at    bigint  not null,
    -- gather (others may come within the minute), quiet (until the morning), limit (until the end
    -- of the working day).
    why       text    not null
);
create index held_alert_due on held_alert (due_at);
create index held_alert_person on held_alert (person_id, due_at);

-- How often a person was interrupted on a day, and when last.
create table interruption (
    person_id text   not null references person (id),
    -- Days since 1970-01-01 in China.
    day       bigint not null,
    times     bigint not null,
    last_at   bigint not null,
    primary key (person_id, day)
);
