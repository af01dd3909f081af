-- How long deals stood in stages that they have left: a projection of the journal. Of deals from before,
-- `dingdan rebuild` makes what is missing.
create table stage_stay (
    opportunity_id text   not null references opportunity (id),
    stage          text   not null,
    entered_at     bigint not null,
    left_at        bigint not null,
    -- Who owns the deal now.
    rep_id         text   not null references person (id),
    primary key (opportunity_id, entered_at)
);
create index stage_stay_lasted on stage_stay (rep_id, left_at, stage, entered_at);
