-- Where attributes stand: of products, and of what jobs recorded of them; a part of other statements.
select attributes from prodimport.products
union all
select old -> 'attributes' from prodimport.changes where old is not null
union all
select new -> 'attributes' from prodimport.changes where new is not null
