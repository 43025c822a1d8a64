-- Whether the index is there that makes searching the catalogue fast
select to_regclass('prodimport.products_search') is not null as present
