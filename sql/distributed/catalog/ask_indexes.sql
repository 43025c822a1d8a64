-- Has the planners of the nodes go through the index of a condition, whatever they know of the values;
-- see the plain one. Until the transaction ends.
set local citus.propagate_set_commands = 'local';
set local enable_seqscan = off
