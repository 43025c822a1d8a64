-- Frees the room of the products that have moved.
select truncate_local_data_after_distributing_table('prodimport.products')
