-- Of a run that was let off, doesn't apply or ended with its deal, nothing waits to be looked at.
update run set spot_check = null
 where spot_check = 'wanted' and status in ('waived', 'not_applicable', 'ended');
