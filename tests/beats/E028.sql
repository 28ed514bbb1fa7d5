-- file: SCHEMA_REFERENCE.md
# Tables

## 1. users

**Barton ID**: BID-SHOP-001

### E - Enforcement

- Passwords are hashed with bcrypt
-- clean
CREATE TABLE users (id int PRIMARY KEY, password_hash text);
INSERT INTO users VALUES (1, '$2b$12$' || repeat('Ab0./', 10) || 'xyz');
-- near miss: none, an empty one, other ways to hash
INSERT INTO users VALUES (2, NULL), (3, ''), (4, md5('a')), (5, encode(sha256('a'), 'hex')),
    (6, '$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA'), (7, 'pbkdf2_sha256$600000$a$b'),
    (8, 'SCRAM-SHA-256$4096:c2FsdA==$a:b');
-- near miss: columns that speak of a password and hold none
ALTER TABLE users ADD COLUMN password_changed_at timestamptz DEFAULT '2026-01-01',
    ADD COLUMN password_attempts int DEFAULT 3;
-- fault: a word, one as long as a hash, a hash that was cut off
INSERT INTO users VALUES (9, 'sesame'), (10, repeat('open', 8)),
    (11, '$2b$12$' || repeat('Ab0./', 10));
--! public.users.password_hash: 3 of 11 rows of public.users have a password_hash that is no hash: id = 9; id = 10; id = 11
-- mended
UPDATE users SET password_hash = NULL WHERE id > 8;
