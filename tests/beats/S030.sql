-- clean
CREATE TABLE orders (id int PRIMARY KEY, user_id int);
CREATE INDEX orders_user ON orders (user_id);
-- near miss: folded to lower case, since there are no quotes
CREATE TABLE Parts (Id int PRIMARY KEY);
-- near miss: what a migration tool owns
CREATE TABLE "SequelizeMeta" (name text PRIMARY KEY);
-- fault: a table, a column and an index; what PostgreSQL named after them is not told again
CREATE TABLE "Order Lines" (id int PRIMARY KEY, note text);
ALTER TABLE orders RENAME COLUMN user_id TO "userId";
CREATE INDEX "byUser" ON orders ("userId");
CREATE INDEX ON "Order Lines" (note);
CREATE INDEX ON orders ("userId");
--! public."Order Lines": the table public."Order Lines" has to be quoted everywhere: it has other characters
--! public.orders."byUser": the index "byUser" of public.orders has to be quoted: it has capital letters
--! public.orders."userId": the column "userId" of public.orders has to be quoted: it has capital letters
-- mended
ALTER TABLE "Order Lines" RENAME TO order_lines;
ALTER INDEX "Order Lines_pkey" RENAME TO order_lines_pkey;
ALTER INDEX "Order Lines_note_idx" RENAME TO order_lines_note_idx;
ALTER TABLE orders RENAME COLUMN "userId" TO user_id;
ALTER INDEX "byUser" RENAME TO by_user;
ALTER INDEX "orders_userId_idx" RENAME TO orders_user_id_idx;
