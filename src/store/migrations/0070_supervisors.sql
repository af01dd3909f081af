-- Whom a director answers for is asked with every page: those below them in the chain of supervisors.
create index person_by_supervisor on person (supervisor_id);
