-- One text for SQLite and Postgres: TEXT ids, BIGINT milliseconds UTC, JSON as TEXT.
-- Migrations only grow while old code runs: expand, move, contract later.

-- What came in and when it was worked on. A row is committed before the platform has its answer.
-- `key` is the platform's own identity of the message, so a repeat finds its row taken.
create table inbox (
    key          text   primary key,
    -- Where it came from: wecom (an app's callback), kf (a pulled 微信客服 message).
    source       text   not null,
    -- The app by its configured name, or the service account.
    account      text   not null,
    -- What has to stay in order among itself.
    lane         text   not null,
    received_at  bigint not null,
    -- Orders rows that arrived in the same millisecond.
    position     bigint not null,
    payload      text   not null,
    attempts     bigint not null default 0,
    due_at       bigint not null default 0,
    leased_until bigint not null default 0,
    lease        text,
    done_at      bigint,
    -- Why it was set aside, in words without content.
    failure      text,
    -- True once it has waited behind so many that it was put in its lane.
    in_lane      boolean not null default false
);
create index inbox_arrived on inbox (received_at, position) where done_at is null and failure is null and not in_lane;
create index inbox_in_lane on inbox (lane, received_at, position) where done_at is null and failure is null and in_lane;
create index inbox_set_aside on inbox (received_at, position) where done_at is null and failure is not null;
create index inbox_done on inbox (done_at) where done_at is not null;

-- Reps, directors, administrators. WeCom userids are stored as received and compared folded.
create table person (
    id                text primary key,
    name              text not null,
    role              text not null,
    region            text not null,
    supervisor_id     text references person (id),
    wecom_userid      text not null default '',
    wecom_folded      text unique,
    dingtalk_userid   text unique,
    dingtalk_unionid  text unique,
    mobile            text unique
);
create index person_region on person (region, role);

-- Companies.
create table customer (
    id       text primary key,
    name     text not null,
    industry text not null default '',
    region   text not null default ''
);

-- A customer's people, by the platform's name for them.
create table contact (
    id          text primary key,
    customer_id text references customer (id),
    name        text not null default ''
);
create index contact_customer on contact (customer_id);

-- Deals. `state` is the fold of the deal's journal, guarded by `version`.
create table opportunity (
    id           text   primary key,
    customer_id  text   not null references customer (id),
    rep_id       text   not null references person (id),
    name         text   not null,
    stage        text   not null,
    -- The stage it began in: where the journal's fold begins.
    first_stage  text   not null,
    opened_at    bigint not null,
    -- null while the deal is open.
    closed_at    bigint,
    version      bigint not null default 0,
    state        text   not null default '{}'
);
create index opportunity_customer on opportunity (customer_id, opened_at);
create index opportunity_rep on opportunity (rep_id, opened_at);

-- 微信客服 accounts: which rep serves it, and how far its messages were pulled.
create table service_account (
    id     text primary key,
    rep_id text references person (id),
    cursor text not null default ''
);

-- Chats: between one contact and one service account.
create table chat (
    id          text   primary key,
    account     text   not null,
    contact_id  text   not null references contact (id),
    rep_id      text   references person (id),
    opened_at   bigint not null
);
create index chat_contact on chat (contact_id);
create index chat_rep on chat (rep_id);

-- Chat lines as the platform delivered them. Never changed, but for the mark that they were recalled.
create table message (
    id           text   primary key,
    platform_id  text   not null unique,
    chat_id      text   not null references chat (id),
    speaker      text   not null,
    sender       text   not null,
    sent_at      bigint not null,
    -- Orders lines that were sent in the same second.
    position     bigint not null,
    received_at  bigint not null,
    kind         text   not null,
    text         text   not null,
    payload      text   not null,
    recalled_at  bigint
);
create index message_chat on message (chat_id, sent_at, position);
create index message_sent on message (sent_at, position);

-- What the messages meant. Names of the rep, customer and region as they were then.
create table signal (
    id           text   primary key,
    message_id   text   not null references message (id),
    label        text   not null,
    first_byte   bigint not null,
    end_byte     bigint not null,
    rule         text   not null,
    dictionaries text   not null,
    at           bigint not null,
    chat_id      text   not null,
    region       text   not null default '',
    rep_id       text,
    customer_id  text,
    -- null until the board has counted it.
    counted_at   bigint,
    unique (message_id, label, first_byte)
);
create index signal_at on signal (at, id);
create index signal_region on signal (region, at, id);
create index signal_rep on signal (rep_id, at, id);
create index signal_chat on signal (chat_id, at);
create index signal_uncounted on signal (at) where counted_at is null;

-- The record: every accepted event of a deal, in a hash chain, append-only.
create table journal (
    opportunity_id text   not null references opportunity (id),
    position       bigint not null,
    at             bigint not null,
    event          text   not null,
    effects        text   not null,
    -- Which message, click or tick led to it.
    cause          text   not null,
    process        text   not null,
    previous_hash  text   not null,
    hash           text   not null,
    primary key (opportunity_id, position)
);

-- Runs as lists show them: a projection of the deals' states.
create table run (
    id             text   primary key,
    opportunity_id text   not null references opportunity (id),
    node           text   not null,
    title          text   not null,
    status         text   not null,
    opened_at      bigint not null,
    due_at         bigint not null,
    done_at        bigint,
    late           boolean not null,
    answers        text   not null
);
create index run_opportunity on run (opportunity_id, opened_at);
create index run_opened on run (opened_at, id);
create index run_due on run (due_at, status);

-- The next moments at which a deal has to be looked at.
create table deadline (
    run_id         text   not null,
    name           text   not null,
    opportunity_id text   not null references opportunity (id),
    due_at         bigint not null,
    -- How often it was pushed back since it could not be fired.
    tries          bigint not null default 0,
    primary key (run_id, name)
);
create index deadline_due on deadline (due_at);
create index deadline_opportunity on deadline (opportunity_id);

-- Questions asked in a chat whose answer is the rep's next text.
create table asking (
    run_id         text   not null,
    person_id      text   not null references person (id),
    opportunity_id text   not null references opportunity (id),
    question       text   not null,
    asked_at       bigint not null,
    primary key (run_id)
);
create index asking_person on asking (person_id, asked_at);

-- Cards that were sent, and the code that may turn them into their receipt, once.
create table card (
    task_id        text   primary key,
    run_id         text   not null,
    opportunity_id text   not null references opportunity (id),
    person_id      text   not null references person (id),
    created_at     bigint not null,
    response_code  text,
    response_until bigint
);
create index card_run on card (run_id);

-- Alerts: what a director is told, and whether they were.
create table alert (
    id             text   primary key,
    opportunity_id text   not null references opportunity (id),
    run_id         text   not null,
    reason         text   not null,
    person_id      text   references person (id),
    region         text   not null default '',
    body           text   not null,
    raised_at      bigint not null,
    -- queued, sent, refused or unknown.
    status         text   not null,
    channel        text,
    status_at      bigint not null,
    why            text   not null default ''
);
create index alert_raised on alert (raised_at, id);
create index alert_run on alert (run_id);

-- What has to go out. Taken by lease; `lease` fences results of a courier that was too slow.
create table outbox (
    id           text   primary key,
    -- Refuses a second order for the same thing.
    key          text   not null unique,
    destination  text   not null,
    lane         text   not null,
    payload      text   not null,
    created_at   bigint not null,
    due_at       bigint not null,
    attempts     bigint not null default 0,
    first_tried_at bigint,
    -- True from the moment a request may have left until its outcome is recorded.
    in_flight    boolean not null default false,
    -- How often an outcome stayed unknown.
    unknowns     bigint not null default 0,
    leased_until bigint not null default 0,
    lease        text,
    -- waiting, sent, dead.
    status       text   not null,
    finished_at  bigint,
    receipt      text,
    failure      text
);
create index outbox_waiting on outbox (due_at) where status = 'waiting';
create index outbox_lane on outbox (lane, created_at, id) where status = 'waiting';
create index outbox_dead on outbox (finished_at) where status = 'dead';

-- The delivery ledger: one row an attempt.
create table delivery (
    id         text   primary key,
    outbox_id  text   not null references outbox (id),
    alert_id   text,
    channel    text   not null,
    -- Who was addressed; also what rate budgets are counted by.
    target     text   not null,
    at         bigint not null,
    -- sent, refused, unknown.
    outcome    text   not null,
    why        text   not null default '',
    receipt    text   not null default '',
    -- Until then the platform asked to be left alone with this target.
    blocked_until bigint
);
create index delivery_target on delivery (channel, target, at);
create index delivery_alert on delivery (alert_id);
create index delivery_outbox on delivery (outbox_id);

-- Calls that count against a monthly quota.
create table quota_use (
    platform text   not null,
    month    text   not null,
    used     bigint not null,
    primary key (platform, month)
);

-- Who looked at which chat.
create table chat_view (
    id         text   primary key,
    person_id  text   not null references person (id),
    chat_id    text   not null references chat (id),
    message_id text,
    at         bigint not null,
    address    text   not null
);
create index chat_view_chat on chat_view (chat_id, at);
create index chat_view_person on chat_view (person_id, at);

-- Sessions by the hash of their cookie.
create table session (
    token_hash text   primary key,
    person_id  text   not null references person (id),
    created_at bigint not null,
    seen_at    bigint not null
);
create index session_created on session (created_at);

-- Logins under way, bound to the browser by the hash of a cookie.
create table login_attempt (
    state_hash  text   primary key,
    browser     text   not null,
    return_path text   not null,
    created_at  bigint not null
);
create index login_attempt_created on login_attempt (created_at);
