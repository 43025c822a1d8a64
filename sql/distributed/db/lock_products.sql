-- Waits until no other load, purge or undo changes the catalogue; held until the transaction ends,
-- in which what the nodes hand to each other may be of any size: a catalogue is.
select
  pg_advisory_xact_lock(hashtext('prodimport.products'), 0),
  set_config('citus.max_intermediate_result_size', '-1', true)
