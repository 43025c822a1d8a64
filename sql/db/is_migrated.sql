-- Whether the schema has its table of migrations.
select to_regclass('prodimport.migrations') is not null as migrated
