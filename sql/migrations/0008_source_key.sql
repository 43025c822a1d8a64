-- The secret by which a load knows again a URL and who asked for it, though no job keeps either.

create table prodimport.source_key (key text not null);

insert into prodimport.source_key (key)
values (gen_random_uuid()::text || gen_random_uuid()::text);
