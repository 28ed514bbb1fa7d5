-- clean
CREATE TABLE orders (id serial PRIMARY KEY, old_id serial);
-- near miss: just below three quarters of an integer, and far beyond it in a bigint
CREATE TABLE parts (id bigserial PRIMARY KEY);
SELECT setval('orders_id_seq', 1610612735), setval('parts_id_seq', 2147483648);
-- near miss: at its end, and it begins anew
CREATE SEQUENCE lane MAXVALUE 10 CYCLE;
SELECT setval('lane', 10);
-- near miss: the first value of one that counts down
CREATE SEQUENCE countdown INCREMENT -1 MINVALUE 1 MAXVALUE 10 START 10;
SELECT nextval('countdown');
-- near miss: an identity column has given none yet
CREATE TABLE slots (id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
-- fault: the column ends before its sequence, and one that counts down is almost there
ALTER SEQUENCE orders_old_id_seq AS bigint;
SELECT setval('orders_old_id_seq', 1717986918), setval('countdown', 2),
    setval('slots_id_seq', 30000);
--! public.countdown: sequence public.countdown stands at 2: 89% of the way to 1
--! public.orders_old_id_seq: sequence public.orders_old_id_seq of public.orders.old_id stands at 1,717,986,918: 80% of the way to 2,147,483,647, the end of integer
--! public.slots_id_seq: sequence public.slots_id_seq of public.slots.id stands at 30,000: 92% of the way to 32,767, the end of smallint
-- mended
ALTER TABLE orders ALTER COLUMN old_id TYPE bigint;
SELECT setval('countdown', 10), setval('slots_id_seq', 1);
