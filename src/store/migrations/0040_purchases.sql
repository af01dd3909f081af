-- What customers bought before, as import brings it: what parts lists are compared with. `folded` is
-- the model's code without case, width and separators. Two lines of one day and model are one row.
create table purchase (
    customer_id  text   not null references customer (id),
    folded       text   not null,
    bought_at    bigint not null,
    model        text   not null,
    quantity     bigint not null,
    primary key (customer_id, folded, bought_at)
);
