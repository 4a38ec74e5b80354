CREATE TABLE shop.orders (x int);
