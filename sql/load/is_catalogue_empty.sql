-- Whether no product is stored, so that all that is staged must be new.
select not exists (select from prodimport.products) as is_empty
