-- Takes the number of a new job, before its row can be seen by anybody.
select nextval(pg_get_serial_sequence('prodimport.jobs', 'id')) as id
