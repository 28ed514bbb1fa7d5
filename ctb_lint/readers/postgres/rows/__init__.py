"""The rows of a PostgreSQL database: what rules ask of them, asked in short transactions."""
