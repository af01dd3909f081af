-- Chats of other kinds than 微信客服, and signals that say more of why they were heard.

-- kf (微信客服), single and group (the chat archive), bot (a group with an AI bot in it).
alter table chat add column kind text not null default 'kf';
-- A group's name; empty for chats of two.
alter table chat add column name text not null default '';

-- Who of the customer's people said the line. Empty for what reps say, and for older lines, which
-- were said by the chat's own contact.
alter table message add column contact_id text references contact (id);

-- The version of the learnt model that took part; empty when there was none.
alter table signal add column model text not null default '';
-- Why it was heard, for people: the strongest pieces of words, where the model heard it.
alter table signal add column why text not null default '';
-- Heard by a rule that is only being tried: the board shows it, no node opens and nobody is told.
alter table signal add column shadow boolean not null default false;
