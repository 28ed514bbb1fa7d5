-- clean
CREATE TABLE users (id int PRIMARY KEY);
CREATE TABLE orders (id int PRIMARY KEY, user_id int, total int, note text);
-- near miss: added like that, and validated
ALTER TABLE orders ADD CONSTRAINT paid CHECK (total > 0) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT paid;
-- near miss: checked at the end of the transaction
ALTER TABLE orders ADD CONSTRAINT of_user FOREIGN KEY (user_id) REFERENCES users
    DEFERRABLE INITIALLY DEFERRED;
-- fault: a key, a check that nothing enforces, and NOT NULL
ALTER TABLE orders DROP CONSTRAINT of_user;
ALTER TABLE orders ADD CONSTRAINT of_user FOREIGN KEY (user_id) REFERENCES users NOT VALID;
ALTER TABLE orders ADD CONSTRAINT small CHECK (total < 1000) NOT ENFORCED;
ALTER TABLE orders ADD CONSTRAINT has_note NOT NULL note NOT VALID;
--! public.orders.has_note: constraint has_note of public.orders is NOT VALID: older rows may break it
--! public.orders.of_user: constraint of_user of public.orders is NOT VALID: older rows may break it
--! public.orders.small: constraint small of public.orders is NOT ENFORCED: any row may break it
-- mended
ALTER TABLE orders VALIDATE CONSTRAINT of_user, DROP CONSTRAINT small,
    VALIDATE CONSTRAINT has_note;
