CREATE OR REPLACE PROCEDURE reporting.refresh_fleet_upkeep()
LANGUAGE plpgsql
AS $proc$
DECLARE
    v_vehicles integer;
    v_started  timestamptz := clock_timestamp();
BEGIN
    SELECT count(*) INTO v_vehicles FROM garage.vehicles;
    IF v_vehicles = 0 THEN
        RAISE EXCEPTION 'no vehicles loaded; refusing to publish an empty report';
    ELSIF v_vehicles < 10 THEN
        RAISE NOTICE 'only % vehicles; is the load complete?', v_vehicles;
    END IF;

    -- Plates are typed by hand: one spelling of each; a vehicle without a depot is nobody's.
    CREATE TEMP TABLE tmp_vehicles ON COMMIT DROP AS
    SELECT vehicle_id,
           upper(replace(btrim(plate), ' ', '')) AS plate,
           coalesce(nullif(btrim(depot), ''), 'unassigned') AS depot,
           bought_on
    FROM garage.vehicles
    WHERE retired IS NOT TRUE;

    CREATE TEMP TABLE tmp_work_orders ON COMMIT DROP AS
    SELECT wo.*, wo.closed_on - wo.opened_on AS days_open
    FROM garage.work_orders wo
    WHERE wo.opened_on IS NOT NULL;  -- drafts have no date

    CREATE TEMP TABLE tmp_parts ON COMMIT DROP AS
    SELECT work_order_id, part_no, quantity * unit_price AS cost
    FROM garage.parts_used
    WHERE quantity > 0;

    CREATE TEMP TABLE tmp_inspections ON COMMIT DROP AS
    SELECT DISTINCT vehicle_id, inspected_on, lower(btrim(result)) AS result
    FROM garage.inspections;

    -- Everything that happened to a vehicle: repairs with what their parts cost, and failed inspections.
    CREATE TEMP TABLE tmp_upkeep_events ON COMMIT DROP AS
    SELECT wo.vehicle_id, wo.opened_on AS happened_on, lower(wo.kind) AS event,
           coalesce(sum(p.cost), 0) AS cost
    FROM tmp_work_orders wo
    LEFT JOIN tmp_parts p USING (work_order_id)
    GROUP BY wo.work_order_id, wo.vehicle_id, wo.opened_on, wo.kind
    UNION ALL
    SELECT vehicle_id, inspected_on, 'failed inspection', 0
    FROM tmp_inspections
    WHERE result = 'failed';

    CREATE TEMP TABLE tmp_latest_events ON COMMIT DROP AS
    SELECT vehicle_id, happened_on, event
    FROM (
        SELECT e.vehicle_id, e.happened_on, e.event,
               row_number() OVER (PARTITION BY e.vehicle_id
                                  ORDER BY e.happened_on DESC NULLS LAST, e.event) AS nth
        FROM tmp_upkeep_events e
    ) numbered
    WHERE nth = 1;

    TRUNCATE reporting.fct_vehicle_upkeep;
    INSERT INTO reporting.fct_vehicle_upkeep
        (vehicle_id, plate, depot, events, total_cost, last_event, last_event_on, cost_rank)
    WITH totals AS (
        SELECT tmp_upkeep_events.vehicle_id,
               count(*) AS events,
               sum(tmp_upkeep_events.cost) AS total_cost
        FROM tmp_upkeep_events
        GROUP BY tmp_upkeep_events.vehicle_id
    )
    SELECT v.vehicle_id, v.plate, v.depot,
           coalesce(t.events, 0) AS events,
           coalesce(t.total_cost, 0) AS total_cost,
           l.event AS last_event,
           l.happened_on AS last_event_on,
           rank() OVER (PARTITION BY v.depot ORDER BY coalesce(t.total_cost, 0) DESC) AS cost_rank
    FROM tmp_vehicles v
    LEFT JOIN totals t ON t.vehicle_id = v.vehicle_id
    LEFT JOIN tmp_latest_events l ON l.vehicle_id = v.vehicle_id;

    DROP TABLE IF EXISTS reporting.dim_depots;
    CREATE TABLE reporting.dim_depots AS
    SELECT depot, count(*) AS vehicles, min(bought_on) AS oldest_bought_on
    FROM tmp_vehicles
    GROUP BY depot;

    INSERT INTO reporting.refresh_log (refreshed_at, vehicles) VALUES (v_started, v_vehicles);
END;
$proc$;
