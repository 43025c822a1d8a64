-- Whether a table that is made anew needs no WAL here. Only where nothing was ever in it: to whoever
-- reads at an older moment, TRUNCATE takes away what was stored then.
select
  current_setting('wal_level') = 'minimal' and pg_relation_size('prodimport.products') = 0
  as is_spared
