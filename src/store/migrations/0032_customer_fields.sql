-- Further columns of the customers' import, by their headers: a JSON object of texts.
alter table customer add column fields text not null default '{}';
