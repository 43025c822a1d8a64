-- Makes the view of the catalogue as the fields are now, as the owner of the schema.
select prodimport.show_fields()
