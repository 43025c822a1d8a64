-- Lets nobody else read or write products until the transaction ends, if they are free at once.
lock table prodimport.products in access exclusive mode nowait
