-- Whether row security may hide products from the user.
select row_security_active('prodimport.products') as hides_products
