-- What the workshop's system loads every night, and what the reports read.
CREATE SCHEMA IF NOT EXISTS garage;
CREATE SCHEMA IF NOT EXISTS reporting;

CREATE TABLE garage.vehicles (
    vehicle_id  integer,
    plate       text,
    depot       text,
    bought_on   date,
    retired     boolean
);

CREATE TABLE garage.work_orders (
    work_order_id  integer,
    vehicle_id     integer,
    opened_on      date,
    closed_on      date,
    kind           text
);

CREATE TABLE garage.parts_used (
    work_order_id  integer,
    part_no        text,
    quantity       integer,
    unit_price     numeric
);

CREATE TABLE garage.inspections (
    inspection_id  integer,
    vehicle_id     integer,
    inspected_on   date,
    result         text
);

CREATE TABLE reporting.fct_vehicle_upkeep (
    vehicle_id     integer,
    plate          text,
    depot          text,
    events         bigint,
    total_cost     numeric,
    last_event     text,
    last_event_on  date,
    cost_rank      bigint
);

CREATE TABLE reporting.refresh_log (
    refreshed_at  timestamptz,
    vehicles      integer
);
