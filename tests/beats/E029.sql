-- file: SCHEMA_REFERENCE.md
# Tables

## 1. blueprints

**Barton ID**: BID-SHOP-001

### E - Enforcement

- Version hash for change detection
-- clean
CREATE TABLE blueprints (id int PRIMARY KEY, version_hash text, version text);
INSERT INTO blueprints VALUES (1, encode(sha256('a'), 'hex'), 'v1');
-- near miss: none, a short one as Git writes it, with its algorithm, in capitals, in Base64
INSERT INTO blueprints VALUES (2, NULL, 'v1'), (3, 'c0ffee1', 'v1'), (4, 'sha1:' || md5('a'), 'v1'),
    (5, upper(md5('a')), 'v1'), (6, encode(sha256('a'), 'base64'), 'v1'),
    (7, 'sha512-' || replace(encode(sha512('a'), 'base64'), E'\n', ''), 'v1');
-- near miss: versions in a column that is for them
UPDATE blueprints SET version = 'v1.2';
-- fault: a version, nothing, and a hash that was cut off
INSERT INTO blueprints VALUES (8, 'v1.2', 'v1'), (9, '', 'v1'),
    (10, left(encode(sha256('a'), 'hex'), 50), 'v1');
--! public.blueprints.version_hash: 3 of 10 rows of public.blueprints have a version_hash that is no hash: id = 8; id = 9; id = 10
-- mended
UPDATE blueprints SET version_hash = md5('b') WHERE id > 7;
