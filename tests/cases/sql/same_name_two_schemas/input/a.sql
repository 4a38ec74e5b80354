CREATE TABLE mart.x AS SELECT a.id FROM one.t a JOIN two.t b ON a.id = b.id;
CREATE TABLE mart.y AS SELECT "Leads".id FROM crm."Leads" JOIN crm.leads USING (id);
