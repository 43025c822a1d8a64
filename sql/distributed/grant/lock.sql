-- Lets one command at a time change who may do what; until the transaction ends, in which each node is
-- asked over one connection: or Citus would refuse to give the schema to another owner.
lock table prodimport.migrations in share row exclusive mode;
set local citus.multi_shard_modify_mode = 'sequential'
