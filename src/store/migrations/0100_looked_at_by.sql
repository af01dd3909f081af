-- The definitions that all open deals were looked at by: under others, what is due is reckoned anew.
create table looked_at_by (
    id          integer primary key check (id = 1),
    definitions text    not null
);
