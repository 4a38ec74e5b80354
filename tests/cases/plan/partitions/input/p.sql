create table m.p (id int) partition by list (id);
create table m.p1 partition of m.p for values in (1);
insert into m.p1 select id from raw.x;
insert into m.p select id from raw.y;
create view m.v as select * from m.p;

create table m.q (id int) partition by list (id);
create table m.q1 partition of m.q default;
insert into m.q select id from raw.y;
