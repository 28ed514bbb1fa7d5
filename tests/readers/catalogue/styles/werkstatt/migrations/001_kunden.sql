CREATE TABLE kunden (
    id bigint PRIMARY KEY,
    unique_id varchar(255) NOT NULL UNIQUE,
    art text
);
