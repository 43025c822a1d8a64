-- Takes the view back where it would show rows that the row security of products hides.
revoke all on prodimport.catalogue from {{role}}
