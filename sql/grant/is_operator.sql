-- Whether the user may change products by hand and undo what others loaded: see grant/operator.sql.
select current_user as role, has_table_privilege('prodimport.purges', 'insert') as "isOperator"
