INSERT INTO raw.orders VALUES
    (1, 1, '2024-01-01', 10.5, 'paid'), (2, 1, '2024-01-02', 20, 'open'), (3, 2, '2024-01-06', 5.25, 'paid'),
    (4, 3, '2024-12-25', 70, 'paid'), (5, NULL, '2024-03-04', 8, 'paid'), (6, 2, '2024-03-05', NULL, 'paid'),
    (7, 3, '2024-03-05', 1.75, NULL), (8, 9, '2024-05-01', 3, 'open');
INSERT INTO raw.customers VALUES
    (1, ' ada lovelace', 'uk', 'one two three'), (2, 'Grace', 'us', 'x'), (3, NULL, 'us', ''), (4, 'Zoë', 'de', NULL);
INSERT INTO raw.rates VALUES ('uk', 1.25), ('us', 1), ('fr', 0.9);
