-- Deals that were given to another rep, until that one is asked what is open.
create table handover (
    opportunity_id text primary key references opportunity (id),
    -- Who had it before.
    former_id      text not null references person (id)
);
