-- The product that the words are about; empty when none is known.
alter table signal add column product text not null default '';
create index signal_product on signal (product, at, id) where product <> '';
-- The way from a customer's figure to its messages.
create index signal_customer on signal (customer_id, at, id);
