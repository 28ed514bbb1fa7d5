-- Now, and since when the server counts.
SELECT transaction_timestamp(), s.stats_reset, current_setting('track_counts') = 'on'
FROM pg_stat_database s
WHERE s.datname = current_database()
