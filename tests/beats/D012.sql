-- file: ctb-lint.toml
standard = { exempt-tables = ['spatial_ref_sys'] }
-- file: SCHEMA_REFERENCE.md
# Tables

## 1. orders

**Barton ID**: BID-SHOP-001

### D - Dependencies

- **Foreign Keys**: `part_id` → `parts.id`

**Depends On**:
- `shops`, by a soft reference via `shop_id`
-- clean
CREATE TABLE users (id int PRIMARY KEY);
CREATE TABLE parts (id int PRIMARY KEY);
CREATE TABLE shops (id int PRIMARY KEY);
CREATE TABLE orders (
    id int PRIMARY KEY, user_id int, part_id int, after_id int REFERENCES orders, shop_id int
);
ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users NOT VALID;
INSERT INTO users VALUES (1);
INSERT INTO parts VALUES (1);
INSERT INTO shops VALUES (4);
INSERT INTO orders VALUES (1, 1, 1, 1, 4);
-- near miss: no value refers to nothing
INSERT INTO orders VALUES (2, NULL, NULL, NULL);
-- near miss: a column that is named like a reference, of which nobody says that it is one
ALTER TABLE orders ADD COLUMN batch_id int;
UPDATE orders SET batch_id = 7;
-- near miss: of a table that is exempt
CREATE TABLE spatial_ref_sys (id int PRIMARY KEY, user_id int);
INSERT INTO spatial_ref_sys VALUES (1, 9);
ALTER TABLE spatial_ref_sys ADD FOREIGN KEY (user_id) REFERENCES users NOT VALID;
-- fault: nothing enforces a soft reference
UPDATE orders SET shop_id = 5 WHERE id = 2;
--! public.orders.shop_id: 1 of 2 rows of public.orders has a shop_id that public.shops does not have in id: id = 2
-- fault: what the key would hold if it were valid, and what only the catalogue says
ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey;
UPDATE orders SET user_id = 9 WHERE id = 2;
ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users NOT VALID;
INSERT INTO orders VALUES (3, 1, 8);
--! public.orders.part_id: 1 of 3 rows of public.orders has a part_id that public.parts does not have in id: id = 3
--! public.orders.shop_id: 1 of 3 rows of public.orders has a shop_id that public.shops does not have in id: id = 2
--! public.orders.user_id: 1 of 3 rows of public.orders has a user_id that public.users does not have in id: id = 2
-- mended
UPDATE orders SET shop_id = NULL WHERE id = 2;
UPDATE orders SET user_id = 1 WHERE id = 2;
INSERT INTO parts VALUES (8);
ALTER TABLE orders VALIDATE CONSTRAINT orders_user_id_fkey;
