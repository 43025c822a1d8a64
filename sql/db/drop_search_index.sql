-- Takes the search index away, say before a large first load
drop index if exists prodimport.products_search
