-- What a customer is found by when somebody names a company: its name in one spelling, and that
-- without places and legal forms; made by the program, from the name that folded_from repeats.
-- Where it repeats another name, or none, they are made anew at the next start.
alter table customer add column folded text not null default '';
alter table customer add column core text not null default '';
alter table customer add column folded_from text;
create index customer_folded on customer (folded);
create index customer_core on customer (core);
create index customer_core_head on customer (substr(core, 1, 2));
create index customer_to_fold on customer (id) where coalesce(folded_from, '') <> name;
