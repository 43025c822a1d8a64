-- What a viewer may besides, unless grant/is_view_open.sql says otherwise: read the view.
grant select on prodimport.catalogue to {{role}}
