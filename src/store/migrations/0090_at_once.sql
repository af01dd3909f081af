-- Whether neither quiet hours nor a limit of interruptions hold the alert.
alter table held_alert add column at_once boolean not null default false;
