-- Whether a person has to look at what was given, or has: wanted, approved. null where nobody has to.
alter table run add column spot_check text;
create index run_spot_check on run (opened_at, id) where spot_check = 'wanted';
