-- Whether the index is there that makes searching the catalogue fast, and what it is asked with
select
  to_regclass('prodimport.products_search') is not null
  and to_regproc('show_trgm') is not null as present
