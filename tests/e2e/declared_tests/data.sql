INSERT INTO crm.people VALUES (1, 'kept', 'open'), (2, 'kept', 'closed'), (3, 'kept', NULL);
INSERT INTO shop.lines VALUES (1, 1, 5, 1.0), (1, 2, 6, 2.0), (2, 1, NULL, 3.0);
